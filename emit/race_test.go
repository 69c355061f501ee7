package emit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/emit"
)

// Producers race with Close: none panics, and what was accepted is delivered or counted as lost, each value once.
func TestProducersRacingWithClose(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 0))
		const producers, each = 4, 200
		var seen [producers * each]atomic.Int32 // times each value was delivered
		var deliveries atomic.Uint64
		opts := emit.Options{Buffer: 1 + random.IntN(64), Age: time.Duration(1 + random.IntN(1e6))}
		opts.Batch = 1 + random.IntN(opts.Buffer)
		e := emit.New(func(ctx context.Context, batch []int) error {
			for _, v := range batch {
				seen[v].Add(1)
			}
			deliveries.Add(uint64(len(batch)))
			return nil
		}, opts)
		var accepted [producers * each]bool
		var oks, noes atomic.Uint64
		var all sync.WaitGroup
		start := make(chan struct{})
		closeAfter := uint64(random.IntN(producers * each))
		for p := range producers {
			all.Go(func() {
				<-start
				for i := range each {
					v := p*each + i
					if e.Emit(v) {
						accepted[v] = true
						oks.Add(1)
					} else {
						noes.Add(1)
						runtime.Gosched()
					}
				}
			})
		}
		ctx := context.Background()
		if seed%2 == 1 {
			ctx = expired()
		}
		var errs [2]error
		for i := range errs {
			all.Go(func() {
				for oks.Load()+noes.Load() < closeAfter {
					if s := e.Stats(); !balanced(s) || s.Waiting > uint64(opts.Buffer) {
						t.Errorf("seed %d: stats are %v", seed, s)
					}
					runtime.Gosched()
				}
				errs[i] = e.Close(ctx)
			})
		}
		close(start)
		all.Wait()
		s := e.Stats()
		if s.Accepted != oks.Load() || s.Dropped != noes.Load() || s.Waiting+s.InFlight+s.Failed != 0 || !balanced(s) {
			t.Errorf("seed %d: %d were accepted and %d not, and stats are %v", seed, oks.Load(), noes.Load(), s)
		}
		if deliveries.Load() != s.Delivered {
			t.Errorf("seed %d: %d delivered, and stats are %v", seed, deliveries.Load(), s)
		}
		missing := uint64(0)
		for v := range seen {
			n := seen[v].Load()
			if n > 1 || n == 1 && !accepted[v] {
				t.Errorf("seed %d: value %d was delivered %d times, accepted: %v", seed, v, n, accepted[v])
			}
			if n == 0 && accepted[v] {
				missing++
			}
		}
		if missing != s.Lost {
			t.Errorf("seed %d: %d are missing, and stats are %v", seed, missing, s)
		}
		var lost *emit.LostError
		if errors.As(errs[0], &lost) != (s.Lost > 0) || errs[0] != errs[1] || lost != nil && lost.Values != s.Lost {
			t.Errorf("seed %d: Close is %v and %v, and stats are %v", seed, errs[0], errs[1], s)
		}
	}
}

// A random history, with a sink that does everything a sink can do: the counts add up at every moment, and at the end they are those of
// what the sink saw.
func TestAnyHistoryAddsUp(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		synctest.Test(t, func(t *testing.T) {
			var ok, bad, told uint64 // by what the sink and OnError know
			var calls int
			next := 0 // the first value that has not been handed over
			opts := emit.Options{Buffer: 1 + random.IntN(20), Age: time.Duration(1+random.IntN(30)) * ms, Grace: 5 * ms}
			opts.Batch = 1 + random.IntN(opts.Buffer)
			if random.IntN(2) == 0 {
				opts.Timeout = 8 * ms
			}
			opts.OnError = func(err error) {
				var s *emit.SinkError
				if errors.As(err, &s) {
					told += uint64(s.Values)
				}
				if told%3 == 0 {
					runtime.Goexit()
				}
			}
			nature := rand.New(rand.NewPCG(seed, 2))
			var e *emit.Emitter[int]
			e = emit.New(func(ctx context.Context, batch []int) error {
				calls++
				for _, v := range batch {
					if v != next {
						t.Errorf("seed %d: value %d instead of %d", seed, v, next)
					}
					next++
				}
				if s := e.Stats(); !balanced(s) || s.InFlight != uint64(len(batch)) && s.Lost == 0 || len(batch) > opts.Batch {
					t.Errorf("seed %d: a batch of %d, and stats are %v", seed, len(batch), s)
				}
				pause := time.NewTimer(time.Duration(nature.IntN(12)) * ms)
				how := nature.IntN(8)
				if how == 0 { // deaf
					<-pause.C
				} else {
					select {
					case <-pause.C:
					case <-ctx.Done():
						bad += uint64(len(batch))
						return ctx.Err()
					}
				}
				switch how {
				case 1:
					bad += uint64(len(batch))
					return errSink
				case 2:
					bad += uint64(len(batch))
					panic(errSink)
				case 3:
					bad += uint64(len(batch))
					runtime.Goexit()
				}
				ok += uint64(len(batch))
				return nil
			}, opts)
			value := 0
			check := func() {
				if s := e.Stats(); !balanced(s) || s.Accepted != uint64(value) || s.Waiting > uint64(opts.Buffer) {
					t.Errorf("seed %d: %d accepted, stats are %v", seed, value, s)
				}
			}
			for range 40 {
				switch random.IntN(8) {
				case 0:
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.IntN(30))*ms)
					s := e.Stats()
					err := e.Flush(ctx)
					cancel()
					after := e.Stats()
					if done := after.Delivered + after.Failed; err == nil && done < s.Accepted {
						t.Errorf("seed %d: flushed, before %v, after %v", seed, s, after)
					}
					var out *emit.OutstandingError
					if errors.As(err, &out) && (out.Values == 0 || out.Values > s.Accepted) {
						t.Errorf("seed %d: %v, before %v, after %v", seed, err, s, after)
					}
				case 1, 2:
					time.Sleep(time.Duration(random.IntN(20)) * ms)
				default:
					for range random.IntN(6) {
						if e.Emit(value) {
							value++
						}
					}
				}
				check()
			}
			patience := time.Duration(random.IntN(60)) * ms
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			began := time.Now()
			err := e.Close(ctx)
			if took := time.Since(began); took > patience+opts.Grace {
				t.Errorf("seed %d: Close took %v, with a context of %v", seed, took, patience)
			}
			s := e.Stats()
			check()
			var lost *emit.LostError
			if errors.As(err, &lost) && lost.Values != s.Lost || (err != nil) != (s.Lost > 0) {
				t.Errorf("seed %d: Close is %v, stats are %v", seed, err, s)
			}
			time.Sleep(time.Hour) // a sink that was left behind has returned
			synctest.Wait()
			if e.Stats() != s || s.Waiting+s.InFlight != 0 || uint64(calls) != s.Batches {
				t.Errorf("seed %d: %d calls, stats are %v after Close, and %v later", seed, calls, s, e.Stats())
			}
			if s.Delivered > ok || s.Failed > bad || s.Delivered+s.Failed+s.Lost != uint64(value) || told != bad || s.Lost == 0 && (ok != s.Delivered || bad != s.Failed) {
				t.Errorf("seed %d: %d ok, %d bad, %d told; stats are %v", seed, ok, bad, told, s)
			}
		})
		if t.Failed() {
			return
		}
	}
}

func TestEmitAllocatesNothing(t *testing.T) {
	for _, batch := range []int{1, 16, emit.DefaultBatch} {
		t.Run(fmt.Sprintf("batch=%d", batch), func(t *testing.T) {
			var got atomic.Int64
			e := emit.New(func(_ context.Context, batch []int) error { got.Add(int64(len(batch))); return nil }, emit.Options{Batch: batch})
			e.Emit(0) // starts the goroutine
			if n := testing.AllocsPerRun(10_000, func() { e.Emit(1) }); n != 0 {
				t.Errorf("%v allocations with one producer", n)
			}
			const producers = 4
			var all sync.WaitGroup
			stop, ready := make(chan struct{}), make(chan struct{}, producers)
			for range producers {
				all.Go(func() {
					for i := 0; ; i++ {
						select {
						case <-stop:
							return
						default:
							e.Emit(i)
							runtime.Gosched()
						}
						if i == 0 {
							ready <- struct{}{}
						}
					}
				})
			}
			for range producers {
				<-ready
			}
			// AllocsPerRun counts what all goroutines allocate.
			if n := testing.AllocsPerRun(1000, func() { e.Emit(1); runtime.Gosched() }); n != 0 {
				t.Errorf("%v allocations with %d producers", n, producers+1)
			}
			close(stop)
			all.Wait()
			closes(t, e)
			if s := e.Stats(); s.Delivered != uint64(got.Load()) || s.Delivered == 0 {
				t.Errorf("%d delivered; stats are %v", got.Load(), s)
			}
		})
	}
}

// Emit never waits for the sink: with one that blocks, and a full buffer, it returns false.
func TestEmitDoesNotWaitForABlockedSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		e := emit.New(func(ctx context.Context, _ []int) error { <-ctx.Done(); return ctx.Err() }, emit.Options{Buffer: 8, Batch: 4})
		n := 0
		for range 1000 {
			if e.Emit(0) {
				n++
			}
			synctest.Wait()
		}
		if n != 12 || time.Since(began) != 0 {
			t.Errorf("%d accepted, in %v", n, time.Since(began))
		}
		wantStats(t, e, emit.Stats{Accepted: 12, Dropped: 988, Waiting: 8, InFlight: 4, Batches: 1})
		wantLost(t, e.Close(expired()), 12, errCause)
	})
}
