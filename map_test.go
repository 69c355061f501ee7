package fate_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

func TestMapKeepsResultsByIndex(t *testing.T) {
	in := make([]int, 1000)
	for i := range in {
		in[i] = i
	}
	for _, s := range append(unlimited(), limited(3)...) {
		out, err := fate.Map(t.Context(), s, in, double)
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		for i, r := range out {
			if r != 2*i {
				t.Fatalf("%v: result %d is %d, want %d", s, i, r, 2*i)
			}
		}
	}
}

func TestMapKeepsResultsBesideFailures(t *testing.T) {
	for _, s := range []fate.Strategy{collectall.Strategy{}, collectall.Strategy{Limit: 1}} {
		out, err := fate.Map(t.Context(), s, []int{1, 2, 3, 4, 5, 6}, func(_ context.Context, i int) (int, error) {
			switch i {
			case 2:
				return 0, errItem
			case 4:
				return 40, errItem // a result and an error
			case 6:
				panic(errItem)
			}
			return 10 * i, nil
		}, fate.Panics(fate.Return))
		if want := []int{10, 0, 30, 40, 50, 0}; !slices.Equal(out, want) {
			t.Errorf("%v: results are %v, want %v", s, out, want)
		}
		list, ok := errors.AsType[*fate.Errors](err)
		if !ok || len(list.Tasks) != 3 || list.Tasks[0].ID != 1 || list.Tasks[1].ID != 3 || list.Tasks[2].ID != 5 {
			t.Errorf("%v: error is %v, want those of items 1, 3 and 5 in that order", s, err)
		}
	}
}

func TestMapThatIsStoppedKeepsWhatItHas(t *testing.T) {
	out, err := fate.Map(t.Context(), failfast.Strategy{Limit: 1}, []int{1, 2, 3, 4}, func(_ context.Context, i int) (int, error) {
		if i == 3 {
			return 0, errItem
		}
		return 10 * i, nil
	})
	if want := []int{10, 20, 0, 0}; err != errItem || !slices.Equal(out, want) {
		t.Errorf("got %v, %v, want %v and the failure itself", out, err, want)
	}
}

func TestMapOfNothing(t *testing.T) {
	for _, in := range [][]int{nil, {}} {
		out, err := fate.Map(t.Context(), failfast.Strategy{}, in, double)
		if err != nil || len(out) != 0 {
			t.Errorf("got %v, %v", out, err)
		}
	}
}

// The items and their results are allocated together, and their number bounds the memory.
func TestMapCostsAreInProportionToTheItems(t *testing.T) {
	s := collectall.Strategy{Limit: 4}
	cost := func(n int) (allocs float64, bytes uint64) {
		in := make([]int, n)
		allocs = testing.AllocsPerRun(1, func() { fate.Map(t.Context(), s, in, double) })
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fate.Map(t.Context(), s, in, double)
		runtime.ReadMemStats(&after)
		return allocs, after.TotalAlloc - before.TotalAlloc
	}
	const n = 5000
	allocs, bytes := cost(n)
	allocs4, bytes4 := cost(4 * n)
	if allocs > n/50 || allocs4 > n/50 {
		t.Errorf("%d items cost %v allocations and %d cost %v, want a few for all together", n, allocs, 4*n, allocs4)
	}
	if bytes4 > 6*bytes {
		t.Errorf("%d items cost %d bytes and four times as many cost %d", n, bytes, bytes4)
	}
}
