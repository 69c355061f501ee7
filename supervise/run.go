package supervise

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sharedfate/fate"
)

// Run starts the strategy's Children, restarts them as it says, and returns when none is running any more: they have all ended
// for good, ctx has ended, it has given up, or one has asked for a stop by ErrStopAll. Whatever the reason, children are stopped one by one, the newest
// first, each when the one before has ended or its Grace is over. So that they do not end all at once, their contexts have
// the values of ctx, but not its end and no deadline.
//
// It returns what Wait would: see [Strategy]. When ctx ended and that cut a child short, its cause is in there; if all that were running
// returned nil, the error is nil. If some had not ended when everybody had been told to stop and waited for, a *[fate.LateError]
// that names them is joined last. Run waits for them all the same: Strategy.Late is told at once.
//
// A panic is a failure, unless opts say otherwise; with fate.Panics(fate.Rethrow) Run panics as Wait does.
//
// It works with a copy of s, so one Strategy serves any number of calls, also at once. Run panics if ctx or s is nil or s is wrong.
func Run(ctx context.Context, s *Strategy, opts ...fate.Option) (err error) {
	check("Run", s)
	if ctx == nil {
		panic("supervise: Run: the context is nil")
	}
	own := s.fresh()
	g := fate.New(context.WithoutCancel(ctx), own, slices.Concat([]fate.Option{fate.Panics(fate.Return)}, opts)...)
	if ctx.Err() != nil {
		g.Stop(context.Cause(ctx))
	}
	watched := make(chan *fate.LateError)
	go func() { watched <- own.watch(ctx, g) }()
	var late *fate.LateError
	func() {
		defer func() { late = <-watched }() // deferred: Wait may panic
		own.Start(g)
		err = g.Wait()
	}()
	switch {
	case late == nil:
		return err
	case err == nil:
		return late
	}
	return errors.Join(err, late)
}

// Task is Run as a task: a supervisor for the children of another one. When it gives up it is restarted as any child, with everything in it new.
// Give it as long a Grace as its children need to stop one by one. It panics if s is nil or wrong.
func (s *Strategy) Task(opts ...fate.Option) fate.Task {
	check("Task", s)
	return func(ctx context.Context) error { return Run(ctx, s, opts...) }
}

func check(call string, s *Strategy) {
	if err := s.Validate(); err != nil {
		panic(fmt.Errorf("supervise: %s: %w", call, err))
	}
}

// watch stops the group in order when ctx ends. When the group has stopped, for whatever reason, it looks who is late.
func (s *Strategy) watch(ctx context.Context, g *fate.Group) *fate.LateError {
	select {
	case <-ctx.Done():
		_ = g.StopInOrder(context.Cause(ctx)) // it returns when the group's context has ended, as below
	case <-g.Context().Done():
		if cause := context.Cause(g.Context()); !inOrder(cause) {
			_ = g.StopInOrder(cause) // a fault of the strategy's: they have been told, and not been waited for
		}
	}
	var late []fate.Late
	for c := range g.Children() {
		late = append(late, fate.Late{Child: c, Grace: s.graceOf(c.Name())})
	}
	if late == nil {
		return nil
	}
	slices.Reverse(late) // in the order in which they were stopped
	e := &fate.LateError{Late: late}
	if s.Late != nil {
		s.Late(e)
	}
	return e
}

// fresh returns a copy without the memory, which may belong to a group that is using it just now.
func (s *Strategy) fresh() *Strategy {
	return &Strategy{
		Limit: s.Limit, Restart: s.Restart, Radius: s.Radius, Backoff: s.Backoff, Intensity: s.Intensity, Period: s.Period,
		Children: s.Children, Late: s.Late,
	}
}

// inOrder reports whether a cause is that of a stop by the strategy itself.
func inOrder(cause error) bool {
	switch e := cause.(type) {
	case *GaveUpError:
		return true
	case *fate.TaskError:
		return is(e, ErrStopAll)
	}
	return false
}

func (s *Strategy) graceOf(name string) (d time.Duration) {
	for _, c := range s.Children {
		if c.Name == name {
			return c.grace()
		}
	}
	return fate.DefaultGrace
}
