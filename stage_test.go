package fate_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

// Stages one after another, where each of them and the input may fail.

// work is what one stage does with an item.
type work func(context.Context, int) (int, error)

// increment is the work of an item that can't fail.
func increment(_ context.Context, i int) (int, error) { return i + 1, nil }

// three puts three stages one after another, named a, b and c.
func three(in fate.Source[int], s [3]fate.Strategy, f [3]work, opts ...fate.Option) fate.Source[int] {
	for i, name := range []string{"a", "b", "c"} {
		in = fate.Stage(in, s[i], f[i], slices.Concat([]fate.Option{fate.Name(name)}, opts)...)
	}
	return in
}

func all3(s fate.Strategy) [3]fate.Strategy { return [3]fate.Strategy{s, s, s} }

// given yields the numbers below n as an input that can fail, and at those of fails an error instead.
func given(n int, fails ...int) fate.Source[int] {
	return fate.From2(func(yield func(int, error) bool) {
		for i := range n {
			var err error
			if slices.Contains(fails, i) {
				err = errItem
			}
			if !yield(i, err) {
				return
			}
		}
	})
}

// at is work that does something else when it comes to an item.
func at(item int, do func() error) work {
	return func(_ context.Context, i int) (int, error) {
		if i == item {
			return 0, do()
		}
		return i + 1, nil
	}
}

// places returns the stages whose input an error came from, the last stage first, and fails the test unless it was the nth item in each; or
// an earlier one, if a gap may have come before it.
func places(t *testing.T, err error, nth uint64, gap bool) (names string) {
	t.Helper()
	for {
		e, ok := errors.AsType[*fate.InputError](err)
		if !ok {
			return names
		}
		if e.ID > nth || e.ID < nth && !gap {
			t.Errorf("%v: it is place %d of the input, want %d", err, e.ID, nth)
		}
		names += e.Stage
		err = e.Err
	}
}

// stopsAtOnce reports whether a strategy stops at the first failure, and whether it runs one at a time.
func stopsAtOnce(s fate.Strategy) (stops, one bool) {
	if u, ok := s.(unhinted); ok {
		s = u.Strategy
	}
	f, ok := s.(failfast.Strategy)
	return ok, f.Limit == 1
}

// bubbled runs a test in a bubble, and fails it if it leaves a goroutine.
func bubbled(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		before := goroutines()
		test(t)
		synctest.Wait()
		if n := goroutines() - before; n != 0 {
			t.Errorf("%d goroutines are left", n)
		}
	})
}

// failsIn are the places where item 5 of a three-stage pipeline can fail, and which inputs the last reader is told it came from.
var failsIn = []struct {
	where string
	stage int // -1 is the input
	from  string
}{{"the input", -1, "cba"}, {"the first stage", 0, "cb"}, {"the second stage", 1, "c"}, {"the last stage", 2, ""}}

// script3 returns the input and the work of three stages of which one does something at item 5.
func script3(n, stage int, do func() error) (fate.Source[int], [3]work) {
	f := [3]work{increment, increment, increment}
	if stage < 0 {
		return fate.From2(func(yield func(int, error) bool) {
			for i := range n {
				var err error
				if i == 5 {
					err = do()
				}
				if !yield(i, err) {
					return
				}
			}
		}), f
	}
	f[stage] = at(5+stage, do)
	return given(n), f
}

func TestAnErrorOfAnyStageComesToTheLastReader(t *testing.T) {
	const n = 20
	for _, c := range failsIn {
		for _, s := range append(limited(1), limited(3)...) {
			stops, one := stopsAtOnce(s)
			bubbled(t, func(t *testing.T) {
				in, f := script3(n, c.stage, func() error { return errItem })
				got := collect(three(in, all3(s), f)(t.Context()))
				var told []pair
				for i, p := range got {
					if p.err != nil {
						told = append(told, p)
						if from := places(t, p.err, 5, stops && !one); !errors.Is(p.err, errItem) || from != c.from || p.value != 0 {
							t.Errorf("%v, %s: told %v from the inputs of %q, want the failure from those of %q", s, c.where, p, from, c.from)
						}
					} else if p.value != i+3 {
						t.Errorf("%v, %s: pair %d is %v", s, c.where, i, p)
					}
				}
				if len(told) != 1 {
					t.Errorf("%v, %s: told the failure %d times, want once", s, c.where, len(told))
				}
				switch {
				case stops && one && got[len(got)-1].err == nil: // of several at once, later ones may have ended before it did
					t.Errorf("%v, %s: %d pairs came after the failure that stopped the stages", s, c.where, len(got))
				case !stops && (len(got) != n || got[5].err == nil):
					t.Errorf("%v, %s: %d pairs, want all %d with the failure in its place", s, c.where, len(got), n)
				}
			})
		}
	}
}

// One at a time, what came before the failure is always told before it.
func TestOneAtATimeNothingBeforeAnInputsErrorIsLost(t *testing.T) {
	for _, c := range failsIn {
		bubbled(t, func(t *testing.T) {
			in, f := script3(20, c.stage, func() error { return errItem })
			got := collect(three(in, all3(failfast.Strategy{Limit: 1}), f)(t.Context()))
			if len(got) != 6 || got[5].err == nil {
				t.Errorf("%s: told %v, want five results and the failure", c.where, got)
			}
		})
	}
}

// What an error means for a stage is for its own strategy to decide, whatever it meant for the one before.
func TestEachStagesStrategyDecidesWhatAnInputsErrorMeans(t *testing.T) {
	all, first := fate.Strategy(collectall.Strategy{Limit: 1}), fate.Strategy(failfast.Strategy{Limit: 1})
	for _, c := range []struct {
		s    [3]fate.Strategy
		want []bool // whether a pair is an error, of items of which 2, 4 and 6 of 8 fail in the input
	}{
		{[3]fate.Strategy{all, all, all}, []bool{false, false, true, false, true, false, true, false}},
		{[3]fate.Strategy{all, all, first}, []bool{false, false, true}},
		{[3]fate.Strategy{all, first, all}, []bool{false, false, true}},
		{[3]fate.Strategy{first, all, all}, []bool{false, false, true}},
		// The budget's last pair is the list of the two failures, which comes when the stage has stopped.
		{[3]fate.Strategy{all, collectall.Strategy{Limit: 1, StopAfter: 2}, all}, []bool{false, false, true, false, true, true}},
	} {
		bubbled(t, func(t *testing.T) {
			var failed []bool
			for _, err := range three(given(8, 2, 4, 6), c.s, [3]work{increment, increment, increment})(t.Context()) {
				failed = append(failed, err != nil)
			}
			if !slices.Equal(failed, c.want) {
				t.Errorf("%v: errors at %v, want %v", c.s, failed, c.want)
			}
		})
	}
}

func TestAFailingInputDoesNotRunTheFunction(t *testing.T) {
	var ran atomic.Int32
	got := collect(fate.Stage(given(3, 0, 1, 2), collectall.Strategy{}, func(context.Context, int) (int, error) {
		ran.Add(1)
		return 1, nil
	})(t.Context()))
	if len(got) != 3 || ran.Load() != 0 {
		t.Errorf("told %v, and the function ran %d times", got, ran.Load())
	}
	for i, p := range got {
		e, ok := p.err.(*fate.InputError)
		if !ok || e.ID != uint64(i) || e.Stage != "" || e.Err != errItem || p.value != 0 {
			t.Errorf("pair %d is %v, want an *InputError of that place, and no value", i, p)
		}
	}
}

func TestPanicsOfAnyStage(t *testing.T) {
	boom := func() error { panic(errOther) }
	for _, c := range failsIn {
		for _, s := range limited(2) {
			bubbled(t, func(t *testing.T) {
				in, f := script3(20, c.stage, boom)
				var got []pair
				v := recovered(func() { got = collect(three(in, all3(s), f, fate.Panics(fate.Return))(t.Context())) })
				if c.stage < 0 { // which is no task: its panic goes from loop to loop
					if p, ok := v.(*fate.PanicError); !ok || !errors.Is(p, errOther) {
						t.Errorf("%v: the loop panicked with %v, want that of the input", s, v)
					}
					return
				}
				stops, _ := stopsAtOnce(s)
				i := slices.IndexFunc(got, func(p pair) bool { return p.err != nil })
				if v != nil || i < 0 || !errors.Is(got[i].err, errOther) || places(t, got[i].err, 5, stops) != c.from {
					t.Fatalf("%v, %s under Return: panicked with %v, told %v", s, c.where, v, got)
				}
				if p, ok := errors.AsType[*fate.PanicError](got[i].err); !ok || len(p.Stack) == 0 {
					t.Errorf("%v, %s under Return: told %v, want a *PanicError with its stack", s, c.where, got[i].err)
				}
			})
			bubbled(t, func(t *testing.T) {
				in, f := script3(20, c.stage, boom)
				v := recovered(func() { collect(three(in, all3(s), f, fate.Panics(fate.Rethrow))(t.Context())) })
				err, ok := v.(error)
				if !ok || !errors.Is(err, errOther) {
					t.Fatalf("%v, %s under Rethrow: the loop panicked with %v", s, c.where, v)
				}
				if _, ok := errors.AsType[*fate.RethrownError](err); ok != (c.stage >= 0) {
					t.Errorf("%v, %s under Rethrow: the loop panicked with %v", s, c.where, v)
				}
			})
		}
	}
}

func TestGoexitInAnyStage(t *testing.T) {
	for _, c := range failsIn {
		bubbled(t, func(t *testing.T) {
			in, f := script3(20, c.stage, func() error { runtime.Goexit(); return nil })
			var got []pair
			exited := exits(func() {
				for v, err := range three(in, all3(collectall.Strategy{Limit: 2}), f)(t.Context()) {
					got = append(got, pair{v, err})
				}
			})
			if c.stage < 0 {
				if !exited || len(got) != 5 {
					t.Errorf("exited %v after %v, want true after the 5 before it", exited, got)
				}
				return
			}
			if exited || len(got) != 20 || !errors.Is(got[5].err, fate.ErrGoexit) || places(t, got[5].err, 5, false) != c.from {
				t.Errorf("%s: exited %v, told %v, want ErrGoexit in its place", c.where, exited, got)
			}
		})
	}
}

func TestBreakingTheLastStageJoinsAll(t *testing.T) {
	for _, s := range append(limited(3), unlimited()...) {
		bubbled(t, func(t *testing.T) {
			var running atomic.Int32
			count := func(ctx context.Context, i int) (int, error) {
				running.Add(1)
				defer running.Add(-1)
				time.Sleep(time.Millisecond)
				return i, nil
			}
			left := false
			in := func(yield func(int, error) bool) {
				defer func() { left = true }()
				for i := 0; i < 500 && yield(i, nil); i++ {
				}
			}
			read := 0
			for _, err := range three(fate.From2(in), all3(s), [3]work{count, count, count})(t.Context()) {
				if err != nil {
					t.Error(err)
				}
				if read++; read == 50 {
					break
				}
			}
			if n := running.Load(); n != 0 || !left {
				t.Errorf("%v: %d tasks are running after the loop, and the input has ended: %v", s, n, left)
			}
		})
	}
}

func TestTheParentsEndEndsAllStages(t *testing.T) {
	cause := errors.New("no more of that")
	for _, s := range append(limited(3), unlimited()...) {
		bubbled(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			var last error
			read := 0
			wait := func(ctx context.Context, i int) (int, error) {
				if i < 60 {
					return i, nil
				}
				<-ctx.Done()
				return 0, ctx.Err()
			}
			for v, err := range three(given(500), all3(s), [3]work{wait, wait, wait})(ctx) {
				if err == nil && v != read {
					t.Errorf("%v: pair %d is of %d", s, read, v)
				}
				if read++; read == 60 {
					synctest.Wait()
					cancel(cause)
				}
				last = err
			}
			if !errors.Is(last, cause) || read != 61 {
				t.Errorf("%v: %d pairs, the last with %v, want 60 and then the cause", s, read, last)
			}
		})
	}
}

// A stage that stops, in whatever way, tells all before it at once, also their Sources, and none after it.
func TestAStopReachesAllStagesBeforeIt(t *testing.T) {
	for stopping := range 4 { // the stage that fails; 3 is the reader, who leaves
		bubbled(t, func(t *testing.T) {
			begin := time.Now()
			var causes [4]error // by stage, and of the Source
			var f [3]work
			for stage := range f {
				f[stage] = func(ctx context.Context, i int) (int, error) {
					if stage == stopping && i == 1 {
						synctest.Wait() // until everything has come as far as it can
						return 0, errItem
					}
					if stage == 0 && i > 1 {
						<-ctx.Done()
						causes[0] = context.Cause(ctx)
						return 0, ctx.Err()
					}
					return i, nil
				}
			}
			source := func(ctx context.Context) iter.Seq2[int, error] {
				return func(yield func(int, error) bool) {
					for i := range 3 {
						yield(i, nil)
					}
					select {
					case <-ctx.Done():
						causes[3] = context.Cause(ctx)
						yield(0, ctx.Err())
					case <-time.After(time.Hour):
					}
				}
			}
			var got []pair
			for v, err := range three(source, all3(failfast.Strategy{Limit: 1}), f)(t.Context()) {
				if got = append(got, pair{v, err}); stopping == 3 && v == 1 {
					break
				}
			}
			if took := time.Since(begin); took != 0 {
				t.Errorf("stage %d stopped, and the loop ended only after %v", stopping, took)
			}
			if len(got) != 2 || got[0] != (pair{0, nil}) || stopping < 3 && !errors.Is(got[1].err, errItem) {
				t.Errorf("stage %d stopped: told %v", stopping, got)
			}
			for at, cause := range causes {
				// Only the first stage's third item, and the Source, wait for their context; the former starts only if the first stage is not
				// the one that stopped.
				if waits := at == 3 || at == 0 && stopping > 0; waits != (cause != nil) || stopping < 3 && waits && !errors.Is(cause, errItem) {
					t.Errorf("stage %d stopped: %d is told the cause %v", stopping, at, cause)
				}
			}
		})
	}
}

// A deadline within the pipeline is an error for the stages after it.
func TestADeadlineOfTheStagesBefore(t *testing.T) {
	for stage := range 3 {
		bubbled(t, func(t *testing.T) {
			slow := func(ctx context.Context, i int) (int, error) {
				select {
				case <-time.After(3 * time.Second):
					return i, nil
				case <-ctx.Done():
					return 0, ctx.Err()
				}
			}
			in := given(100)
			for i := range 3 {
				in = fate.Stage(in, failfast.Strategy{Limit: 1}, slow, fate.Backlog(0))
				if i == stage {
					all := in
					in = func(ctx context.Context) iter.Seq2[int, error] {
						return func(yield func(int, error) bool) {
							ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
							defer cancel()
							all(ctx)(yield)
						}
					}
				}
			}
			begin := time.Now()
			var last error
			for _, last = range in(t.Context()) {
			}
			depth := 0
			for e, ok := errors.AsType[*fate.InputError](last); ok; e, ok = errors.AsType[*fate.InputError](e.Err) {
				depth++
			}
			if !errors.Is(last, context.DeadlineExceeded) || depth != 2-stage || time.Since(begin) > 20*time.Second {
				t.Errorf("stage %d has a deadline: told %v through %d inputs after %v", stage, last, depth, time.Since(begin))
			}
		})
	}
}

// From and From2 do not look at the context: the stage waits for them.
func TestAStageWaitsForAnIteratorThatDoesNotLookAtTheContext(t *testing.T) {
	slow := func(yield func(int) bool) {
		yield(0)
		time.Sleep(time.Hour)
		yield(1)
	}
	for name, in := range map[string]fate.Source[int]{
		"From":  fate.From(slow),
		"From2": fate.From2(func(yield func(int, error) bool) { slow(func(i int) bool { return yield(i, nil) }) }),
	} {
		bubbled(t, func(t *testing.T) {
			begin := time.Now()
			for range fate.Stage(in, failfast.Strategy{}, increment)(t.Context()) {
				break
			}
			if took := time.Since(begin); took != time.Hour {
				t.Errorf("%s: the loop ended after %v, want an hour", name, took)
			}
		})
	}
}

func TestFromEndsWhenItsReaderLeaves(t *testing.T) {
	var pulled atomic.Int64
	for v, err := range fate.From(endless(&pulled))(t.Context()) {
		if err != nil {
			t.Error(err)
		}
		if v == 3 {
			break
		}
	}
	if n := pulled.Load(); n != 4 {
		t.Errorf("%d items were pulled, want 4", n)
	}
}

func TestAnInputsErrorThatIsShedIsNotLost(t *testing.T) {
	for name, s := range map[string]fate.Strategy{"shed": shed.Strategy{Limit: 1}, "shed after it was held": &wavering{}} {
		bubbled(t, func(t *testing.T) {
			release := make(chan struct{})
			in := fate.From2(func(yield func(int, error) bool) {
				yield(0, nil)
				yield(1, errItem)
				yield(2, nil)
				close(release)
			})
			got := collect(fate.Stage(in, s, func(context.Context, int) (int, error) { <-release; return 10, nil })(t.Context()))
			if len(got) != 3 || got[0] != (pair{10, nil}) || !errors.Is(got[1].err, fate.ErrShed) || !errors.Is(got[1].err, errItem) || got[2].err != fate.ErrShed {
				t.Fatalf("%s: told %v, want that two were shed, and what the first of them was", name, got)
			}
			if e, ok := errors.AsType[*fate.InputError](got[1].err); !ok || e.ID != 1 {
				t.Errorf("%s: told %v, want it as the input's error", name, got[1].err)
			}
		})
	}
}

// A filter between two stages deals with the errors of the first, and hands the context on.
func TestErrorsAreFilteredOutBetweenStages(t *testing.T) {
	first := fate.Stage(given(10, 3, 6), collectall.Strategy{Limit: 2}, increment)
	dropped := 0
	good := func(ctx context.Context) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for v, err := range first(ctx) {
				if err != nil {
					dropped++
				} else if !yield(v, nil) {
					return
				}
			}
		}
	}
	n := 0
	for _, err := range fate.Stage(good, failfast.Strategy{Limit: 2}, increment)(t.Context()) {
		if n++; err != nil {
			t.Error(err)
		}
	}
	if n != 8 || dropped != 2 {
		t.Errorf("%d pairs and %d dropped, want 8 and 2", n, dropped)
	}
}

func TestEachLoopOverAStageBeginsAnew(t *testing.T) {
	stage := fate.Stage(given(4, 2), failfast.Strategy{Limit: 1}, increment)
	once := stage(t.Context())
	for range 3 {
		for _, got := range [][]pair{collect(stage(t.Context())), collect(once)} {
			if len(got) != 3 || places(t, got[2].err, 2, false) != "" || !errors.Is(got[2].err, errItem) {
				t.Errorf("a loop saw %v, want two results and the failure of item 2", got)
			}
		}
	}
}

func TestAStageDoesNothingUntilItIsRead(t *testing.T) {
	bubbled(t, func(t *testing.T) {
		called := false
		in := func(context.Context) iter.Seq2[int, error] { called = true; return nil }
		fate.Stage(in, failfast.Strategy{}, increment)(t.Context())
		synctest.Wait()
		if called {
			t.Error("the Source was called")
		}
	})
}

// A Source may fail in the call itself, or return nothing.
func TestASourceThatPanicsWhenCalled(t *testing.T) {
	for name, in := range map[string]fate.Source[int]{
		"panics":      func(context.Context) iter.Seq2[int, error] { panic(errItem) },
		"returns nil": func(context.Context) iter.Seq2[int, error] { return nil },
	} {
		v := recovered(func() { collect(fate.Stage(in, failfast.Strategy{}, increment)(t.Context())) })
		if _, ok := v.(*fate.PanicError); !ok {
			t.Errorf("%s: the loop panicked with %v, want a *PanicError", name, v)
		}
	}
}

func TestStagesPassValuesThrough(t *testing.T) {
	type key struct{}
	look := func(ctx context.Context, i int) (int, error) {
		if ctx.Value(key{}) != "value" {
			t.Error("the parent's value is not there")
		}
		return i, nil
	}
	collect(three(given(3), all3(failfast.Strategy{}), [3]work{look, look, look})(context.WithValue(t.Context(), key{}, "value")))
}

func TestInputErrorsText(t *testing.T) {
	e := &fate.InputError{ID: 3, Err: errors.New("no such row")}
	if got := e.Error(); got != "input 3: no such row" {
		t.Errorf("reads %q", got)
	}
	e = &fate.InputError{ID: 3, Stage: "store", Err: e}
	if got := fmt.Sprint(e); got != "input 3 of store: input 3: no such row" {
		t.Errorf("reads %q", got)
	}
}

func TestStageRefusesNil(t *testing.T) {
	s := collectall.Strategy{}
	var none context.Context
	for name, call := range map[string]func(){
		"From: the input":              func() { fate.From[int](nil) },
		"From2: the input":             func() { fate.From2[int](nil) },
		"Stage: the strategy":          func() { fate.Stage(given(1), nil, double) },
		"Stage: the input":             func() { fate.Stage(nil, s, double) },
		"Stage: the function":          func() { fate.Stage[int, int](given(1), s, nil) },
		"Stage: the context":           func() { fate.Stage(given(1), s, double)(none) },
		"Stage: failfast: Limit":       func() { fate.Stage(given(1), failfast.Strategy{Limit: -1}, double) },
		"Stage: collectall: StopAfter": func() { fate.Stage(given(1), collectall.Strategy{StopAfter: -1}, double) },
		"Stage: shed: Limit":           func() { fate.Stage(given(1), shed.Strategy{}, double) },
	} {
		panicsNaming(t, name, call)
	}
}

// An item on its way through a stage costs no allocation.
func TestAStagesItemsCostNoAllocation(t *testing.T) {
	const n = 3000
	for _, s := range []fate.Strategy{failfast.Strategy{Limit: 4}, collectall.Strategy{}, unhinted{failfast.Strategy{Limit: 4}}} {
		per := testing.AllocsPerRun(3, func() {
			for range fate.Stage(given(n), s, double)(t.Context()) {
			}
		}) / n
		if per > 0.1 {
			t.Errorf("%v: %.2f allocations an item", s, per)
		}
	}
}
