package situations

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// Row 14: tasks weigh differently, and several groups share what bears only so much.

func shareWorks() []Work {
	const groups, size = 4, 8
	heavy := func(i int) int64 { return int64(1 + i%3) }
	work := func(name, about, ours string) Work {
		w := Work{
			Row: 14, Name: name, About: about, Tasks: 1000, Quick: 250,
			Want: func(n int) Done { return Done{Sum: groups * sumOf(n, always), Told: groups * n} },
		}
		for _, s := range Sharers() {
			side := Side{Name: s.Name, Less: s.Less, Do: func(ctx context.Context, n int) Done { return s.shared(ctx, groups, n, size, heavy) }}
			switch {
			case s.Name == ours:
				w.Sides = append([]Side{side}, w.Sides...)
			case s.Limits && !s.Ours:
				w.Sides = append(w.Sides, side)
			}
		}
		return w
	}
	return []Work{
		work("share", "%s tasks of weight 1 to 3 in each of 4 groups, 8 at once in all, for which the producers wait", "limiter"),
		work("share-in-task", "%s tasks of weight 1 to 3 in each of 4 groups, 8 at once in all; in ours it is the tasks that wait", "limiter.Task"),
	}
}

// A Sharer is one way to have the tasks of several groups under one limit.
type Sharer struct {
	Name   string
	Less   string // as in Side
	Ours   bool
	Limits bool // the one that does not is the floor

	// Run runs the tasks 0 to tasks-1 in each of so many groups, each group with a producer of its own, and as many at once as their
	// weights add up to size. It returns the first error; that stops the group it came from.
	Run func(ctx context.Context, groups, tasks int, size int64, weight func(i int) int64, task func(ctx context.Context, i int) error) error
}

// Sharers are package limiter, in its two ways, and what is written in its place.
func Sharers() []Sharer {
	return []Sharer{
		{Name: "limiter", Ours: true, Limits: true, Run: shareOurs},
		{Name: "limiter.Task", Ours: true, Limits: true, Run: shareOurTasks},
		{Name: "errgroup + semaphore", Limits: true, Run: shareErrgroup,
			Less: "the size never changes; a weight above it waits until the group ends; runtime.Goexit is taken for success; when the parent ends, nothing is told unless a task tells it"},
		{Name: "by hand", Limits: true, Run: shareByHand,
			Less: "a large weight is starved by small ones; all who wait are woken for each that ends; a weight above the size waits until the group ends; runtime.Goexit is taken for success; when the parent ends, nothing is told unless a task tells it"},
		{Name: "go", Run: shareNothing, Less: "no limit, no error, no context"},
	}
}

func shareOurs(ctx context.Context, groups, tasks int, size int64, weight func(int) int64, task func(context.Context, int) error) error {
	l := limiter.New(size)
	return producers(groups, func() error {
		g := fate.New(ctx, failfast.Strategy{})
		for i := range tasks {
			if l.Go(g, weight(i), func(ctx context.Context) error { return task(ctx, i) }) != nil {
				break
			}
		}
		return g.Wait()
	})
}

// shareOurTasks has the limit within the task, by a strategy that holds tasks back at the size, so that few of them wait at once.
func shareOurTasks(ctx context.Context, groups, tasks int, size int64, weight func(int) int64, task func(context.Context, int) error) error {
	l := limiter.New(size)
	return producers(groups, func() error {
		g := fate.New(ctx, failfast.Strategy{Limit: int(min(size, math.MaxInt32))})
		for i := range tasks {
			if !g.Go(l.Task(weight(i), func(ctx context.Context) error { return task(ctx, i) })) {
				break
			}
		}
		return g.Wait()
	})
}

// shareErrgroup is as it is mostly written. Go runs a task also after its group has failed; a producer that waits is woken by its context.
func shareErrgroup(ctx context.Context, groups, tasks int, size int64, weight func(int) int64, task func(context.Context, int) error) error {
	places := semaphore.NewWeighted(size)
	return producers(groups, func() error {
		g, ctx := errgroup.WithContext(ctx)
		for i := range tasks {
			n := weight(i)
			if places.Acquire(ctx, n) != nil {
				break
			}
			g.Go(func() error {
				defer places.Release(n)
				return task(ctx, i)
			})
		}
		return g.Wait()
	})
}

// places are a weighted semaphore by hand: a count, and a condition for who waits until it is low enough.
type places struct {
	mu    sync.Mutex
	freed sync.Cond
	free  int64
}

func newPlaces(size int64) *places {
	p := &places{free: size}
	p.freed.L = &p.mu
	return p
}

// take waits for n of the places, or until ctx ends. Whoever ends ctx calls wake.
func (p *places) take(ctx context.Context, n int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.free < n && ctx.Err() == nil {
		p.freed.Wait()
	}
	if ctx.Err() != nil {
		return false
	}
	p.free -= n
	return true
}

func (p *places) give(n int64) {
	p.mu.Lock()
	p.free += n
	p.mu.Unlock()
	p.freed.Broadcast()
}

func (p *places) wake() {
	p.mu.Lock() // so that nobody is between looking at the context and waiting
	defer p.mu.Unlock()
	p.freed.Broadcast()
}

func shareByHand(ctx context.Context, groups, tasks int, size int64, weight func(int) int64, task func(context.Context, int) error) error {
	all := newPlaces(size)
	return producers(groups, func() error {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		defer context.AfterFunc(ctx, all.wake)()
		var wg sync.WaitGroup
		var once sync.Once
		var first error
		for i := range tasks {
			n := weight(i)
			if !all.take(ctx, n) {
				break
			}
			wg.Go(func() {
				defer all.give(n)
				if err := task(ctx, i); err != nil {
					once.Do(func() {
						first = err
						cancel(err)
					})
				}
			})
		}
		wg.Wait()
		return first
	})
}

// shareNothing is the floor: goroutines without a limit, an error or a context.
func shareNothing(ctx context.Context, groups, tasks int, _ int64, _ func(int) int64, task func(context.Context, int) error) error {
	return producers(groups, func() error {
		var wg sync.WaitGroup
		wg.Add(tasks)
		for i := range tasks {
			go func() {
				defer wg.Done()
				_ = task(ctx, i)
			}()
		}
		wg.Wait()
		return nil
	})
}

// producers calls f in so many goroutines, the first of them the caller's.
func producers(n int, f func() error) error {
	var others errgroup.Group
	for range n - 1 {
		others.Go(f)
	}
	err := f()
	if other := others.Wait(); err == nil {
		err = other
	}
	return err
}

var errTooMany = errors.New("situations: more ran at once than may")

// shared has the tasks look at how much runs beside them. Told counts those that ran with no more than there may.
func (s Sharer) shared(ctx context.Context, groups, tasks int, size int64, weight func(int) int64) Done {
	var sum atomic.Uint64
	var running, within atomic.Int64
	err := s.Run(ctx, groups, tasks, size, weight, func(_ context.Context, i int) error {
		if running.Add(weight(i)) > size {
			return errTooMany
		}
		within.Add(1)
		sum.Add(uint64(i + 1))
		running.Add(-weight(i))
		return nil
	})
	return Done{Sum: sum.Load(), Told: int(within.Load()), Err: err}
}
