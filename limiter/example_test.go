package limiter_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
)

// Two groups share one service that bears three requests at a time. One of them fails, and the other goes on.
func Example() {
	ctx := context.Background()
	l := limiter.New(3)
	page := fate.New(ctx, failfast.Strategy{})
	report := fate.New(ctx, collectall.Strategy{})

	for n := range 10 {
		err := l.Go(page, 1, func(context.Context) error {
			if n == 4 {
				return errors.New("no price")
			}
			return nil
		})
		if err != nil {
			break // the page's group has stopped
		}
	}
	for range 10 {
		_ = l.Go(report, 2, func(context.Context) error { return nil }) // a heavier request
	}
	fmt.Println("page:", page.Wait())
	fmt.Println("report:", report.Wait(), "-", report.Tally())
	fmt.Println(l.Stats())
	// Output:
	// page: no price
	// report: <nil> - offered 10, ok 10
	// 0 of 3 in use
}

// What can't be let in at all is told at once, and so is a stop.
func ExampleLimiter_Go() {
	l := limiter.New(8)
	g := fate.New(context.Background(), failfast.Strategy{})
	read := func(context.Context) error { return nil }

	fmt.Println(l.Go(g, 3, read))
	fmt.Println(l.Go(g, 9, read))
	g.Stop(errors.New("shutting down"))
	err := l.Go(g, 1, read)
	fmt.Println(errors.Is(err, fate.ErrStopped), err)
	_ = g.Wait()
	// Output:
	// <nil>
	// limiter: the weight 9 is above the limit's size 8
	// true fate: group stopped: shutting down
}

// Work that is not worth waiting for is dropped, and counted.
func ExampleLimiter_TryGo() {
	l := limiter.New(2)
	g := fate.New(context.Background(), collectall.Strategy{})
	release := make(chan struct{})
	for n := range 4 {
		if !l.TryGo(g, 1, func(context.Context) error { <-release; return nil }) {
			fmt.Println("refresh", n, "dropped")
		}
	}
	close(release)
	fmt.Println(g.Wait(), "-", g.Tally())
	// Output:
	// refresh 2 dropped
	// refresh 3 dropped
	// <nil> - offered 4, ok 2, shed 2
}

// A named child waits for its weight in its own goroutine.
func ExampleLimiter_Task() {
	l := limiter.New(4)
	g := fate.New(context.Background(), failfast.Strategy{})
	index := g.Spawn("index", l.Task(3, func(context.Context) error { return nil }))
	merge := g.Spawn("merge", l.Task(4, func(context.Context) error { return nil }))
	fmt.Println(g.Wait(), index.Err(), merge.Err())
	fmt.Println(l.Stats())
	// Output:
	// <nil> <nil> <nil>
	// 0 of 4 in use
}

// Files are processed at most four at once, and only as many as fit into memory.
func ExampleEach() {
	type file struct {
		name string
		size int64
	}
	memory := limiter.New(100)
	files := []file{{"a", 60}, {"b", 10}, {"c", 500}, {"d", 40}}

	process := limiter.Each(memory, func(f file) int64 { return f.size }, func(ctx context.Context, f file) error {
		return ctx.Err() // reads all of the file
	})
	err := fate.ForEach(context.Background(), collectall.Strategy{Limit: 4}, slices.Values(files), process)
	fmt.Println(err)
	// Output: limiter: the weight 500 is above the limit's size 100
}

// The same for functions that have a result.
func ExampleFunc() {
	memory := limiter.New(10)
	weight := func(s string) int64 { return int64(len(s)) }
	upper := limiter.Func(memory, weight, func(_ context.Context, s string) (string, error) { return strings.ToUpper(s), nil })

	words, err := fate.Map(context.Background(), failfast.Strategy{Limit: 4}, []string{"one", "limit", "for", "all"}, upper)
	fmt.Println(words, err)
	for word, err := range fate.Stream(context.Background(), failfast.Strategy{Limit: 4}, slices.Values(words), upper) {
		fmt.Print(word, err, " ")
	}
	// Output:
	// [ONE LIMIT FOR ALL] <nil>
	// ONE<nil> LIMIT<nil> FOR<nil> ALL<nil>
}

func ExampleLimiter_Acquire() {
	l := limiter.New(8)
	ctx, cancel := context.WithCancel(context.Background())
	if err := l.Acquire(ctx, 5); err == nil {
		defer l.Release(5)
	}
	fmt.Println(l.Stats())
	cancel()
	fmt.Println(l.Acquire(ctx, 3))
	// Output:
	// 5 of 8 in use
	// context canceled
}

func ExampleLimiter_TryAcquire() {
	l := limiter.New(8)
	fmt.Println(l.TryAcquire(5), l.TryAcquire(5), l.TryAcquire(0))
	l.Release(5)
	fmt.Println(l.TryAcquire(5))
	// Output:
	// true false true
	// true
}

func ExampleLimiter_Release() {
	l := limiter.New(8)
	fmt.Println(l.TryAcquire(8))
	l.Release(3) // a part of it
	fmt.Println(l.Stats())
	// Output:
	// true
	// 5 of 8 in use
}

// The service has become slow: fewer requests at once, until it is well again. Nobody who runs is disturbed.
func ExampleLimiter_Resize() {
	l := limiter.New(4)
	g := fate.New(context.Background(), failfast.Strategy{})
	answers := make(chan struct{})
	request := func(context.Context) error { <-answers; return nil }
	for range 4 {
		_ = l.Go(g, 1, request)
	}

	l.Resize(2)
	fmt.Println(l.Stats())
	fmt.Println(l.TryGo(g, 1, request))
	l.Resize(6)
	fmt.Println(l.TryGo(g, 1, request))
	fmt.Println(l.Stats())

	close(answers)
	fmt.Println(g.Wait())
	// Output:
	// 4 of 2 in use
	// false
	// true
	// 5 of 6 in use
	// <nil>
}

func ExampleLimiter_Stats() {
	l := limiter.New(8)
	l.TryAcquire(6)
	s := l.Stats()
	fmt.Println(s.InUse, s.Size, s.Waiting)
	fmt.Println(s)
	// Output:
	// 6 8 0
	// 6 of 8 in use
}

func ExampleTooHeavyError() {
	err := limiter.New(8).Acquire(context.Background(), 9)
	if heavy, ok := errors.AsType[*limiter.TooHeavyError](err); ok {
		fmt.Println(heavy.Weight, "is more than", heavy.Size)
	}
	// Output: 9 is more than 8
}
