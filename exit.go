package fate

import (
	"sync"

	"github.com/sharedfate/fate/internal/engine"
)

// exit is the end of a run of a job, or of a job that was cancelled before it ran, on its way to the strategy, the observers and the job.
//
// One that comes from the engine stands in the heap, and all on the way are given its address. A goroutine's first stack has room for some
// 1200 bytes of frames. With an exit in one of them, and its words among the arguments of the others, each end that the strategy is asked
// about would outgrow it, and to move a stack to a larger place costs more than all else that is done for an end.
type exit struct {
	job     job
	event   Event
	verdict Verdict
	how     engine.How
	started bool
	whole   bool // event is complete
	asked   bool // the strategy is being asked
}

// exits are for groups in which a job ends in another way than most.
var exits = sync.Pool{New: func() any { return new(exit) }}

// note, under the lock, makes an exit of how a job ended that a runner took. The group has one: one such end is settled at a time.
//
//go:noinline
func (g *Group) note(it item, o engine.Outcome) *exit {
	if g.exit == nil {
		g.exit = exits.Get().(*exit)
	}
	x := g.exit
	x.job, x.how, x.started = it.job, o.How, true
	x.event.ID, x.event.Err, x.event.Took = it.id, o.Err, o.Took
	return x
}

// clear forgets the job and its error, or they would be kept as long as the group.
//
//go:noinline
func (x *exit) clear() { *x = exit{} }

// forget, under the lock, hands on what note took.
func (g *Group) forget() {
	if g.exit != nil {
		g.exit.clear() // a strategy that panicked may have left something
		exits.Put(g.exit)
		g.exit = nil
	}
}

// complete, under the lock, adds to the event what is not needed where nobody is shown it: the name, the attempt and the cause.
func (g *Group) complete(x *exit) {
	if !x.whole {
		x.whole = true
		e := &x.event
		e.Name, e.Attempt, e.Cause = x.job.name(), attempt(x.job), g.causeFor(x.job)
	}
}
