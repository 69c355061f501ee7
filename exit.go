package fate

import (
	"time"

	"github.com/sharedfate/fate/internal/engine"
)

// exit is the end of a run of a job, or of a job that was waiting for a run and gets none, on its way to the strategy, the observers and
// the job itself.
//
// It is handed on by its address, though it is on the stack. A goroutine's first stack has room for some 1200 bytes of frames. If the words of
// an exit were among the arguments all the way, each end that the strategy is asked about would outgrow it, and to move a stack to a
// larger place costs more than all else that is done for an end. One exit for each group was tried, in the heap: processors passed
// it to and fro.
type exit struct {
	item
	err     error
	cause   error // causeFor it, once somebody is to be shown the event
	took    time.Duration
	kind    Kind
	how     engine.How
	started bool
}

// event is what strategy and observers are shown of an end.
func (x *exit) event() Event {
	return Event{x.id, x.job.name(), x.kind, x.err, attempt(x.job), x.cause, x.took}
}

// handOn, under the lock, leaves the rest to a relay. It is a call by value, and not inlined, because what is called is not known here:
// by its address the exit would be in the heap, and inlined it would take up room where it is not called.
//
//go:noinline
func (x *exit) handOn(r relay) (after func()) { return r.settle(*x) }
