package situations_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/situations"
)

// workNamed is a work by its name.
func workNamed(t *testing.T, name string) situations.Work {
	for _, w := range situations.Works() {
		if w.Name == name {
			return w
		}
	}
	t.Fatalf("no work is named %s", name)
	panic("unreachable")
}

// In each scene that contenders are put into, one that does not do what it is there for is caught: what a side has to show comes from what
// the tasks did, and not from the side.
func TestScenesCatchContendersThatDoLess(t *testing.T) {
	ctx := t.Context()
	const n = 12
	type task = func(context.Context, int) error
	// some runs the first of the tasks, one after the other, and stops at no error.
	some := func(less int) situations.Runner {
		return func(ctx context.Context, n int, do task) (first error) {
			for i := range n - less {
				if err := do(ctx, i); first == nil {
					first = err
				}
			}
			return first
		}
	}
	// silent runs them all and says nothing.
	silent := func(_ context.Context, n int, do func(int) error) error {
		for i := range n {
			_ = do(i)
		}
		return nil
	}
	for _, c := range []struct {
		work, how string
		got       situations.Done
	}{
		{"handful", "one task less", situations.Handful(some(1))(ctx, n)},
		{"handful-fails", "the others never run", situations.HandfulFailing(func(_ context.Context, n int, do task) error { return errors.New("another") })(ctx, n)},
		{"limit", "one task less", some(1).Side("limit", "wrong", "").Do(ctx, n)},
		{"limit-10us", "one task less", some(1).Side("limit-10us", "wrong", "").Do(ctx, n)},
		{"limit-fails", "the error is another task's", some(0).Side("limit-fails", "wrong", "").Do(ended(ctx), n)},
		{"errors", "no error is told", situations.Collector(silent).Side("wrong", "").Do(ctx, n)},
		{"errors", "one error of all", situations.Collector(func(_ context.Context, n int, do func(int) error) (first error) {
			for i := range n {
				if err := do(i); first == nil {
					first = err
				}
			}
			return first
		}).Side("wrong", "").Do(ctx, n)},
		{"emit", "one is lost", keeping(func(v int) bool { return v != 3 }, true).Written(n)},
		{"emit", "one is dropped", keeping(func(v int) bool { return v != 3 }, false).Written(n)},
		{"share", "one task less", sharing(some(1)).Shared(ctx, 4, n, 8)},
		{"share", "more than may at once", sharing(some(0)).Shared(ctx, 4, n, 0)},
		{"race", "the last value is another", racing(-1).Raced(ctx, 1, n)},
		{"race", "the others do not end", racing(0).Raced(ctx, 1, n)},
		{"stages-errors", "an error is left out", situations.Staged(func(_ context.Context, n int, yield func(int, error)) error {
			for i := range n {
				if i%4 != 3 {
					yield(i+1, nil)
				}
			}
			return nil
		})(ctx, n)},
		{"stages-errors", "an error that tells of no item", situations.Staged(func(_ context.Context, n int, yield func(int, error)) error {
			for i := range n {
				if i%4 == 3 {
					yield(0, errors.New("an item failed"))
				} else {
					yield(i+1, nil)
				}
			}
			return nil
		})(ctx, n)},
	} {
		w := workNamed(t, c.work)
		w.Sides = []situations.Side{{Name: "wrong", Do: func(context.Context, int) situations.Done { return c.got }}}
		if w.Verify(ctx, n) == nil {
			t.Errorf("%s: that %s is not noticed", c.work, c.how)
		}
	}
}

// ended is a context in which a task that waits for its end comes back.
func ended(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

// keeping delivers at once what it is to keep, and says of the rest that it was accepted, or not.
func keeping(keep func(v int) bool, accepted bool) situations.Producer {
	return situations.Producer{Name: "wrong", Open: func(_ int, sink func([]int)) situations.Emitter {
		return situations.Emitter{
			Emit: func(v int) bool {
				if !keep(v) {
					return accepted
				}
				sink([]int{v})
				return true
			},
			Close:   func() {},
			Dropped: func() uint64 { return 0 },
		}
	}}
}

// sharing runs what is to be shared in one group after the other.
func sharing(run situations.Runner) situations.Sharer {
	return situations.Sharer{Name: "wrong", Run: func(ctx context.Context, groups, tasks int, _ int64, _ func(int) int64, task func(context.Context, int) error) error {
		for range groups {
			if err := run(ctx, tasks, task); err != nil {
				return err
			}
		}
		return nil
	}}
}

// racing starts none of those that lose, and adds something to the value of the one that wins.
func racing(more int) situations.Racer {
	return situations.Racer{Name: "wrong", Run: func(_ context.Context, _ int, fs []func(context.Context) (int, error)) ([]int, error) {
		return []int{len(fs) + more}, nil
	}}
}

// What a hanging sink can't take is dropped and counted, or the work is another one.
func TestDropsThatAreNotCountedAreCaught(t *testing.T) {
	const n, room = 12, 64
	hanging := func(counted, lost bool) situations.Producer {
		return situations.Producer{Name: "wrong", Open: func(_ int, sink func([]int)) situations.Emitter {
			values, sunk := make(chan int, room), make(chan struct{})
			dropped := uint64(0)
			go func() {
				defer close(sunk)
				for v := range values {
					if !lost || v == 0 {
						sink([]int{v})
					} else {
						sink(nil)
					}
				}
			}()
			return situations.Emitter{
				Emit: func(v int) bool {
					select {
					case values <- v:
						return true
					default:
						if counted {
							dropped++
						}
						return false
					}
				},
				Close:   func() { close(values); <-sunk },
				Dropped: func() uint64 { return dropped },
			}
		}}
	}
	w := workNamed(t, "emit-drops")
	for _, c := range []struct {
		counted, lost, right bool
	}{{true, false, true}, {false, false, false}, {true, true, false}} {
		got := hanging(c.counted, c.lost).Dropped(n)
		w.Sides = []situations.Side{{Name: "that", Do: func(context.Context, int) situations.Done { return got }}}
		if err := w.Verify(t.Context(), n); (err == nil) != c.right {
			t.Errorf("drops counted %v, values lost %v: %v", c.counted, c.lost, err)
		}
	}
}

// Who takes what should be refused, or runs nothing, is caught.
func TestOverflowShowsWhatWasTaken(t *testing.T) {
	if sum, cut := situations.Overflow(5, func(func()) bool { return true }); sum != 0 || cut != 0 {
		t.Errorf("sum %d, %d cut", sum, cut)
	}
	if sum, cut := situations.Overflow(5, func(func()) bool { return false }); sum != 0 || cut != 5 {
		t.Errorf("sum %d, %d cut", sum, cut)
	}
}

// Who returns nil although its parent has ended and nothing was done for sure says that this is less than ours.
func TestWhoDoesNotTellOfTheParentsEndSaysSo(t *testing.T) {
	const says = "when the parent ends, nothing is told unless a task tells it"
	nothing := func(context.Context, int) error { return nil }
	check := func(name, less string, err error) {
		if (err == nil) != strings.Contains(less, says) {
			t.Errorf("%s: after the parent's end it returns %v, and promises less than ours: %q", name, err, less)
		}
	}
	for _, s := range workNamed(t, "limit").Sides {
		run := situations.LimitRunners[s.Name]
		if s.Name != "conc" { // which has the words of the one before it
			check(s.Name, s.Less, run(ended(t.Context()), 3, nothing))
		}
	}
	one := func(int) int64 { return 1 }
	for _, s := range situations.Sharers() {
		if s.Limits {
			check(s.Name, s.Less, s.Run(ended(t.Context()), 2, 3, 8, one, nothing))
		}
	}
}
