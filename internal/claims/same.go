package claims

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/internal/price"
	"golang.org/x/sync/errgroup"
)

// A form is one function value in each signature that somebody wants: where nothing is to be measured but what joins the tasks, a closure
// around it would be a large part of that.
type form struct {
	plain func()
	erred func() error
	task  func(context.Context) error
}

// same measures how tasks are joined that are all the same function value, an empty one.
func same(join func(ctx context.Context, n int, f form) error) price.Side {
	nothing := form{
		plain: func() {},
		erred: func() error { return nil },
		task:  func(context.Context) error { return nil },
	}
	return func(m *price.Meter) error {
		var ran atomic.Int64
		counted := form{
			plain: func() { ran.Add(1) },
			erred: func() error { ran.Add(1); return nil },
			task:  func(context.Context) error { ran.Add(1); return nil },
		}
		first := func() error {
			if err := join(m.Context, m.Tasks, counted); err != nil {
				return err
			}
			if n := ran.Load(); n != int64(m.Tasks) {
				return fmt.Errorf("claims: %d of %d tasks were done", n, m.Tasks)
			}
			return nil
		}
		return m.Loop(first, func() error { return join(m.Context, m.Tasks, nothing) })
	}
}

// none measures a side without any task; in a row there is at least one, because what a row costs is counted by task.
func none(side price.Side) price.Side {
	return func(m *price.Meter) error {
		empty := *m
		empty.Tasks = 0
		return side(&empty)
	}
}

func sameWaitGroup(_ context.Context, n int, f form) error {
	var wg sync.WaitGroup
	for range n {
		wg.Go(f.plain)
	}
	wg.Wait()
	return nil
}

func sameZeroGroup(_ context.Context, n int, f form) error {
	var g errgroup.Group
	for range n {
		g.Go(f.erred)
	}
	return g.Wait()
}

func sameWithContext(ctx context.Context, n int, f form) error {
	g, _ := errgroup.WithContext(ctx)
	for range n {
		g.Go(f.erred)
	}
	return g.Wait()
}

func sameGo(_ context.Context, n int, f form) error {
	var wg sync.WaitGroup
	wg.Add(n)
	task := func() {
		defer wg.Done()
		f.plain()
	}
	for range n {
		go task()
	}
	wg.Wait()
	return nil
}

func sameOurs(ctx context.Context, n int, f form) error {
	g := fate.New(ctx, failfast.Strategy{})
	for range n {
		g.Go(f.task)
	}
	return g.Wait()
}

// closures measures the making of a closure for each task, on the heap, as `go func() { ... }()` with a WaitGroup makes one. They are called
// only to see that they were made.
func closures(m *price.Meter) error {
	var calls sync.WaitGroup
	sum := 0
	add := func(i int) { sum += i }
	made := make([]func(), m.Tasks)
	work := func() error {
		enclose(made, &calls, add)
		return nil
	}
	return looped(m, work, func() error {
		sum = 0
		calls.Add(len(made))
		for _, f := range made {
			if f == nil {
				return fmt.Errorf("claims: a closure was not made")
			}
			f()
		}
		calls.Wait()
		clear(made)
		if n := len(made); sum != n*(n-1)/2 {
			return fmt.Errorf("claims: the closures of %d tasks hold other numbers", n)
		}
		return nil
	})
}

// enclose is not inlined, so that the closures hold all three and not what the compiler has found out about them.
//
//go:noinline
func enclose(made []func(), wg *sync.WaitGroup, task func(int)) {
	for i := range made {
		made[i] = func() {
			defer wg.Done()
			task(i)
		}
	}
}
