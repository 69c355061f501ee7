package fate_test

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
	"github.com/sharedfate/fate/strategies"
)

func limitedThere(workers int, task func() error) error {
	var g errgroup.Group
	g.SetLimit(workers) // 0: the config says nothing
	g.Go(task)
	return g.Wait()
}

func TestPitfallALimitOfZero(t *testing.T) {
	var busy crowd
	pitfall{
		there: func(t *testing.T) { wantStuck(t, "limitedThere") },
		here: bubble(func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{Limit: 0})
			for range 100 {
				g.Go(busy.work)
			}
			if err := g.Wait(); err != nil || busy.most.Load() != 100 {
				t.Errorf("%v; %d at once, want no limit", err, busy.most.Load())
			}
			for _, s := range []fate.Strategy{failfast.Strategy{Limit: -1}, shed.Strategy{}} {
				if err := fate.Validate(s); err == nil || !strings.Contains(err.Error(), "Limit") {
					t.Errorf("%v: %v", s, err)
				}
			}
			if _, err := strategies.Parse("failfast limit=-1"); err == nil {
				t.Error("a config with a negative limit is taken")
			}
		}),
		instead: bubble(func(t *testing.T) {
			workers := 0
			s := failfast.Strategy{Limit: cmp.Or(workers, runtime.GOMAXPROCS(0))}
			var busy crowd
			if err := fate.ForEach(t.Context(), s, numbers(100), busy.item); err != nil {
				t.Error(err)
			}
			if most := int(busy.most.Load()); most != runtime.GOMAXPROCS(0) {
				t.Errorf("%d at once", most)
			}
		}),
	}.test(t)
}

// A crowd counts how many are in it at once.
type crowd struct{ in, most atomic.Int64 }

func (c *crowd) enter() {
	for n := c.in.Add(1); ; {
		if most := c.most.Load(); n <= most || c.most.CompareAndSwap(most, n) {
			return
		}
	}
}

func (c *crowd) leave() { c.in.Add(-1) }

// work takes a second.
func (c *crowd) work(context.Context) error {
	c.enter()
	defer c.leave()
	time.Sleep(time.Second)
	return nil
}

func (c *crowd) item(ctx context.Context, _ int) error { return c.work(ctx) }

func TestPitfallMoreAtOnceThanTheDownstreamBears(t *testing.T) {
	const rows = 1000
	pitfall{
		there: bubble(func(t *testing.T) {
			var db crowd
			insert := func(row int) error { return db.item(t.Context(), row) }
			var g errgroup.Group
			for row := range rows {
				g.Go(func() error { return insert(row) })
			}
			if err := g.Wait(); err != nil || db.most.Load() != rows {
				t.Errorf("%v; %d at once", err, db.most.Load())
			}
		}),
		here: bubble(func(t *testing.T) {
			var db crowd
			if err := fate.ForEach(t.Context(), failfast.Strategy{}, numbers(rows), db.item); err != nil || db.most.Load() != rows {
				t.Errorf("%v; %d at once", err, db.most.Load())
			}
		}),
		instead: bubble(func(t *testing.T) {
			ctx, rows := t.Context(), numbers(rows)
			var db crowd
			insert := db.item
			err := fate.ForEach(ctx, failfast.Strategy{Limit: 10}, rows, insert)
			if err != nil || db.most.Load() != 10 {
				t.Errorf("%v; %d at once", err, db.most.Load())
			}
		}),
	}.test(t)
}

// An opened is a file that counts itself.
type opened struct{ files *crowd }

func open(files *crowd) opened { files.enter(); return opened{files} }

func (f opened) Close() { f.files.leave() }

// read takes a second, and fails the first time.
func (f opened) read(n int) error {
	time.Sleep(time.Second)
	if n == 0 {
		return errTask
	}
	return nil
}

func TestPitfallWhatIsOpenedBeforeGo(t *testing.T) {
	const limit, names = 2, 1000
	pitfall{
		there: bubble(func(t *testing.T) {
			var files crowd
			var g errgroup.Group
			g.SetLimit(limit)
			for name := range names {
				f := open(&files)
				g.Go(func() error {
					defer f.Close()
					return f.read(name)
				})
			}
			wantIs(t, g.Wait(), errTask)
			if most, left := files.most.Load(), files.in.Load(); most != limit+1 || left != 0 {
				t.Errorf("%d open at once, %d left open", most, left)
			}
		}),
		here: bubble(func(t *testing.T) {
			var files crowd
			g := fate.New(t.Context(), failfast.Strategy{Limit: limit})
			for name := range names {
				f := open(&files)
				if !g.Go(func(context.Context) error {
					defer f.Close()
					return f.read(name)
				}) {
					f.Close()
					break
				}
			}
			wantIs(t, g.Wait(), errTask)
			if most, left := files.most.Load(), files.in.Load(); most < limit+fate.DefaultBacklog || left < fate.DefaultBacklog-1 {
				t.Errorf("%d open at once, %d left open", most, left)
			}
		}),
		instead: bubble(func(t *testing.T) {
			var files crowd
			g := fate.New(t.Context(), failfast.Strategy{Limit: limit})
			for name := range names {
				g.Go(func(context.Context) error {
					f := open(&files)
					defer f.Close()
					return f.read(name)
				})
			}
			wantIs(t, g.Wait(), errTask)
			if most, left := files.most.Load(), files.in.Load(); most != limit || left != 0 {
				t.Errorf("%d open at once, %d left open", most, left)
			}
		}),
	}.test(t)
}

func TestPitfallTasksThatStartAfterTheFirstFailure(t *testing.T) {
	const pages = 1000
	load := func(page int) error {
		time.Sleep(time.Second)
		return errTask
	}
	pitfall{
		there: bubble(func(t *testing.T) {
			loaded := 0
			load := func(page int) error { loaded++; return load(page) }
			g, _ := errgroup.WithContext(t.Context())
			g.SetLimit(1)
			for page := range pages {
				g.Go(func() error { return load(page) })
			}
			wantIs(t, g.Wait(), errTask)
			if loaded != pages {
				t.Errorf("%d loaded", loaded)
			}
		}),
		here: bubble(func(t *testing.T) {
			loaded := 0
			load := func(page int) error { loaded++; return load(page) }
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
			for page := range pages {
				g.Go(func(context.Context) error { return load(page) })
			}
			wantIs(t, g.Wait(), errTask)
			if loaded != 1 {
				t.Errorf("%d loaded", loaded)
			}
			wantTally(t, g, fate.Tally{Offered: pages, Failed: 1, Skipped: pages - 1})
		}),
		instead: bubble(func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
			for page := range math.MaxInt {
				if !g.Go(func(context.Context) error { return load(page) }) {
					break
				}
			}
			wantIs(t, g.Wait(), errTask)
			if offered := g.Tally().Offered; offered > 1+fate.DefaultBacklog+1 {
				t.Errorf("%d offered", offered)
			}
		}),
	}.test(t)
}

func TestPitfallAGoThatWaitsThoughAllIsOver(t *testing.T) {
	// The only slot is taken by one that takes a minute, and is deaf. After a second all is called off.
	pitfall{
		there: bubble(func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			g, _ := errgroup.WithContext(ctx)
			g.SetLimit(1)
			g.Go(func() error { return request(context.Background(), "") })
			wantTook(t, time.Minute, func() {
				g.Go(func() error { return nil }) // waits for the slot, whatever becomes of ctx
			})
			_ = g.Wait()
		}),
		here: bubble(func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			g := fate.New(ctx, failfast.Strategy{Limit: 1}, fate.Backlog(0))
			g.Go(func(context.Context) error { return request(context.Background(), "") })
			wantTook(t, time.Second, func() {
				if g.Go(succeeds) {
					t.Error("Go is true after the stop")
				}
			})
			wantIs(t, g.Wait(), context.DeadlineExceeded)
		}),
		instead: bubble(func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			g := fate.New(ctx, failfast.Strategy{Limit: 1})
			for g.Go(func(ctx context.Context) error { return request(ctx, "/news") }) {
			}
			wantTook(t, 0, func() { wantIs(t, g.Wait(), context.DeadlineExceeded) })
		}),
	}.test(t)
}

func TestPitfallTheFalseOfTryGo(t *testing.T) {
	pitfall{
		there: bubble(func(t *testing.T) {
			saved := 0
			save := func() error { saved++; time.Sleep(time.Second); return nil }
			var g errgroup.Group
			g.SetLimit(1)
			for range 3 {
				g.TryGo(save)
			}
			if err := g.Wait(); err != nil || saved != 1 {
				t.Errorf("%v, %d saved", err, saved)
			}
		}),
		here: bubble(func(t *testing.T) {
			saved := 0
			save := func(context.Context) error { saved++; time.Sleep(time.Second); return nil }
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(0))
			for range 3 {
				g.TryGo(save)
			}
			if err := g.Wait(); err != nil || saved != 1 {
				t.Errorf("%v, %d saved", err, saved)
			}
			wantTally(t, g, fate.Tally{Offered: 3, OK: 1, Shed: 2})
		}),
		instead: bubble(func(t *testing.T) {
			saved := 0
			save := func(context.Context) error { saved++; time.Sleep(time.Second); return nil }
			ctx := t.Context()
			g := fate.New(ctx, failfast.Strategy{Limit: 1}, fate.Backlog(0))
			for range 3 {
				if !g.TryGo(save) {
					g.Go(save) // or drop it, and say so
				}
			}
			if err := g.Wait(); err != nil || saved != 3 {
				t.Errorf("%v, %d saved", err, saved)
			}
		}),
	}.test(t)
}
