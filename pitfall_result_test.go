package fate_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

// An amount of 0 says that there is none.
type amount = int

func firstByHand(prices chan amount, shops []string, ask func(string) amount) error {
	for _, s := range shops {
		go func() { prices <- ask(s) }()
	}
	for range shops {
		if p := <-prices; p == 0 {
			return errTask // and nobody receives any more
		}
	}
	return nil
}

func firstHere(ctx context.Context, prices chan amount, shops []string, ask func(string) amount) error {
	g := fate.New(ctx, failfast.Strategy{})
	for _, s := range shops {
		g.Go(func(context.Context) error {
			prices <- ask(s)
			return nil
		})
	}
	for range shops {
		if p := <-prices; p == 0 {
			g.Stop(errTask)
			return g.Wait()
		}
	}
	return g.Wait()
}

func firstInstead(ctx context.Context, shops []string, ask func(context.Context, string) (amount, error)) error {
	for p, err := range fate.Stream(ctx, failfast.Strategy{}, slices.Values(shops), ask) {
		if err != nil {
			return err
		}
		if p == 0 {
			return errTask // which cancels the others and waits for them
		}
	}
	return nil
}

func TestPitfallASendThatNobodyReceives(t *testing.T) {
	shops := []string{"none", "a", "b"}
	var asked atomic.Int64 // and not yet rid of the answer
	ask := func(string) amount { time.Sleep(time.Second); return 0 }
	pitfall{
		there: bubble(func(t *testing.T) {
			prices := make(chan amount)
			wantIs(t, firstByHand(prices, shops, ask), errTask)
			time.Sleep(time.Hour)
			<-prices // an hour later both others are still there
			<-prices
		}),
		here: bubble(func(t *testing.T) {
			prices := make(chan amount)
			returned := make(chan error, 1)
			go func() { returned <- firstHere(t.Context(), prices, shops, ask) }()
			time.Sleep(time.Hour)
			if len(returned) > 0 {
				t.Error("Wait has returned, though tasks are still running")
			}
			<-prices
			<-prices
			if err := <-returned; err != nil { // all have done what they had to, and none failed
				t.Error(err)
			}
		}),
		instead: bubble(func(t *testing.T) {
			err := firstInstead(t.Context(), shops, func(ctx context.Context, shop string) (amount, error) {
				asked.Add(1)
				defer asked.Add(-1)
				if shop != "none" {
					<-ctx.Done()
				}
				return 0, nil
			})
			wantIs(t, err, errTask)
			if n := asked.Load(); n != 0 {
				t.Errorf("%d are still asking", n)
			}
		}),
	}.test(t)
}

// meet makes a function that returns when n have called it, and then the square of what it was given.
func meet(n int) func(int) int {
	var all sync.WaitGroup
	all.Add(n)
	return func(i int) int {
		all.Done()
		all.Wait()
		return i * i
	}
}

func appendThere(in []int, square func(int) int) (squares []int, err error) {
	var g errgroup.Group
	for _, n := range in {
		g.Go(func() error {
			squares = append(squares, square(n))
			return nil
		})
	}
	err = g.Wait()
	return squares, err
}

func appendHere(ctx context.Context, in []int, square func(int) int) (squares []int, err error) {
	g := fate.New(ctx, failfast.Strategy{})
	for _, n := range in {
		g.Go(func(context.Context) error {
			squares = append(squares, square(n))
			return nil
		})
	}
	err = g.Wait()
	return squares, err
}

func appendInstead(ctx context.Context, in []int, square func(int) int) ([]int, error) {
	return fate.Map(ctx, failfast.Strategy{}, in, func(_ context.Context, n int) (int, error) {
		return square(n), nil
	})
}

func TestPitfallASliceThatTasksAppendTo(t *testing.T) {
	pitfall{
		there: func(t *testing.T) { wantRace(t, "appendThere") },
		here:  func(t *testing.T) { wantRace(t, "appendHere") },
		instead: func(t *testing.T) {
			got, err := appendInstead(t.Context(), []int{1, 2, 3}, meet(3))
			if err != nil || !slices.Equal(got, []int{1, 4, 9}) {
				t.Errorf("%v, %v", got, err)
			}
		},
	}.test(t)
}

func titlesThere(urls []string, title func(string) string) []string {
	p := pool.NewWithResults[string]()
	for _, u := range urls {
		p.Go(func() string { return title(u) })
	}
	return p.Wait() // not in the order of urls
}

func titlesHere(ctx context.Context, urls []string, title func(string) string) (titles []string, err error) {
	var mu sync.Mutex
	err = fate.ForEach(ctx, failfast.Strategy{}, slices.Values(urls), func(_ context.Context, u string) error {
		t := title(u)
		mu.Lock()
		defer mu.Unlock()
		titles = append(titles, t)
		return nil
	})
	return titles, err
}

func titlesInstead(ctx context.Context, urls []string, title func(context.Context, string) (string, error)) ([]string, error) {
	titles, err := fate.Map(ctx, failfast.Strategy{}, urls, title)
	return titles, err // titles[i] is that of urls[i]
}

func TestPitfallResultsInTheOrderOfTheirEnds(t *testing.T) {
	urls := []string{"slow", "a"}
	title := func(url string) string {
		time.Sleep(time.Duration(len(url)) * time.Second)
		return url
	}
	want := func(t *testing.T, got []string, err error, want ...string) {
		t.Helper()
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	pitfall{
		there: bubble(func(t *testing.T) { want(t, titlesThere(urls, title), nil, "a", "slow") }),
		here: bubble(func(t *testing.T) {
			titles, err := titlesHere(t.Context(), urls, title)
			want(t, titles, err, "a", "slow")
		}),
		instead: bubble(func(t *testing.T) {
			titles, err := titlesInstead(t.Context(), urls, func(_ context.Context, u string) (string, error) { return title(u), nil })
			want(t, titles, err, "slow", "a")
		}),
	}.test(t)
}

func TestPitfallTheLoopVariableBeforeGo122(t *testing.T) {
	names := []string{"a", "b", "c"}
	visits := func(f func(visit func(string)) error, want ...string) func(t *testing.T) {
		return func(t *testing.T) {
			var visited visits
			if err := f(visited.add); err != nil {
				t.Error(err)
			}
			if slices.Sort(visited.names); !slices.Equal(visited.names, want) {
				t.Errorf("visited %q, want %q", visited.names, want)
			}
		}
	}
	pitfall{
		there: visits(func(visit func(string)) error { return visitThere(names, visit) }, "c", "c", "c"),
		here: func(t *testing.T) {
			visits(func(visit func(string)) error { return visitHere(t.Context(), names, visit) }, "c", "c", "c")(t)
			// This file has the loops of its module.
			visits(func(visit func(string)) error {
				g := fate.New(t.Context(), failfast.Strategy{})
				for _, name := range names {
					g.Go(func(context.Context) error { visit(name); return nil })
				}
				return g.Wait()
			}, "a", "b", "c")(t)
		},
		instead: visits(func(visit func(string)) error {
			return visitInstead(t.Context(), names, func(_ context.Context, name string) (int, error) { visit(name); return 0, nil })
		}, "a", "b", "c"),
	}.test(t)
}

// visits says what was visited.
type visits struct {
	mu    sync.Mutex
	names []string
}

func (v *visits) add(name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.names = append(v.names, name)
}
