package daemon

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
)

// A generation is a service between one Start and the end of all it started.
type generation struct {
	service *Service
	members []*member   // in the order of the start
	group   *fate.Group // from begin on
	begun   bool        // under the service's lock

	ready   chan struct{} // closed when all are
	asked   chan struct{} // closed when it is to stop
	stopped chan struct{} // closed when each member has ended, or has had its Grace
	over    chan struct{} // closed when all have ended

	once sync.Once
	why  reason // set before asked is closed

	// Called from the strategy's methods, under the group's lock: who holds this one calls nothing of the group.
	mu       sync.Mutex
	failures []*fate.TaskError // by time
	err      error             // what Err returns
}

// reason says why a generation stops.
type reason struct {
	cause     error // of the contexts' end
	err       error // why it has failed, if that is no failure of a part's
	failed    bool  // it has, whatever the strategy thinks of it
	strategys bool  // the strategy wants it
}

// member is a part in a generation.
type member struct {
	Part
	gen   *generation
	once  sync.Once
	ready chan struct{}
	ctx   atomic.Pointer[runContext] // of its present run
	child atomic.Pointer[fate.Child] // nil while it is being spawned, when it may run already
}

type runContext struct{ context.Context }

func newGeneration(s *Service) *generation {
	n := &generation{
		service: s,
		members: make([]*member, len(s.parts)),
		ready:   make(chan struct{}),
		asked:   make(chan struct{}),
		stopped: make(chan struct{}),
		over:    make(chan struct{}),
	}
	for i, p := range s.parts {
		n.members[i] = &member{Part: p, gen: n, ready: make(chan struct{})}
	}
	return n
}

// begin, under the service's lock, starts the goroutine that conducts everything.
func (n *generation) begin(ctx context.Context) {
	n.begun = true
	n.group = fate.New(context.WithoutCancel(ctx), &judge{n, n.service.config.Strategy}, n.service.config.Options...)
	go n.conduct(ctx)
}

// ask makes it stop. Only the first reason counts.
func (n *generation) ask(why reason) {
	n.once.Do(func() {
		n.why = why
		close(n.asked)
	})
}

func (n *generation) isAsked() bool {
	select {
	case <-n.asked:
		return true
	default:
		return false
	}
}

// conduct starts the members, waits until they are to stop, stops them, and waits for those that are late.
func (n *generation) conduct(ctx context.Context) {
	if n.bringUp(ctx) {
		close(n.ready)
		n.await(ctx)
	}
	_ = n.group.StopInOrder(n.why.cause) // who is late is looked up below
	if late := n.late(nil); late != nil {
		n.setError(n.soFar(late))
		close(n.stopped)
		n.setError(n.outcome(n.group.Wait(), late))
	} else {
		n.setError(n.outcome(n.group.Wait(), nil))
		close(n.stopped)
	}
	close(n.over)
}

// bringUp reports whether all have become ready. If not, it has asked for the stop.
func (n *generation) bringUp(ctx context.Context) bool {
	for _, m := range n.members {
		if n.isAsked() || !n.bring(ctx, m) {
			return false
		}
	}
	return true
}

func (n *generation) bring(ctx context.Context, m *member) bool {
	child := n.group.Spawn(m.Name, m.run, fate.Grace(m.Grace))
	m.child.Store(child)
	t := time.NewTimer(m.StartWithin)
	defer t.Stop()
	select {
	case <-m.ready:
		return true
	case <-child.Done():
		return n.endedEarly(m, child.Err())
	case <-t.C:
		late := &NotReadyError{m.Name, m.StartWithin}
		n.ask(reason{cause: late, err: late, failed: true})
	case <-ctx.Done():
		n.ask(reason{cause: context.Cause(ctx)})
	case <-n.group.Context().Done():
		n.askForGroup()
	case <-n.asked:
	}
	return false
}

// endedEarly reports whether a member that has ended, and was perhaps not seen to be ready, was ready. What never will be keeps all
// others from being started, whatever the strategy thinks of it.
func (n *generation) endedEarly(m *member, err error) bool {
	if err == nil {
		return true
	}
	select {
	case <-m.ready:
		return true
	default:
	}
	why := reason{cause: err, failed: true}
	if !n.hasFailed(m.Name) { // the strategy has cancelled or refused it
		why.err = &fate.TaskError{ID: m.child.Load().ID(), Name: m.Name, Err: err}
	}
	n.ask(why)
	return false
}

// await returns when it is to stop, or all have ended.
func (n *generation) await(ctx context.Context) {
	for _, m := range n.members {
		select {
		case <-m.child.Load().Done():
		case <-ctx.Done():
			n.ask(reason{cause: context.Cause(ctx)})
		case <-n.group.Context().Done():
			n.askForGroup()
		case <-n.asked:
			return
		}
	}
	n.ask(reason{cause: ErrStopped})
}

// askForGroup asks because the group has stopped by itself, which it does if its strategy is faulty.
func (n *generation) askForGroup() {
	n.ask(reason{cause: context.Cause(n.group.Context()), strategys: true})
}

// cut ends an orderly stop: all are told at once.
func (n *generation) cut(why error) error {
	late := n.late(why)
	n.group.Stop(n.why.cause)
	if late == nil { // it has just come to its end
		<-n.stopped
		return n.error()
	}
	return n.soFar(late)
}

// awaitOver waits until all members have ended, or ctx has.
func (n *generation) awaitOver(ctx context.Context) error {
	select {
	case <-n.over:
		return nil
	case <-ctx.Done():
		return notStarted(context.Cause(ctx))
	}
}

// running names the members that have begun to run and have not ended.
func (n *generation) running() (names []string) {
	for _, m := range n.members {
		if m.running() {
			names = append(names, m.Name)
		}
	}
	return names
}

// late says which members are running, or is nil if there are none.
func (n *generation) late(cause error) *LateError {
	var late []Late
	for i := len(n.members) - 1; i >= 0; i-- {
		if m := n.members[i]; m.running() {
			late = append(late, Late{m.Name, m.Grace, m.ctx.Load().Err() != nil})
		}
	}
	if late == nil {
		return nil
	}
	return &LateError{late, cause}
}

func (m *member) running() bool {
	if m.ctx.Load() == nil {
		return false
	}
	child := m.child.Load()
	if child == nil {
		return true
	}
	select {
	case <-child.Done():
		return false
	default:
		return true
	}
}

// run is the member's task.
func (m *member) run(ctx context.Context) (err error) {
	m.ctx.Store(&runContext{ctx})
	if m.Run != nil {
		m.isReady()
		err = m.Run(ctx)
	} else {
		err = m.Serve(ctx, m.isReady)
	}
	if err != nil || ctx.Err() != nil {
		return err
	}
	switch m.Ends {
	case Never:
		return ErrEnded
	case StopsAll:
		m.gen.ask(reason{cause: ErrStopped})
	}
	return nil
}

func (m *member) isReady() { m.once.Do(func() { close(m.ready) }) }
