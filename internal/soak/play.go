package soak

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// A play is one group, with all that happens in it.
type play struct {
	sc     *Scene
	g      *fate.Group
	ledger *ledger
	mode   fate.PanicMode
	tasks  []*task
	over   chan struct{} // closed when tasks are to wait no longer
	cancel context.CancelCauseFunc

	offered atomic.Uint64
	inside  gauge
	waited  atomic.Bool // a Wait has returned
	began   *trigger    // brings about what stops the group

	mu       sync.Mutex
	children []*fate.Child // guarded by mu
}

var (
	errStop   = errors.New("soak: stopped")
	errParent = errors.New("soak: the parent has ended")
	errChild  = errors.New("soak: cancelled on purpose")
)

// A stopper brings a group to its end, or some of its children.
type stopper struct {
	name string
	stop func(*play)
}

var stoppers = []stopper{
	{"", nil},
	{"Stop", func(p *play) { p.g.Stop(errStop) }},
	{"the parent", func(p *play) { p.cancel(errParent) }},
	{"StopInOrder", func(p *play) { _ = p.g.StopInOrder(errStop) }},
	{"", func(p *play) { // some of the children
		p.g.Cancel(errChild, func(c *fate.Child) bool { return c.ID()%3 == 0 })
	}},
	{"", func(p *play) { // one by one
		p.mu.Lock()
		children := slices.Clone(p.children)
		p.mu.Unlock()
		for _, c := range children {
			c.Cancel(errChild)
		}
	}},
}

// name names a child. Some share one.
func (p *play) name(n int) string { return fmt.Sprint("child ", n/2) }

// group is the episode of one group with tasks of all kinds.
func group(ctx context.Context, sc *Scene) {
	play := newPlay(ctx, sc, strategy(sc))
	play.run()
}

func newPlay(ctx context.Context, sc *Scene, l *ledger) *play {
	p := &play{sc: sc, ledger: l, over: make(chan struct{})}
	p.mode = among(sc, fate.Return, fate.Rethrow)
	ctx, p.cancel = context.WithCancelCause(ctx)
	opts := []fate.Option{fate.Panics(p.mode)}
	if sc.chance(50) {
		opts = append(opts, fate.Backlog(sc.few(100)))
	}
	if sc.chance(20) {
		opts = append(opts, fate.Name("soak"))
	}
	p.g = fate.New(ctx, l, opts...)
	for range 1 + sc.few(3000) {
		p.tasks = append(p.tasks, p.draw(3))
	}
	return p
}

// draw makes up a task, and those that it offers itself.
func (p *play) draw(depth int) *task {
	sc := p.sc
	t := &task{number: sc.Dice.Int(), play: p, way: way(sc.Dice.IntN(int(ways)))}
	if sc.chance(70) {
		t.way = byGo
	}
	if sc.chance(5) {
		t.how, t.long = uint8(sc.Dice.IntN(3)), time.Duration(sc.few(200))*time.Microsecond
	}
	for range 1 + sc.few(2) {
		e := ends
		if sc.chance(10) {
			e = among(sc, fails, panics, exits, echoes, heeds)
		}
		t.ends = append(t.ends, e)
	}
	if depth > 0 && sc.chance(3) {
		for range sc.few(5) {
			inner := p.draw(depth - 1)
			inner.way = byTryGo // one that waits could wait for the very task that offers it
			if p.ledger.limit == 0 {
				inner.way = among(sc, byGo, byTryGo, byFuture)
			}
			t.nested = append(t.nested, inner)
		}
	}
	return t
}

// run offers the tasks, from several goroutines perhaps, lets something stop the group perhaps, waits, and checks.
func (p *play) run() {
	sc := p.sc
	by := among(sc, stoppers...)
	stop := by.stop
	if stop == nil || sc.chance(50) {
		by.name, stop = "", func(*play) {}
	}
	p.began = when(1+sc.few(len(p.tasks)), func() { stop(p) })
	producers := among(sc, 1, 1, 2, 4)
	early := sc.chance(20) // Wait beside the producers
	var offering, waiting sync.WaitGroup
	for i := range producers {
		offering.Go(func() {
			for j := i; j < len(p.tasks); j += producers {
				p.offer(p.tasks[j])
			}
		})
	}
	if !early {
		p.letGo(&offering)
	}
	answers := make([]answer, among(sc, 1, 1, 3))
	for i := range answers {
		waiting.Go(func() { answers[i] = p.wait() })
	}
	if early {
		p.letGo(&offering)
	}
	waiting.Wait()
	p.began.close()
	p.cancel(nil)
	p.check(answers, early)
	p.sc.soak.add(p.g.Tally(), p.runs(), uint64(p.inside.most.Load()), by.name)
}

// letGo waits for the producers. Those that wait at the limit for tasks that heed their context are helped, and so is Wait.
func (p *play) letGo(offering *sync.WaitGroup) {
	if p.ledger.limit > 0 {
		close(p.over)
		offering.Wait()
		return
	}
	offering.Wait()
	close(p.over)
}

// answer is what one Wait gave.
type answer struct {
	err    error
	thrown *fate.RethrownError
}

func (p *play) wait() (a answer) {
	defer func() {
		p.waited.Store(true)
		v := recover()
		if v == nil {
			return
		}
		r, ok := v.(*fate.RethrownError)
		if !ok {
			p.sc.Fault("Wait panicked with %v", v)
		}
		a.thrown = r
	}()
	a.err = p.g.Wait()
	return a
}

func (p *play) all(visit func(*task)) {
	var each func([]*task)
	each = func(tasks []*task) {
		for _, t := range tasks {
			visit(t)
			each(t.nested)
		}
	}
	each(p.tasks)
}

func (p *play) runs() (n uint64) {
	p.all(func(t *task) { n += uint64(t.runs.Load()) })
	return n
}

// check holds what happened against what must.
func (p *play) check(answers []answer, early bool) {
	t, l := p.g.Tally(), p.ledger
	fault := func(format string, args ...any) {
		p.sc.Fault("%v, panics %v: %s\n%v", l.Strategy, p.mode, fmt.Sprintf(format, args...), t)
	}
	switch offered := p.offered.Load(); {
	case t.Held+t.Running > 0 || t.Offered != t.Ended():
		fault("the tally does not add up")
	case t.Offered > offered || !early && t.Offered != offered:
		fault("%d tasks were offered", offered)
	case p.inside.now.Load() != 0:
		fault("%d tasks run after Wait", p.inside.now.Load())
	case l.limit > 0 && p.inside.most.Load() > int64(l.limit):
		fault("%d tasks ran at once", p.inside.most.Load())
	case l.overlap.Load() || l.concluded != 1:
		fault("calls of the strategy overlapped: %v; Conclude was called %d times", l.overlap.Load(), l.concluded)
	case p.g.Go(func(context.Context) error { return nil }):
		fault("Go after Wait is true")
	case p.g.Context().Err() == nil:
		fault("the context has not ended after Wait")
	}
	p.checkRuns(t, fault)
	p.checkAnswers(t, answers, fault)
}

type report = func(format string, args ...any)

func (p *play) checkRuns(t fate.Tally, fault report) {
	var ran, again, ok uint64
	p.all(func(t *task) {
		runs := uint64(t.runs.Load())
		if runs == 0 {
			return
		}
		ran++
		again += runs - 1
		if e := end(t.last.Load()); e == ends {
			ok++
		}
		if t.refused.Load() {
			fault("task %d was refused, and has run", t.number)
		}
		for _, m := range t.returned {
			if n := p.ledger.shown[m]; n != 1 {
				// One that was about to be restarted is shown once more when it no longer is.
				if n != 2 || m.run != int64(runs) {
					fault("%v was shown to the strategy %d times", m, n)
				}
			}
		}
	})
	counted := t.OK + t.Failures() + t.Cancelled
	switch {
	case again > t.Restarted:
		// There may be fewer: a run may be cancelled at the moment at which it begins.
		fault("%d runs were restarts", again)
	case ran > counted || ran+t.Skipped+t.Shed+p.ledger.kinds[fate.Cancelled] < counted:
		fault("%d tasks have run", ran)
	case p.ledger.restarts == 0 && t.OK < ok:
		fault("%d tasks ended well", ok)
	}
}

func (p *play) checkAnswers(t fate.Tally, answers []answer, fault report) {
	for _, a := range answers[1:] {
		if !same(a.err, answers[0].err) || (a.thrown == nil) != (answers[0].thrown == nil) {
			fault("one Wait gave %v, another %v", answers[0].err, a.err)
		}
	}
	a := answers[0]
	err := a.err
	switch {
	case p.mode == fate.Rethrow && t.Panicked > 0:
		if a.thrown == nil || uint64(len(a.thrown.Panics)) != t.Panicked {
			fault("Wait did not panic with all that panicked")
			return
		}
		err = a.thrown.Err
	case a.thrown != nil:
		fault("Wait panicked: %v", a.thrown)
		return
	}
	switch s := p.ledger.Strategy.(type) {
	case failfast.Strategy:
		if err == nil && t.Failures()+t.Skipped > 0 {
			fault("Wait is nil")
		}
	case collectall.Strategy:
		p.checkAll(s, t, err, fault)
	}
}

func (p *play) checkAll(s collectall.Strategy, t fate.Tally, err error, fault report) {
	if err == nil {
		if t.Failures()+t.Skipped > 0 {
			fault("Wait is nil")
		}
		return
	}
	var all *fate.Errors
	if !errors.As(err, &all) || uint64(len(all.Tasks))+all.Dropped != t.Failures() || s.Keep > 0 && len(all.Tasks) > s.Keep {
		fault("Wait is %T with %d failures and %d dropped", err, len(all.Tasks), all.Dropped)
		return
	}
	if !slices.IsSortedFunc(all.Tasks, func(a, b *fate.TaskError) int { return int(int64(a.ID) - int64(b.ID)) }) {
		fault("the failures are not in the order of submission")
	}
}

func same(a, b error) bool { return a == b }
