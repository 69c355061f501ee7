package situations

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sourcegraph/conc/stream"
)

// Row 11: stage after stage, and an error of one item is that item's: the stage goes on, and whoever reads the last one is told. What
// stages cost whose items all pass is in package price.

func stageWorks() []Work {
	return []Work{{
		Row: 11, Name: "stages-errors", About: "%s items through three stages at limit 4 each, every fourth fails in the first", Tasks: 5000, Quick: 1000,
		Want: func(n int) Done {
			good := func(i int) bool { return !failing(i) }
			return Done{Sum: sumOf(n, good), Cut: n / 4, Told: n / 4}
		},
		Sides: []Side{
			{Name: "fate.Stage", Do: staged(stagesOurs)},
			{Name: "channels by hand", Do: staged(stagesByHand),
				Less: "no order; who stops reading must drain every channel, or the stages never end; no failure stops what is before it"},
			{Name: "conc stream", Do: staged(stagesConc),
				Less: "no reader that can stop; a stage's callback waits for the next stage, whose limit is then the limit of both"},
		},
	}}
}

const stageLimit = 4

// staged has a side take the numbers below n through three stages, and takes what comes out, in any order.
func staged(run func(ctx context.Context, n int, yield func(v int, err error)) error) func(context.Context, int) Done {
	return func(ctx context.Context, n int) Done {
		d := Done{}
		var seen []error
		d.Err = run(ctx, n, func(v int, err error) {
			if err != nil {
				d.Cut++
				seen = append(seen, err)
				return
			}
			d.Sum += uint64(v)
		})
		d.Told = failures(errors.Join(seen...), n)
		return d
	}
}

// parse is the first stage, of an item that is 0 or more.
func parse(i int) (int, error) {
	if failing(i) {
		return 0, fmt.Errorf("situations: item %d: %w", i, failure(i))
	}
	return 2 * i, nil
}

// halve is the second, and next the third.

func halve(v int) int { return v / 2 }
func next(v int) int  { return v + 1 }

func stagesOurs(ctx context.Context, n int, yield func(int, error)) error {
	s := collectall.Strategy{Limit: stageLimit}
	numbers := fate.From(func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	})
	parsed := fate.Stage(numbers, s, func(_ context.Context, i int) (int, error) { return parse(i) })
	halved := fate.Stage(parsed, s, func(_ context.Context, v int) (int, error) { return halve(v), nil })
	for v, err := range fate.Stage(halved, s, func(_ context.Context, v int) (int, error) { return next(v), nil })(ctx) {
		yield(v, err)
	}
	return context.Cause(ctx)
}

// stagesByHand has goroutines that read one channel and write the next, and a WaitGroup for each stage, after which its channel is closed.
func stagesByHand(ctx context.Context, n int, yield func(int, error)) error {
	type result struct {
		v   int
		err error
	}
	first := make(chan result, 64)
	go func() {
		defer close(first)
		for i := range n {
			if ctx.Err() != nil {
				return
			}
			first <- result{v: i}
		}
	}()
	in := first
	for _, stage := range []func(int) (int, error){
		parse,
		func(v int) (int, error) { return halve(v), nil },
		func(v int) (int, error) { return next(v), nil },
	} {
		from, to := in, make(chan result, 64)
		var wg sync.WaitGroup
		for range stageLimit {
			wg.Go(func() {
				for r := range from {
					if r.err == nil {
						r.v, r.err = stage(r.v)
					}
					to <- r
				}
			})
		}
		go func() {
			wg.Wait()
			close(to)
		}()
		in = to
	}
	for r := range in {
		yield(r.v, r.err)
	}
	return context.Cause(ctx)
}

// stagesConc has a stream for each stage, whose callback, which comes in order, gives the result to the next.
func stagesConc(ctx context.Context, n int, yield func(int, error)) error {
	stage := func() *stream.Stream { return stream.New().WithMaxGoroutines(stageLimit) }
	parsed, halved, nexts := stage(), stage(), stage()
	third := func(v int, err error) {
		nexts.Go(func() stream.Callback {
			if err == nil {
				v = next(v)
			}
			return func() { yield(v, err) }
		})
	}
	second := func(v int, err error) {
		halved.Go(func() stream.Callback {
			if err == nil {
				v = halve(v)
			}
			return func() { third(v, err) }
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		parsed.Go(func() stream.Callback {
			v, err := parse(i)
			return func() { second(v, err) }
		})
	}
	parsed.Wait()
	halved.Wait()
	nexts.Wait()
	return context.Cause(ctx)
}
