package peers

import (
	"context"
	"errors"
	"sync"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sharedfate/fate/internal/situations"
)

// Row 2: independent tasks, at most so many at once; the first error stops the rest. Pools are made for the work and gone after it, as
// a group is.

var errTask = errors.New("peers: the task failed")

func limitWorks() (works []situations.Work) {
	const (
		ofPond = "runtime.Goexit in a task hangs Wait; what is submitted beyond the limit is queued without a bound, unless an option bounds it; the cause of the context has the first error's text and not the error"
		ofAnts = "errors, contexts and the join are by hand; whoever waits for a worker is not told of a stop; two goroutines run from the import on"
	)
	for _, name := range []string{"limit", "limit-10us", "limit-fails"} {
		works = append(works, situations.Work{Row: 2, Name: name, Sides: []situations.Side{
			situations.Runner(byPond).Side(name, "pond", ofPond),
			situations.Runner(byAnts).Side(name, "ants", ofAnts),
		}}.Beside())
	}
	return works
}

func byPond(ctx context.Context, n int, task func(context.Context, int) error) error {
	pool := pond.NewPool(situations.Limit)
	defer pool.StopAndWait()
	g := pool.NewGroupContext(ctx)
	for i := range n {
		g.SubmitErr(func() error { return task(g.Context(), i) })
	}
	return g.Wait()
}

func byAnts(ctx context.Context, n int, task func(context.Context, int) error) error {
	pool, err := ants.NewPool(situations.Limit)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	fail := func(err error) {
		once.Do(func() {
			first = err
			cancel(err)
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		wg.Add(1)
		err := pool.Submit(func() {
			defer wg.Done()
			if err := task(ctx, i); err != nil {
				fail(err)
			}
		})
		if err != nil {
			wg.Done()
			fail(err)
			break
		}
	}
	wg.Wait()
	return errors.Join(first, pool.ReleaseContext(context.Background()))
}
