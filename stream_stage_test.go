package fate_test

import (
	"context"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

func TestStageAfterStage(t *testing.T) {
	ctx, s := t.Context(), failfast.Strategy{Limit: 3}
	doubled := fate.Stream(ctx, s, numbers(1000), double)
	strings := fate.Stream(ctx, s, values(t, doubled), func(_ context.Context, i int) (int, error) { return i + 1, nil })
	next := 0
	for v, err := range strings {
		if v != 2*next+1 || err != nil {
			t.Fatalf("pair %d is %d, %v", next, v, err)
		}
		next++
	}
	if next != 1000 {
		t.Errorf("%d pairs, want 1000", next)
	}
}

// values makes a stage's results the next stage's input.
func values(t *testing.T, stream iter.Seq2[int, error]) iter.Seq[int] {
	return func(yield func(int) bool) {
		for v, err := range stream {
			if err != nil {
				t.Errorf("a stage failed: %v", err)
				return
			}
			if !yield(v) {
				return
			}
		}
	}
}

func TestBreakingTheLastStageEndsThemAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := goroutines()
		s := failfast.Strategy{Limit: 3}
		var pulled atomic.Int64
		stage := endless(&pulled)
		for range 4 {
			stage = values(t, fate.Stream(t.Context(), s, stage, double))
		}
		read := 0
		for range stage {
			if read++; read == 100 {
				break
			}
		}
		synctest.Wait()
		if n := goroutines() - before; n != 0 {
			t.Errorf("%d goroutines are left after the loop", n)
		}
	})
}

func TestAStageHandlesItsOwnErrors(t *testing.T) {
	ctx := t.Context()
	parsed := fate.Stream(ctx, collectall.Strategy{Limit: 2}, numbers(10), func(_ context.Context, i int) (int, error) {
		if i%3 == 0 {
			return 0, errItem
		}
		return i, nil
	})
	dropped := 0
	good := func(yield func(int) bool) {
		for v, err := range parsed {
			if err != nil {
				dropped++
			} else if !yield(v) {
				return
			}
		}
	}
	var got []int
	for v, err := range fate.Stream(ctx, failfast.Strategy{Limit: 2}, good, double) {
		if err != nil {
			t.Error(err)
		}
		got = append(got, v)
	}
	if want := []int{2, 4, 8, 10, 14, 16}; !slices.Equal(got, want) || dropped != 4 {
		t.Errorf("got %v with %d dropped, want %v with 4", got, dropped, want)
	}
}

func TestStreamsInsideAStream(t *testing.T) {
	sum := 0
	for v, err := range fate.Stream(t.Context(), failfast.Strategy{Limit: 1}, numbers(10), func(ctx context.Context, n int) (int, error) {
		inner := 0
		for v, err := range fate.Stream(ctx, failfast.Strategy{Limit: 1}, numbers(n), double) {
			if err != nil {
				return 0, err
			}
			inner += v
		}
		return inner, nil
	}) {
		if err != nil {
			t.Fatal(err)
		}
		sum += v
	}
	if sum != 240 { // the sum of n(n-1) for n to 9
		t.Errorf("the sum is %d, want 240", sum)
	}
}
