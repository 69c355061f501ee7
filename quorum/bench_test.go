package quorum_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate/quorum"
)

type number = func(context.Context) (int, error)

// A contender returns the values of the first need functions that succeed, or all errors. It cancels the others, and none is running when
// it returns.
type contender struct {
	name string
	run  func(ctx context.Context, need int, fs []number) ([]int, error)
}

var contenders = []contender{
	{"quorum", func(ctx context.Context, need int, fs []number) ([]int, error) {
		if need == 1 {
			v, err := quorum.First(ctx, fs...)
			return []int{v}, err
		}
		return quorum.Of(ctx, need, fs...)
	}},
	{"by-hand", byHand},
	{"errgroup", byErrgroup},
}

// byHand is a channel with room for all, and a cancel. That all are received joins them.
func byHand(ctx context.Context, need int, fs []number) ([]int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		v   int
		err error
	}
	results := make(chan result, len(fs))
	for _, f := range fs {
		go func() {
			v, err := f(ctx)
			results <- result{v, err}
		}()
	}
	var values []int
	var errs []error
	for range fs {
		switch r := <-results; {
		case r.err != nil:
			if errs = append(errs, r.err); len(errs) > len(fs)-need {
				cancel()
			}
		case len(values) < need:
			if values = append(values, r.v); len(values) == need {
				cancel()
			}
		}
	}
	if len(values) < need {
		return nil, errors.Join(errs...)
	}
	return values, nil
}

var errDone = errors.New("done")

// byErrgroup makes success the error that ends the group, as is often advised. It does not give up early.
func byErrgroup(ctx context.Context, need int, fs []number) ([]int, error) {
	g, ctx := errgroup.WithContext(ctx)
	var mu sync.Mutex
	var values []int
	var errs []error
	for _, f := range fs {
		g.Go(func() error {
			v, err := f(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
				return nil
			}
			if len(values) < need {
				values = append(values, v)
			}
			if len(values) == need {
				return errDone
			}
			return nil
		})
	}
	if g.Wait() == nil {
		return nil, errors.Join(errs...)
	}
	return values, nil
}

// races are what is timed: so many of the functions answer at once, and the others wait for the end of their contexts.
var races = []struct {
	need, of int
	want     []int
}{{1, 4, []int{3}}, {2, 3, []int{1, 2}}}

func functions(need, of int) []number {
	fs := make([]number, of)
	for i := range fs {
		if i < of-need {
			fs[i] = func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() }
		} else {
			fs[i] = func(context.Context) (int, error) { return i, nil }
		}
	}
	return fs
}

func TestContendersDoTheSame(t *testing.T) {
	for _, c := range contenders {
		for _, r := range races {
			got, err := c.run(t.Context(), r.need, functions(r.need, r.of))
			slices.Sort(got)
			if !slices.Equal(got, r.want) || err != nil {
				t.Errorf("%s, %d of %d: %v, %v; want %v", c.name, r.need, r.of, got, err, r.want)
			}
		}
		_, err := c.run(t.Context(), 1, []number{func(context.Context) (int, error) { return 0, errA }, func(context.Context) (int, error) { return 0, errB }})
		if !errors.Is(err, errA) || !errors.Is(err, errB) {
			t.Errorf("%s: %v; want both failures", c.name, err)
		}
	}
}

func BenchmarkRace(b *testing.B) {
	for _, r := range races {
		fs := functions(r.need, r.of)
		for _, c := range contenders {
			b.Run(fmt.Sprintf("impl=%s/need=%d/of=%d", c.name, r.need, r.of), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := c.run(b.Context(), r.need, fs); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
