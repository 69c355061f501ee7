// Package errgroup is a drop-in for golang.org/x/sync/errgroup: change the import path and keep the code. A [Group] runs functions that
// belong to one job, waits for all of them, and returns the first error; [WithContext] ties a context to it that is cancelled as
// soon as one fails.
//
// Take it for code that is written against errgroup and starts many short functions: they are started from a queue and share
// goroutines, which costs a fraction of a go statement each. For new code look at package fate first: there Go says whether a task was
// accepted, a stop skips what has not started, and what a failure means is a value that can be exchanged. Where functions are few or wait
// for something else most of the time, it makes no difference which errgroup runs them.
//
// # Differences
//
// What golang.org/x/sync/errgroup (v0.24.0) documents holds here, and what it does beyond that, too, but for the following.
//
// Functions share goroutines:
//
//   - A goroutine that has run one function may run the next. Each still starts though all others block. What a function leaves on its
//     goroutine stays there: one that locks its OS thread unlocks it before it returns, or ends by runtime.Goexit.
//   - A function may have the profiler labels of another Go's caller, and not those of its own. Set them inside it, by pprof.Do.
//   - What a function did is ordered before a function that starts after its end, so the race detector sees fewer of the races between
//     functions of one Group.
//   - A package-level Group that is used inside and outside of a synctest bubble at the same time may run functions of the one on
//     goroutines of the other.
//
// What there ends in a hang or a crash:
//
//   - SetLimit while there was no limit and functions are active: there they give back slots that they never took, and Wait
//     hangs. Here they are not counted, and the limit holds for what is started from then on. That includes SetLimit(-1)
//     followed by SetLimit(n).
//   - A Go that waits for a slot when the limit is lifted or, having been 0, raised: there it waits for ever. Here it goes on.
//   - A nil function panics in the caller of Go or TryGo, which it names. There the process dies, with a stack that has neither.
//   - A panic ends the process before Wait can return. There Wait may return nil first, and the process die while it goes on, or end before
//     it dies. Here the line with the panic's value ends with "[recovered, repanicked]".
//   - Go, TryGo, SetLimit and Wait may be called by several goroutines at once. There a Go while Wait returns may panic, and a SetLimit
//     beside a Go is a data race. Wait here also waits for functions that are started while it is about to return.
//   - A Group that is copied after its first Go panics when the copy is used. There the copy has half of the state. go vet reports both.
//
// Not different, though one might wish it were, because a program could rely on it: runtime.Goexit ends a function as if it had
// returned nil; after a failure Go still waits for a slot, and still runs its function; with a limit of 0 it waits until the limit is
// changed; a function that calls Go at the limit waits for one of the others to end, and if all of them do that, for ever.
package errgroup
