package price_test

import (
	"context"
	"errors"
	"testing"

	"github.com/sharedfate/fate/internal/price"
)

// What does not do its work is caught, by each way that work is looked at.
func TestWorkThatIsNotDoneIsCaught(t *testing.T) {
	// lazy leaves the last task out.
	lazy := func(ctx context.Context, tasks int, f price.Form) error { return price.Bare(ctx, tasks-1, f) }
	// eager runs one more.
	eager := func(ctx context.Context, tasks int, f price.Form) error { return price.Bare(ctx, tasks+1, f) }
	// forgetful runs them all, and returns one error of them.
	forgetful := func(ctx context.Context, tasks int, f price.Form) error {
		return errors.Join(price.Bare(ctx, tasks, f), price.ErrTask)
	}
	failed := errors.New("failed")
	fails := func(context.Context, int, price.Form) error { return failed }

	for name, side := range map[string]price.Side{
		"empty, lazy":        price.Empty(lazy),
		"empty, eager":       price.Empty(eager),
		"empty, fails":       price.Empty(fails),
		"late, lazy":         price.Late(lazy),
		"late, fails":        price.Late(fails),
		"neighbour, fails":   price.Neighbour(fails),
		"waiting, fails":     price.Waiting(fails),
		"waiting, idle":      price.Waiting(func(context.Context, int, price.Form) error { return nil }),
		"failing, forgetful": price.Failing(forgetful),
		"failing, silent":    price.Failing(price.Bare),
		"passing, lazy":      price.Passing(lazy),
		"passing, fails":     price.Passing(fails),
		"piled, idle":        price.Piled(func(context.Context, int, price.Form) error { return nil }),
		"piled, fails":       price.Piled(fails),
		"slots, one missing": func(m *price.Meter) error {
			return m.Slots(func(slots []uint32) error {
				for i := range slots[1:] {
					slots[i] = uint32(i + 1)
				}
				return nil
			})
		},
		"sums, wrong": func(m *price.Meter) error {
			return m.Sums(func(sums []uint64, _ int) error {
				for i := range sums {
					sums[i] = 1
				}
				return nil
			})
		},
		"sums, idle": func(m *price.Meter) error {
			return m.Sums(func(sums []uint64, _ int) error { return nil })
		},
		"mapped, short":  func(m *price.Meter) error { return m.Mapped(func(in []int) ([]int, error) { return nil, nil }) },
		"mapped, wrong":  func(m *price.Meter) error { return m.Mapped(func(in []int) ([]int, error) { return in, nil }) },
		"mapped, fails":  func(m *price.Meter) error { return m.Mapped(func(in []int) ([]int, error) { return nil, failed }) },
		"results, wrong": func(m *price.Meter) error { return m.Results(3, func([]uint64) error { return nil }) },
		"ordered, idle":  func(m *price.Meter) error { return m.Ordered(func(func(int)) error { return nil }) },
		"ordered, in disorder": func(m *price.Meter) error {
			return m.Ordered(func(yield func(int)) error {
				for i := range m.Tasks {
					yield(2 * (m.Tasks - 1 - i))
				}
				return nil
			})
		},
		"long, idle": price.Long(func(context.Context, []uint64, int) error { return nil }),
		"long, one missing": price.Long(func(_ context.Context, out []uint64, _ int) error {
			for i := range out[1:] {
				price.Slot(out, i, 0)
			}
			return nil
		}),
		"long, spins less": price.Long(func(_ context.Context, out []uint64, spins int) error {
			for i := range out {
				price.Slot(out, i, spins-1)
			}
			return nil
		}),
		"long, fails":  price.Long(func(context.Context, []uint64, int) error { return failed }),
		"staged, idle": func(m *price.Meter) error { return m.Staged(func(func(int)) error { return nil }) },
		"staged, one stage short": func(m *price.Meter) error {
			return m.Staged(func(yield func(int)) error {
				for i := range m.Tasks {
					yield(i + 2)
				}
				return nil
			})
		},
		"spawned, idle": func(m *price.Meter) error { return m.Spawned(func(func(context.Context) error) error { return nil }) },
		"spawned, fails": func(m *price.Meter) error {
			return m.Spawned(func(func(context.Context) error) error { return failed })
		},
		"refusing, taken": func(m *price.Meter) error { return price.Together(2, m.Tasks, func(int) int { return 1 }) },
		"refusing, taken by the caller": func(m *price.Meter) error {
			return price.Together(1, m.Tasks, func(int) int { return 1 })
		},
	} {
		m := &price.Meter{Context: t.Context(), Tasks: 8, Runs: 1, Clock: &watch{}}
		if err := side(m); err == nil {
			t.Errorf("%s: nothing was noticed", name)
		}
	}
}

func TestFailuresAreCountedInAnyTree(t *testing.T) {
	err := errors.Join(price.ErrTask, errors.Join(errors.New("another"), price.ErrTask), price.ErrTask)
	if n := price.Failures(err); n != 3 {
		t.Errorf("%d failures, not 3", n)
	}
	if n := price.Failures(nil); n != 0 {
		t.Errorf("%d failures in nil", n)
	}
}
