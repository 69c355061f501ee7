package compare

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// A gate holds tasks until it is opened, or ctx ends, so that a run that was interrupted never hangs in its tasks.
type gate struct {
	passed chan struct{}
	once   sync.Once
}

func newGate(ctx context.Context) (g *gate, unwatch func() bool) {
	g = &gate{passed: make(chan struct{})}
	return g, context.AfterFunc(ctx, g.open)
}

func (g *gate) open() { g.once.Do(func() { close(g.passed) }) }
func (g *gate) wait() { <-g.passed }

// blocked is what tasks cost that all wait at the same time: no goroutine can be shared.
func blocked(name string, tasks int) Workload {
	about := fmt.Sprintf("%s, each waiting until all have started", counted(tasks, "task"))
	return Workload{Name: name, About: about, Tasks: tasks,
		Prepare: func(context.Context, Input) (Job, error) {
			j := &blockedJob{ledger: make(ledger, tasks)}
			j.each = j.task
			return j, nil
		}}
}

type blockedJob struct {
	ledger  ledger
	each    func(context.Context, int) error
	started atomic.Int64
	gate    *gate
}

func (j *blockedJob) Run(ctx context.Context, c Contender) (Done, error) {
	var unwatch func() bool
	j.gate, unwatch = newGate(ctx)
	defer unwatch()
	j.started.Store(0)
	g := c.Open(ctx, Options{Tasks: len(j.ledger)})
	g.Each(len(j.ledger), j.each)
	return j.ledger.done(ctx, c, g.Wait())
}

func (j *blockedJob) task(_ context.Context, i int) error {
	if j.started.Add(1) == int64(len(j.ledger)) {
		j.gate.open()
	}
	j.gate.wait()
	j.ledger[i].ended++
	return nil
}

func (j *blockedJob) Close() error { return nil }

// firstFailure is what a failure costs that cancels the others. It comes when all have started, so that whether tasks are
// skipped that have not makes no difference, and all do the same.
func firstFailure(name string, tasks int) Workload {
	about := fmt.Sprintf("%s wait; the last to start fails, which cancels the others", counted(tasks, "task"))
	return Workload{Name: name, About: about, Tasks: tasks, Base: "hand-once",
		Takes: func(c Contender) bool { return c.Cancels },
		Prepare: func(context.Context, Input) (Job, error) {
			j := &firstFailureJob{ledger: make(ledger, tasks)}
			j.each = j.task
			return j, nil
		}}
}

var errFirst = errors.New("compare: the last task to start failed")

type firstFailureJob struct {
	ledger  ledger
	each    func(context.Context, int) error
	started atomic.Int64
}

func (j *firstFailureJob) Run(ctx context.Context, c Contender) (Done, error) {
	j.started.Store(0)
	g := c.Open(ctx, Options{Tasks: len(j.ledger)})
	g.Each(len(j.ledger), j.each)
	waited := g.Wait()
	d, err := j.ledger.done(ctx, c, waited)
	if err == nil && waited != errFirst {
		err = fmt.Errorf("compare: %s: Wait returned %w and not the first error", c.Name, waited)
	}
	return d, err
}

func (j *firstFailureJob) task(ctx context.Context, i int) error {
	e := &j.ledger[i]
	e.ended++
	e.failed++
	if j.started.Add(1) == int64(len(j.ledger)) {
		return errFirst
	}
	<-ctx.Done()
	return ctx.Err()
}

func (j *firstFailureJob) Close() error { return nil }

// overflow is what it costs to refuse: the places are taken until all have been offered, so that always the first get them.
func overflow(name string, tasks, limit int) Workload {
	about := fmt.Sprintf("%s offered to %s; %d are refused", counted(tasks, "task"), counted(limit, "place"), tasks-limit)
	return Workload{Name: name, About: about, Tasks: tasks, Limit: limit, Overflows: true,
		// Here all groups are opened with nothing held beyond the limit, which makes these two the same.
		Takes: func(c Contender) bool { return c.Name != plainFailfast },
		Prepare: func(context.Context, Input) (Job, error) {
			j := &overflowJob{limit: limit, ledger: make(ledger, tasks)}
			j.each = j.task
			return j, nil
		}}
}

type overflowJob struct {
	limit  int
	ledger ledger
	each   func(context.Context, int) error
	gate   *gate
}

func (j *overflowJob) Run(ctx context.Context, c Contender) (Done, error) {
	var unwatch func() bool
	j.gate, unwatch = newGate(ctx)
	defer unwatch()
	g := c.Open(ctx, Options{Limit: j.limit, Tasks: len(j.ledger), Exact: true}).(Tryer)
	taken := g.TryEach(len(j.ledger), j.each)
	j.gate.open()
	d, err := j.ledger.done(ctx, c, g.Wait())
	if err == nil && taken != d.Tasks {
		err = fmt.Errorf("compare: %s: %d tasks were taken and %d ran", c.Name, taken, d.Tasks)
	}
	return d, err
}

func (j *overflowJob) task(_ context.Context, i int) error {
	j.gate.wait()
	e := &j.ledger[i]
	e.ended++
	e.sum = uint64(i)
	return nil
}

func (j *overflowJob) Close() error { return nil }
