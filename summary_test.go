package fate_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// hinted is a strategy with hints.
type hinted struct {
	fate.Strategy
	hints fate.Hints
}

func (h hinted) Hints() fate.Hints { return h.hints }

// The summary holds the failures in submission order, and the first by time apart.
func TestTheSummaryHoldsTheFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &witness{of: policy{}}
		g := fate.New(t.Context(), w, fate.Panics(fate.Return))
		g.Go(endsAfter(3*time.Second, errTask))
		g.Go(succeeds)
		g.Spawn("first", endsAfter(time.Second, errFault))
		g.Spawn("exits", goexits).Done()
		g.Go(func(context.Context) error { time.Sleep(2 * time.Second); panic("late") })
		err := g.Wait()
		var ids []uint64
		for _, e := range w.sum.Errors {
			ids = append(ids, e.ID)
		}
		if fmt.Sprint(ids) != "[0 2 3 4]" {
			t.Errorf("the failures are those of %v", ids)
		}
		if w.sum.First == nil || w.sum.First.ID != 3 || w.sum.First.Err != fate.ErrGoexit {
			t.Errorf("the first is %v", w.sum.First)
		}
		if w.sum.Cause != nil || w.sum.Dropped != 0 {
			t.Errorf("the cause is %v, %d dropped", w.sum.Cause, w.sum.Dropped)
		}
		want := "the task's error\nfirst: the strategy's fault\nexits: fate: task called runtime.Goexit\nfate: a task panicked: late"
		if err.Error() != want {
			t.Errorf("the text is\n%v\nwant\n%v", err, want)
		}
	})
}

// Hints.Keep bounds the failures held: they are the first by time, still in submission order, and the others are counted.
func TestKeepHoldsTheFirstByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &witness{of: policy{}}
		g := fate.New(t.Context(), hinted{w, fate.Hints{Keep: 2}})
		for i, seconds := range []time.Duration{5, 2, 4, 1, 3} {
			g.Go(endsAfter(seconds*time.Second, fmt.Errorf("error %d", i)))
		}
		g.Go(func(ctx context.Context) error { time.Sleep(time.Minute); g.Stop(errCause); return ctx.Err() })
		err := g.Wait()
		if len(w.sum.Errors) != 2 || w.sum.Errors[0].ID != 1 || w.sum.Errors[1].ID != 3 || w.sum.Dropped != 3 {
			t.Errorf("it holds %v and dropped %d", w.sum.Errors, w.sum.Dropped)
		}
		if w.sum.First != w.sum.Errors[1] {
			t.Errorf("the first is %v", w.sum.First)
		}
		if want := "error 1\nerror 3\nand 3 more\nstopped: the stop's cause"; err.Error() != want {
			t.Errorf("the text is %q", err)
		}
		wantTally(t, g, fate.Tally{Offered: 6, Failed: 5, Cancelled: 1})
	})
}

// Events tell how long a task ran, unless the strategy's hints say that it does not look.
func TestEventsTellHowLongATaskRan(t *testing.T) {
	for _, untimed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := &witness{of: policy{}}
			g := fate.New(t.Context(), hinted{w, fate.Hints{Untimed: untimed}}, fate.Panics(fate.Return))
			want := map[uint64]time.Duration{}
			for i, end := range []fate.Task{succeeds, fails, panicsNow, goexits} {
				took := time.Duration(i+1) * time.Second
				if want[uint64(i)] = took; untimed {
					want[uint64(i)] = 0
				}
				g.Go(func(ctx context.Context) error { time.Sleep(took); return end(ctx) })
			}
			_ = g.Wait()
			for _, e := range w.events {
				if e.Took != want[e.ID] {
					t.Errorf("untimed %v: task %d took %v, want %v", untimed, e.ID, e.Took, want[e.ID])
				}
			}
		})
	}
}

// Under Hints.FailuresOnly, Settle is not called for tasks that returned nil.
func TestFailuresOnlySparesSuccesses(t *testing.T) {
	w := &witness{of: policy{}}
	g := fate.New(t.Context(), hinted{w, fate.Hints{FailuresOnly: true}})
	g.Go(succeeds)
	<-g.Spawn("fails", fails).Done()
	g.Go(succeeds)
	wantIs(t, g.Wait(), errTask)
	wantKinds(t, w, fate.Failed)
	wantTally(t, g, fate.Tally{Offered: 3, OK: 2, Failed: 1})
}

// IDs are the order of submission from 0; shed and skipped tasks count.
func TestIDsAreTheOrderOfSubmission(t *testing.T) {
	w := &witness{of: failfast.Strategy{Limit: 1}}
	g := fate.New(t.Context(), w, fate.Backlog(0))
	gate := make(chan struct{})
	g.Go(until(gate))
	for range 2 { // 1 and 2
		if g.TryGo(succeeds) {
			t.Error("accepted beyond the limit")
		}
	}
	close(gate)
	c := g.Spawn("child", succeeds)
	<-c.Done()
	if c.ID() != 3 {
		t.Errorf("the child's ID is %d", c.ID())
	}
	_ = g.Wait()
	for i, want := range []uint64{0, 3} {
		if w.events[i].ID != want {
			t.Errorf("event %d is of task %d, want %d", i, w.events[i].ID, want)
		}
	}
	if w.events[1].Name != "child" || w.events[0].Name != "" {
		t.Errorf("the names are %q and %q", w.events[0].Name, w.events[1].Name)
	}
}

// The causes that are errors lead to the task's error, and say more than it.
func TestErrorsCanBeTakenApart(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{})
	g.Spawn("child", fails)
	err := g.Wait()
	var one *fate.TaskError
	if !errors.As(err, &one) || one.Name != "child" || one.Err != errTask || errors.Unwrap(one) != errTask {
		t.Errorf("Wait is %#v", err)
	}
	if one.Error() != "child: the task's error" {
		t.Errorf("the text is %q", one)
	}
	made := &fate.Errors{Tasks: []*fate.TaskError{one}, Cause: errCause} // by a strategy of somebody's own
	wantIs(t, made, errTask)
	wantIs(t, made, errCause)
}
