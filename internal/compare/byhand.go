package compare

import (
	"context"
	"errors"
	"sync"
)

func bare() []Contender {
	return []Contender{{
		Name:   BaseName,
		What:   "a go statement and sync.WaitGroup for each task; a channel as semaphore",
		Lack:   "errors are lost; nothing is cancelled",
		Limits: true,
		Tries:  true,
		Keeps:  None,
		Open: func(ctx context.Context, o Options) Group {
			return &handGroup{ctx: ctx, slots: newSlots(o.Limit)}
		},
	}}
}

func byHand() []Contender {
	return []Contender{
		{
			Name:   "hand-chan",
			What:   "sync.WaitGroup, a channel of errors and errors.Join; a channel as semaphore",
			Lack:   "nothing is cancelled; errors in order of completion",
			Limits: true,
			Tries:  true,
			Keeps:  Every,
			Open: func(ctx context.Context, o Options) Group {
				return &handGroup{ctx: ctx, slots: newSlots(o.Limit), keeper: newErrorChan(o.Tasks)}
			},
		},
		{
			Name:   "hand-mutex",
			What:   "sync.WaitGroup, a slice of errors under a mutex and errors.Join; a channel as semaphore",
			Lack:   "nothing is cancelled; errors in order of completion",
			Limits: true,
			Tries:  true,
			Keeps:  Every,
			Open: func(ctx context.Context, o Options) Group {
				return &handGroup{ctx: ctx, slots: newSlots(o.Limit), keeper: &errorSlice{}}
			},
		},
		{
			Name:    "hand-once",
			What:    "sync.WaitGroup, sync.Once for the first error and context.WithCancelCause; a channel as semaphore",
			Lack:    "all errors but the first are lost; tasks that had not started when it came are started all the same",
			Limits:  true,
			Tries:   true,
			Cancels: true,
			Keeps:   First,
			Open: func(ctx context.Context, o Options) Group {
				ctx, cancel := context.WithCancelCause(ctx)
				return &handGroup{ctx: ctx, slots: newSlots(o.Limit), keeper: &firstError{cancel: cancel}}
			},
		},
	}
}

// handGroup is what the contenders written by hand have in common: a goroutine per task, a WaitGroup and a semaphore.
//
// It adds and starts where it could call WaitGroup.Go, because that costs a second closure.
type handGroup struct {
	ctx    context.Context
	slots  slots
	wg     sync.WaitGroup
	keeper keeper // nil loses errors
}

// A keeper is what code by hand does with errors; keep is called for those that are not nil, from several goroutines.
type keeper interface {
	keep(err error)
	conclude() error
}

func (g *handGroup) Context() context.Context { return g.ctx }

func (g *handGroup) Go(task func(context.Context) error) {
	g.slots.acquire()
	g.start(task)
}

func (g *handGroup) TryGo(task func(context.Context) error) bool {
	if !g.slots.try() {
		return false
	}
	g.start(task)
	return true
}

func (g *handGroup) start(task func(context.Context) error) {
	g.wg.Add(1)
	go func() {
		defer g.done()
		g.keep(task(g.ctx))
	}()
}

func (g *handGroup) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		g.slots.acquire()
		g.wg.Add(1)
		go func() {
			defer g.done()
			g.keep(task(g.ctx, i))
		}()
	}
}

func (g *handGroup) TryEach(n int, task func(context.Context, int) error) (taken int) {
	for i := range n {
		if !g.slots.try() {
			continue
		}
		taken++
		g.wg.Add(1)
		go func() {
			defer g.done()
			g.keep(task(g.ctx, i))
		}()
	}
	return taken
}

func (g *handGroup) keep(err error) {
	if err != nil && g.keeper != nil {
		g.keeper.keep(err)
	}
}

// done frees the slot first, so that it is free once Wait has returned.
func (g *handGroup) done() {
	g.slots.release()
	g.wg.Done()
}

func (g *handGroup) Wait() error {
	g.wg.Wait()
	if g.keeper == nil {
		return nil
	}
	return g.keeper.conclude()
}

// errorChan sends each error over a channel. It has room for all of them if the number of tasks is known, as people
// write it; otherwise a goroutine receives as they come.
type errorChan struct {
	errs   chan error
	joined chan error // nil, or where the receiving goroutine leaves what it joined
}

func newErrorChan(tasks int) *errorChan {
	e := &errorChan{errs: make(chan error, tasks)}
	if tasks == 0 {
		e.joined = make(chan error, 1)
		go func() { e.joined <- e.join() }()
	}
	return e
}

func (e *errorChan) keep(err error) { e.errs <- err }

func (e *errorChan) conclude() error {
	close(e.errs)
	if e.joined != nil {
		return <-e.joined
	}
	return e.join()
}

func (e *errorChan) join() error {
	var all []error
	for err := range e.errs {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// errorSlice appends each error to a slice.
type errorSlice struct {
	mu   sync.Mutex
	errs []error // under mu
}

func (e *errorSlice) keep(err error) {
	e.mu.Lock()
	e.errs = append(e.errs, err)
	e.mu.Unlock()
}

func (e *errorSlice) conclude() error { return errors.Join(e.errs...) }

// firstError keeps the first error and cancels the others.
type firstError struct {
	cancel context.CancelCauseFunc
	once   sync.Once
	err    error // written in once
}

func (e *firstError) keep(err error) {
	e.once.Do(func() {
		e.err = err // before cancel, so that a sibling's ctx.Err() never comes first
		e.cancel(err)
	})
}

func (e *firstError) conclude() error {
	e.cancel(nil)
	return e.err
}
