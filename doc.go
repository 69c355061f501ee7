// Package fate runs tasks together under a strategy: a value that decides what one task's failure means for the others.
//
//	g := fate.New(ctx, failfast.Strategy{Limit: 8})
//	for _, u := range urls {
//		if !g.Go(func(ctx context.Context) error { return fetch(ctx, u) }) {
//			break // not accepted: the group has stopped
//		}
//	}
//	err := g.Wait()
//
// The group owns everything concurrent: starting, bounding, cancelling, counting, panics, waiting. The strategy holds the
// policy and nothing else, so that it can be imported, chosen by config, shared between groups, or written by you:
//
//   - [github.com/sharedfate/fate/failfast]: the first failure stops the rest and is what Wait returns.
//   - [github.com/sharedfate/fate/collectall]: everything runs, Wait returns every failure.
//   - [github.com/sharedfate/fate/shed]: work that comes while the limit is reached is refused and counted.
//   - [github.com/sharedfate/fate/selective]: a failure cancels some of the others.
//   - [github.com/sharedfate/fate/quorum]: the first success, or the first so many, end the rest.
//   - [github.com/sharedfate/fate/supervise]: what has ended is started again, by itself or with others.
//   - [github.com/sharedfate/fate/strategies]: any of these by name, from a line of text or a config file.
//   - [github.com/sharedfate/fate/fatetest]: checks that a [Strategy] of yours keeps what a group needs of it.
//
// [Do] scopes a group to a function. [ForEach], [Map], [Stream] and [Stage] run one function over many items, and [Go] gives a task a
// typed result. [Group.Spawn] starts a named child that can be cancelled by itself, and [Group.StopInOrder] stops children one by one.
// [Name] shows a group in profiles and traces, and [Observe] tells what becomes of its tasks.
//
// Beside groups stand tools for what is no group:
//
//   - [github.com/sharedfate/fate/daemon]: a service that is started, stopped, and started again.
//   - [github.com/sharedfate/fate/emit]: values handed to a sink in batches, by producers that never wait.
//   - [github.com/sharedfate/fate/limiter]: one weighted limit for several groups.
//   - [github.com/sharedfate/fate/observe]: ready observers, for log/slog and expvar.
//   - [github.com/sharedfate/fate/errgroup]: golang.org/x/sync/errgroup on the engine of this module.
//
// Where tasks return no errors and need no cancelling, sync.WaitGroup.Go is enough. Where a task takes less than a
// microsecond, or depends on the one before it, a plain loop is the better program.
package fate
