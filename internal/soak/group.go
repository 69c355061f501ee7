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
)

// group is the episode of one group with tasks of all kinds.
func group(sc *Scene) {
	p := newPlay(sc)
	p.run()
}

// A play is one group, with all that happens in it.
type play struct {
	sc       *Scene
	crowd    bool
	g        *fate.Group
	ledger   *ledger
	observed *observed
	mode     fate.PanicMode
	tasks    []*task
	drawn    int           // tasks, with those that tasks offer
	over     chan struct{} // closed when tasks are to wait no longer
	cancel   context.CancelCauseFunc

	offered   atomic.Uint64
	succeeded atomic.Uint64 // runs that were to end well
	exited    atomic.Uint64
	inside    gauge
	mishaps   mishaps
	waited    atomic.Bool // a Wait has returned
	began     *trigger    // brings about what stops the group

	mu       sync.Mutex
	children []*fate.Child // guarded by mu, as the next
	futures  []promise
}

var (
	errStop   = errors.New("soak: stopped")
	errParent = errors.New("soak: the parent has ended")
	errChild  = errors.New("soak: cancelled on purpose")
)

// A stopper brings a group to its end, or some of its children.
type stopper struct {
	name  string
	cause error // of the group's end
	stop  func(*play)
}

var stoppers = []stopper{
	{"Stop", errStop, func(p *play) { p.g.Stop(errStop) }},
	{"the parent", errParent, func(p *play) { p.cancel(errParent) }},
	{"StopInOrder", errStop, func(p *play) { _ = p.g.StopInOrder(errStop) }}, // who is late is late by chance
	{"Cancel", nil, func(p *play) {
		p.g.Cancel(errChild, func(c *fate.Child) bool { return c.ID()%3 == 0 })
	}},
	{"Child.Cancel", nil, func(p *play) {
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

func newPlay(sc *Scene) *play {
	crowd := sc.chance(15) // most of the tasks are there at once, if there is no limit
	p := &play{sc: sc, crowd: crowd, ledger: strategy(sc, 60), over: make(chan struct{})}
	if crowd {
		p.ledger = strategy(sc, 20)
	}
	p.mode = among(sc, fate.Return, fate.Rethrow)
	ctx, cancel := context.WithCancelCause(context.Background())
	p.cancel = cancel
	opts := []fate.Option{fate.Panics(p.mode)}
	if sc.chance(50) {
		opts = append(opts, fate.Backlog(sc.few(100)))
	}
	if sc.chance(20) {
		opts = append(opts, fate.Name("soak"))
	}
	opts, p.observed = observe(sc, opts)
	p.g = fate.New(ctx, sc.Strategy(p.ledger), opts...)
	n := 1 + sc.few(3000)
	if crowd {
		n = 1 + sc.Dice.IntN(5000)
	}
	for range n {
		p.tasks = append(p.tasks, p.draw(3, crowd))
	}
	return p
}

// draw makes up a task, and those that it offers itself.
func (p *play) draw(depth int, crowd bool) *task {
	sc := p.sc
	p.drawn++
	t := &task{number: p.drawn, play: p, way: way(sc.Dice.IntN(int(ways))), pause: sc.pause(crowd)}
	if sc.chance(70) {
		t.way = byGo
	}
	for range 1 + sc.few(2) {
		t.ends = append(t.ends, sc.end())
	}
	if depth > 0 && sc.chance(3) {
		for range sc.few(5) {
			inner := p.draw(depth-1, crowd)
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
	if sc.chance(60) {
		by = stopper{stop: func(*play) {}}
	}
	fired := false
	p.began = when(1+sc.few(len(p.tasks)), func() { fired = true; by.stop(p) })
	producers := among(sc, 1, 1, 2, 4)
	early := sc.chance(20)   // Wait beside the producers
	watched := sc.chance(30) // the tally, meanwhile
	open := time.Duration(sc.few(1000)) * time.Microsecond
	if p.crowd {
		open += 3 * time.Millisecond // or it would be let go before it has come
	}
	var offering, waiting, watching sync.WaitGroup
	for i := range producers {
		offering.Go(func() {
			for j := i; j < len(p.tasks); j += producers {
				p.offer(p.tasks[j])
			}
		})
	}
	if watched {
		watching.Go(p.watch)
	}
	if !early {
		p.letGo(&offering, open)
	}
	answers := make([]outcome, among(sc, 1, 1, 3))
	if early {
		time.Sleep(open) // or it would mostly be over before anything was offered
	}
	for i := range answers {
		waiting.Go(func() { answers[i] = p.wait() })
	}
	if early {
		p.letGo(&offering, open)
	}
	waiting.Wait()
	watching.Wait()
	p.began.close()
	p.cancel(nil)
	var causes []error
	if fired && by.name != "" {
		causes = append(causes, by.cause)
		sc.Count("ended by "+by.name, 1)
	}
	p.check(answers, early, causes)
}

// letGo lets those that block go after a while, and waits for the producers, which may wait for them.
func (p *play) letGo(offering *sync.WaitGroup, after time.Duration) {
	if p.ledger.limit == 0 {
		offering.Wait()
	}
	time.Sleep(after)
	close(p.over)
	offering.Wait()
}

// watch looks at the tally until a Wait has returned.
func (p *play) watch() {
	var before fate.Tally
	for !p.waited.Load() {
		t := p.g.Tally()
		switch {
		case t.Offered != t.Ended()+t.Held+t.Running:
			p.sc.Fault("%v: the tally does not add up while tasks run: %v", p.ledger, t)
		case p.ledger.limit > 0 && t.Running > uint64(p.ledger.limit):
			p.sc.Fault("%v: too many run at once, by the tally: %v", p.ledger, t)
		case t.Offered < before.Offered || t.Skipped < before.Skipped || t.Shed < before.Shed:
			p.sc.Fault("%v: the tally goes back, from %v to %v", p.ledger, before, t)
		}
		before = t
		time.Sleep(50 * time.Microsecond)
	}
}

func (p *play) wait() (a outcome) {
	defer func() {
		p.waited.Store(true)
		a.thrown = recover()
	}()
	a.err = p.g.Wait()
	return a
}

// all visits the tasks, also those that tasks offer.
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

type report = func(format string, args ...any)

// check holds what happened against what must.
func (p *play) check(answers []outcome, early bool, causes []error) {
	t, l := p.g.Tally(), p.ledger
	fault := func(format string, args ...any) {
		p.sc.Fault("%v, panics %v: %s\n%v", l, p.mode, fmt.Sprintf(format, args...), t)
	}
	switch offered := p.offered.Load(); {
	case t.Offered > offered || !early && t.Offered != offered:
		fault("%d tasks were offered", offered)
	case p.inside.now.Load() != 0:
		fault("%d tasks run after Wait", p.inside.now.Load())
	case l.limit > 0 && p.inside.most.Load() > int64(l.limit):
		fault("%d tasks ran at once", p.inside.most.Load())
	case p.g.Go(func(context.Context) error { return nil }):
		fault("Go after Wait is true")
	case p.g.Context().Err() == nil || context.Cause(p.g.Context()) == nil:
		fault("the context has not ended after Wait")
	}
	for range p.g.Children() {
		fault("there is a child after Wait")
	}
	if wrong := l.judgeCounts(t); wrong != "" {
		fault("%s", wrong)
	}
	if wrong := p.observed.judge(t); wrong != "" {
		fault("%s", wrong)
	}
	for _, a := range answers[1:] {
		if a != answers[0] {
			fault("one Wait gave %v, another %v", answers[0], a)
		}
	}
	if wrong := l.judgeOutcome(p.mode, t, answers[0], causes...); wrong != "" {
		fault("%s", wrong)
	}
	p.checkRuns(t, fault)
	p.checkHandles(fault)
}

// checkRuns looks at what became of each task.
func (p *play) checkRuns(t fate.Tally, fault report) {
	var ran, runs uint64
	last := make(map[mishap]bool) // of each task, the last run
	p.all(func(t *task) {
		n := t.runs.Load()
		if n == 0 {
			return
		}
		ran++
		runs += uint64(n)
		last[mishap{t.number, n}] = true
		if t.refused.Load() {
			fault("task %d was refused, and has run", t.number)
		}
	})
	p.sc.group(t, runs, uint64(p.inside.most.Load()))
	if wrong := p.ledger.missing(p.mishaps.list(), func(m *mishap) bool { return last[*m] }); wrong != "" {
		fault("%s", wrong)
	}
	switch counted := t.OK + t.Failures() + t.Cancelled; {
	case runs-ran > t.Restarted:
		// There may be fewer: a run may be cancelled at the moment at which it begins.
		fault("%d runs were restarts", runs-ran)
	case ran > counted || ran+t.Cancelled < counted:
		fault("%d tasks have run", ran)
	case p.ledger.kinds[fate.Exited] != p.exited.Load():
		fault("%d runs have exited, and the strategy was shown %d", p.exited.Load(), p.ledger.kinds[fate.Exited])
	case !p.ledger.restarting() && t.OK+t.Cancelled < p.succeeded.Load():
		fault("%d tasks ended well", p.succeeded.Load())
	}
}

// checkHandles looks at what those hold who spawned.
func (p *play) checkHandles(fault report) {
	p.mu.Lock()
	children, futures := slices.Clone(p.children), slices.Clone(p.futures)
	p.mu.Unlock()
	for _, c := range children {
		select {
		case <-c.Done():
		default:
			fault("child %q has not ended after Wait", c.Name())
		}
	}
	for _, f := range futures {
		select {
		case <-f.Done():
		default:
			fault("the future of task %d has not ended after Wait", f.number)
			continue
		}
		switch n, err := f.Wait(); {
		case err == nil && (n != f.number || f.runs.Load() == 0):
			fault("the future of task %d is %d, after %d runs", f.number, n, f.runs.Load())
		case errors.Is(err, fate.ErrShed) && f.runs.Load() > 0:
			fault("task %d was shed, and has run", f.number)
		}
	}
}
