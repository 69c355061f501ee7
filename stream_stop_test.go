package fate_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// What a stream's reader is told, under each strategy, when items fail.

// script is what the items of a stream do. Each begins once all have started, so that the story is the same each time.
type script []func(ctx context.Context) error

func (s script) stream(t *testing.T, strategy fate.Strategy, opts ...fate.Option) (pairs []pair) {
	var started atomic.Int32
	all := make(chan struct{})
	return collect(fate.Stream(t.Context(), strategy, numbers(len(s)), func(ctx context.Context, i int) (int, error) {
		if started.Add(1) == int32(len(s)) {
			close(all)
		}
		<-all
		return 10 + i, s[i](ctx)
	}, opts...))
}

func fail(context.Context) error      { return errItem }
func echo(ctx context.Context) error  { <-ctx.Done(); return ctx.Err() }
func cause(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }

// unmoved ends well, but only after the group has stopped.
func unmoved(ctx context.Context) error { <-ctx.Done(); return nil }

var errOther = errors.New("another failure")

// late fails of itself after the group has stopped.
func late(ctx context.Context) error { <-ctx.Done(); return errOther }

func TestWhatAReaderIsToldOfAStop(t *testing.T) {
	for _, c := range []struct {
		story  string
		script script
		want   []pair
	}{
		{"all went well", script{succeeds, succeeds}, []pair{{10, nil}, {11, nil}}},
		{"the last failed", script{unmoved, fail}, []pair{{10, nil}, {11, errItem}}},
		{"the first failed, others echo", script{fail, echo, cause}, []pair{{10, errItem}}},
		{"a gap before the failure", script{echo, unmoved, fail}, []pair{{0, errItem}}},
		{"a gap between, the failure after it", script{unmoved, cause, fail, unmoved}, []pair{{10, nil}, {0, errItem}}},
		{"a gap between, the failure before it", script{unmoved, fail, echo, unmoved}, []pair{{10, nil}, {11, errItem}}},
		{"after the stop, items that end well are no gap", script{unmoved, fail, unmoved}, []pair{{10, nil}, {11, errItem}, {12, nil}}},
		{"after the stop, a failure of its own is no gap", script{late, fail, late}, []pair{{10, errOther}, {11, errItem}, {12, errOther}}},
	} {
		if got := c.script.stream(t, failfast.Strategy{}); !slices.Equal(got, c.want) {
			t.Errorf("%s: told %v, want %v", c.story, got, c.want)
		}
	}
}

func TestItemsThatNeverStartedAreAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := collect(fate.Stream(t.Context(), failfast.Strategy{Limit: 1}, numbers(50), func(_ context.Context, i int) (int, error) {
			if i == 2 {
				synctest.Wait() // until those after it are held
				return 0, errItem
			}
			return i, nil
		}))
		if want := []pair{{0, nil}, {1, nil}, {0, errItem}}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

func TestStreamUnderCollectall(t *testing.T) {
	got := script{fail, succeeds, failOther, fail}.stream(t, collectall.Strategy{})
	if want := []pair{{10, errItem}, {11, nil}, {12, errOther}, {13, errItem}}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v: each failure with its item, and no list at the end", got, want)
	}
	if got := (script{fail}).stream(t, collectall.Strategy{Keep: 1}); !slices.Equal(got, []pair{{10, errItem}}) {
		t.Errorf("told %v, want the failure once", got)
	}
}

func failOther(context.Context) error { return errOther }

func TestStreamUnderAnErrorBudget(t *testing.T) {
	got := script{unmoved, fail, echo, unmoved}.stream(t, collectall.Strategy{StopAfter: 1})
	if want := []pair{{10, nil}, {11, errItem}}; len(got) != 3 || !slices.Equal(got[:2], want) {
		t.Fatalf("told %v, want %v and then the list", got, want)
	}
	list, ok := errors.AsType[*fate.Errors](got[2].err)
	if !ok || len(list.Tasks) != 1 || list.Tasks[0].ID != 1 || got[2].value != 0 {
		t.Errorf("the last pair is %v, want a list of item 1's failure: behind a gap may be more than was yielded", got[2])
	}
}

func TestStreamUnderSelective(t *testing.T) {
	got := script{fail, succeeds, fail}.stream(t, selective.Strategy{})
	if want := []pair{{10, errItem}, {11, nil}, {12, errItem}}; !slices.Equal(got, want) {
		t.Errorf("scope nobody: told %v, want %v", got, want)
	}
	got = script{unmoved, fail, echo}.stream(t, selective.Strategy{Scope: selective.Group})
	if len(got) != 3 || got[0] != (pair{10, nil}) || got[1] != (pair{11, errItem}) || !errors.Is(got[2].err, errItem) {
		t.Errorf("scope group: told %v, want up to the gap, then what Wait returned", got)
	}
}

func TestShedItemsAreYieldedInTheirPlace(t *testing.T) {
	for _, then := range []fate.Strategy{nil, failfast.Strategy{}} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			in := func(yield func(int) bool) {
				yield(0)
				synctest.Wait() // it runs
				yield(1)
				yield(2)
				close(release)
				synctest.Wait() // it has ended
				yield(3)
			}
			got := collect(fate.Stream(t.Context(), shed.Strategy{Limit: 1, Then: then}, in, func(_ context.Context, i int) (int, error) {
				<-release
				return 10 + i, nil
			}))
			if want := []pair{{10, nil}, {0, fate.ErrShed}, {0, fate.ErrShed}, {13, nil}}; !slices.Equal(got, want) {
				t.Errorf("then %v: told %v, want %v", then, got, want)
			}
		})
	}
}

func TestAnItemThatIsShedAfterItWasHeldIsYieldedInItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		in := func(yield func(int) bool) {
			yield(0)
			yield(1)
			synctest.Wait() // 0 runs, 1 is held
			close(release)
		}
		got := collect(fate.Stream(t.Context(), &wavering{}, in, func(context.Context, int) (int, error) { <-release; return 10, nil }))
		if want := []pair{{10, nil}, {0, fate.ErrShed}}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

// concluding is a strategy with an answer of its own at the end.
type concluding struct {
	collectall.Strategy
	conclude func(fate.Summary) error
}

func (c concluding) Conclude(s fate.Summary) error { return c.conclude(s) }

func TestAnErrorThatNoItemHadIsTheLastPair(t *testing.T) {
	quorum := errors.New("too few")
	got := script{succeeds, fail}.stream(t, concluding{conclude: func(fate.Summary) error { return quorum }})
	if want := []pair{{10, nil}, {11, errItem}, {0, quorum}}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

func TestAnErrorThatAnItemHadIsNotToldTwice(t *testing.T) {
	for name, conclude := range map[string]func(fate.Summary) error{
		"the first by time": func(s fate.Summary) error { return s.First.Err },
		"the last by order": func(s fate.Summary) error { return s.Errors[len(s.Errors)-1].Err },
		"with its place":    func(s fate.Summary) error { return s.Errors[1] },
		"all":               func(s fate.Summary) error { return s.Join() },
		"none":              func(s fate.Summary) error { return nil },
	} {
		got := script{fail, failOther}.stream(t, concluding{conclude: conclude})
		if want := []pair{{10, errItem}, {11, errOther}}; !slices.Equal(got, want) {
			t.Errorf("Conclude returns %s: told %v, want %v", name, got, want)
		}
	}
	for _, e := range incomparable {
		got := script{func(context.Context) error { return e }}.stream(t, failfast.Strategy{})
		if len(got) != 1 || got[0].err == nil {
			t.Errorf("%T: told %v, want the failure once", e, got)
		}
	}
}

func TestAReaderMayLeaveAtTheLastPair(t *testing.T) {
	for _, err := range fate.Stream(t.Context(), concluding{conclude: func(fate.Summary) error { return errOther }}, numbers(3), double) {
		if err != nil {
			break
		}
	}
}

func TestStreamOfItemsThatPanic(t *testing.T) {
	boom := func(context.Context) error { panic(errOther) }
	for _, s := range unlimited() {
		got := script{boom}.stream(t, s, fate.Panics(fate.Return))
		if len(got) != 1 || !errors.Is(got[0].err, errOther) || got[0].value != 0 {
			t.Errorf("%v under Return: told %v, want one *PanicError", s, got)
		}
	}
	var got []pair
	v := recovered(func() {
		for v, err := range fate.Stream(t.Context(), collectall.Strategy{Limit: 1}, numbers(4), func(ctx context.Context, i int) (int, error) {
			if i%2 == 1 {
				panic(i)
			}
			return i, nil
		}, fate.Panics(fate.Rethrow)) {
			got = append(got, pair{v, err})
		}
	})
	if len(got) != 4 || got[0].err != nil || got[1].err == nil || got[2].err != nil || got[3].err == nil {
		t.Errorf("under Rethrow: told %v, want every item, and nothing more", got)
	}
	if r, ok := v.(*fate.RethrownError); !ok || len(r.Panics) != 2 || r.Panics[0].Value != 1 || r.Panics[1].Value != 3 {
		t.Errorf("under Rethrow: the loop panicked with %v, want both panics", v)
	}
}

func TestARethrownPanicComesInsteadOfTheLastPair(t *testing.T) {
	var got []pair
	running := make(chan struct{})
	v := recovered(func() {
		for v, err := range fate.Stream(t.Context(), failfast.Strategy{}, numbers(2), func(ctx context.Context, i int) (int, error) {
			if i == 0 {
				close(running)
				<-ctx.Done()
				return 0, ctx.Err() // a gap
			}
			<-running
			panic(errOther)
		}, fate.Panics(fate.Rethrow)) {
			got = append(got, pair{v, err})
		}
	})
	if r, ok := v.(*fate.RethrownError); !ok || !errors.Is(r, errOther) || len(got) != 0 {
		t.Errorf("told %v and then panicked with %v, want nothing and then a *RethrownError", got, v)
	}
}

func TestBreakingALoopDoesNotHideAPanic(t *testing.T) {
	v := recovered(func() {
		for _, err := range fate.Stream(t.Context(), collectall.Strategy{}, numbers(1), func(context.Context, int) (int, error) {
			panic("the item")
		}, fate.Panics(fate.Rethrow)) {
			if err == nil {
				t.Error("no error for an item that panicked")
			}
			break
		}
	})
	if _, ok := v.(*fate.RethrownError); !ok {
		t.Errorf("the loop panicked with %v, want a *RethrownError", v)
	}
}

func TestStreamOfItemsThatExit(t *testing.T) {
	exit := func(context.Context) error { runtime.Goexit(); return nil }
	got := script{succeeds, exit, succeeds}.stream(t, collectall.Strategy{})
	if want := []pair{{10, nil}, {0, fate.ErrGoexit}, {12, nil}}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

// faulty is a strategy that does something else than answer.
type faulty struct {
	collectall.Strategy
	admit, settle, conclude func()
}

func (f faulty) Hints() fate.Hints { return fate.Hints{} }

func (f faulty) Admit(t fate.Tally) fate.Admission {
	if f.admit != nil && t.Offered == 1 {
		f.admit()
	}
	return f.Strategy.Admit(t)
}

func (f faulty) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if f.settle != nil && e.ID == 1 {
		f.settle()
	}
	return f.Strategy.Settle(t, e)
}

func (f faulty) Conclude(s fate.Summary) error {
	if f.conclude != nil {
		f.conclude()
	}
	return f.Strategy.Conclude(s)
}

func TestAReaderIsToldOfAStrategysFault(t *testing.T) {
	for what, do := range map[string]func(){"panics": func() { panic(errOther) }, "exits": runtime.Goexit} {
		for where, s := range map[string]fate.Strategy{
			"Admit":  faulty{admit: do},
			"Settle": faulty{settle: do},
		} {
			synctest.Test(t, func(t *testing.T) {
				in := func(yield func(int) bool) {
					for i := range 2 { // with the fault at the last
						yield(i)
						synctest.Wait()
					}
				}
				var last error
				for _, err := range fate.Stream(t.Context(), s, in, double, fate.Panics(fate.Return)) {
					last = err
				}
				if _, ok := errors.AsType[*fate.PanicError](last); !ok {
					t.Errorf("%s %s under Return: told %v last, want a *PanicError", where, what, last)
				}
				v := recovered(func() { collect(fate.Stream(t.Context(), s, in, double)) })
				if r, ok := v.(*fate.RethrownError); !ok || len(r.Panics) != 1 {
					t.Errorf("%s %s: the loop panicked with %v, want a *RethrownError with one panic", where, what, v)
				}
			})
		}
	}
	s := faulty{conclude: func() { panic(errOther) }}
	got := script{succeeds}.stream(t, s, fate.Panics(fate.Return))
	if len(got) != 2 || got[0] != (pair{10, nil}) || !errors.Is(got[1].err, errOther) {
		t.Errorf("Conclude panics under Return: told %v, want the item and then the panic", got)
	}
	if _, ok := recovered(func() { (script{succeeds}).stream(t, s) }).(*fate.RethrownError); !ok {
		t.Error("Conclude panics: the loop did not panic with a *RethrownError")
	}
}

// A failure that stops the group is followed by the last pair also if it is the last item's: whether the input was over by then can't
// be known, so it must not matter.
func TestAStopByTheLastItemIsAlwaysTold(t *testing.T) {
	for range 500 {
		pairs := 0
		for range fate.Stream(t.Context(), collectall.Strategy{StopAfter: 1}, slices.Values([]int{1}),
			func(context.Context, int) (int, error) { return 0, errTask }) {
			pairs++
		}
		if pairs != 2 {
			t.Fatalf("%d pairs, want the item's and the last", pairs)
		}
	}
}
