package emit_test

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/emit"
)

func TestNothingIsStartedBeforeTheFirstEmit(t *testing.T) {
	if atImport != 1 {
		t.Errorf("%d goroutines before the first test, want 1", atImport)
	}
	wantStats(t, unused, emit.Stats{})
	before := runtime.NumGoroutine()
	e := emit.New(new(recorder).sink, emit.Options{})
	if err := e.Flush(t.Context()); err != nil {
		t.Errorf("Flush is %v", err)
	}
	closes(t, e)
	if n := runtime.NumGoroutine(); n != before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
}

// handover is one call of the sink.
type handover struct {
	at     time.Duration
	values []int
}

// schedule plays values that come at given times to a sink that takes a while, and returns when it was given what.
func schedule(opts emit.Options, takes time.Duration, emits []handover) (got []handover) {
	began := time.Now()
	e := emit.New(func(_ context.Context, batch []int) error {
		got = append(got, handover{time.Since(began), slices.Clone(batch)})
		time.Sleep(takes)
		return nil
	}, opts)
	for _, h := range emits {
		time.Sleep(h.at - time.Since(began))
		for _, v := range h.values {
			e.Emit(v)
		}
	}
	time.Sleep(time.Hour) // whatever is to come has come by then
	if err := e.Close(context.Background()); err != nil {
		panic(err)
	}
	return got
}

const ms = time.Millisecond

func TestBatchesBySizeAndByAge(t *testing.T) {
	for _, c := range []struct {
		story string
		opts  emit.Options
		takes time.Duration
		emits []handover
		want  []handover
	}{
		{"a full batch at once", emit.Options{Batch: 3, Age: time.Second}, 0,
			[]handover{{0, []int{1, 2, 3}}},
			[]handover{{0, []int{1, 2, 3}}}},
		{"filled bit by bit", emit.Options{Batch: 3, Age: time.Second}, 0,
			[]handover{{0, []int{1}}, {100 * ms, []int{2}}, {300 * ms, []int{3}}},
			[]handover{{300 * ms, []int{1, 2, 3}}}},
		{"not full: when the oldest is of age", emit.Options{Batch: 3, Age: time.Second}, 0,
			[]handover{{100 * ms, []int{1}}, {800 * ms, []int{2}}},
			[]handover{{1100 * ms, []int{1, 2}}}},
		{"the age is each batch's own", emit.Options{Batch: 3, Age: time.Second}, 0,
			[]handover{{0, []int{1, 2}}, {200 * ms, []int{3, 4}}, {5 * time.Second, []int{5}}},
			[]handover{{200 * ms, []int{1, 2, 3}}, {1200 * ms, []int{4}}, {6 * time.Second, []int{5}}}},
		{"no larger than Batch", emit.Options{Batch: 2, Age: time.Second}, 0,
			[]handover{{0, []int{1, 2, 3, 4, 5}}},
			[]handover{{0, []int{1, 2}}, {0, []int{3, 4}}, {time.Second, []int{5}}}},
		{"full batches follow a slow sink without a pause", emit.Options{Batch: 2, Age: time.Hour}, 700 * ms,
			[]handover{{0, []int{1, 2}}, {100 * ms, []int{3, 4, 5, 6}}},
			[]handover{{0, []int{1, 2}}, {700 * ms, []int{3, 4}}, {1400 * ms, []int{5, 6}}}},
		{"the age counts from the Emit, also while the sink is busy", emit.Options{Batch: 2, Age: time.Second}, 700 * ms,
			[]handover{{0, []int{1, 2}}, {400 * ms, []int{3}}},
			[]handover{{0, []int{1, 2}}, {1400 * ms, []int{3}}}},
		{"of age while the sink is busy: as soon as it is free", emit.Options{Batch: 2, Age: time.Second}, 3 * time.Second,
			[]handover{{0, []int{1, 2}}, {400 * ms, []int{3}}},
			[]handover{{0, []int{1, 2}}, {3 * time.Second, []int{3}}}},
		{"a remainder behind full batches has its own age", emit.Options{Batch: 2, Age: time.Second}, 300 * ms,
			[]handover{{0, []int{1, 2}}, {100 * ms, []int{3, 4}}, {200 * ms, []int{5}}},
			[]handover{{0, []int{1, 2}}, {300 * ms, []int{3, 4}}, {1200 * ms, []int{5}}}},
		{"one by one", emit.Options{Batch: 1, Age: time.Hour}, 10 * ms,
			[]handover{{0, []int{1, 2}}, {time.Second, []int{3}}},
			[]handover{{0, []int{1}}, {10 * ms, []int{2}}, {time.Second, []int{3}}}},
		{"a tiny age: whatever is there", emit.Options{Age: 1}, 10 * ms,
			[]handover{{0, []int{1}}, {5 * ms, []int{2, 3}}},
			[]handover{{1, []int{1}}, {10*ms + 1, []int{2, 3}}}},
		{"the default age", emit.Options{}, 0,
			[]handover{{0, []int{1}}},
			[]handover{{emit.DefaultAge, []int{1}}}},
		{"the longest age there is", emit.Options{Batch: 2, Age: 1<<63 - 1}, 0,
			[]handover{{0, []int{1}}, {time.Minute, []int{2}}},
			[]handover{{time.Minute, []int{1, 2}}}},
	} {
		synctest.Test(t, func(t *testing.T) {
			if got := schedule(c.opts, c.takes, c.emits); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s:\ngot  %v\nwant %v", c.story, got, c.want)
			}
		})
	}
}

// Values are handed over in the order in which they were accepted, whatever the sizes of buffer and batch: also where the ring of
// batches turns over.
func TestOrderIsKept(t *testing.T) {
	for buffer := 1; buffer <= 9; buffer++ {
		for batch := 1; batch <= buffer; batch++ {
			synctest.Test(t, func(t *testing.T) {
				r := new(recorder)
				e := emit.New(r.sink, emit.Options{Buffer: buffer, Batch: batch})
				next := 0
				for i := range 60 {
					for range i % (buffer + 1) {
						accept(t, e, next)
						next++
					}
					if i%3 == 0 {
						if err := e.Flush(t.Context()); err != nil {
							t.Error(err)
						}
					}
					synctest.Wait()
					if i%3 != 0 { // room again for a whole buffer
						time.Sleep(emit.DefaultAge)
						synctest.Wait()
					}
				}
				closes(t, e)
				all := slices.Concat(r.got()...)
				if len(all) != next || !slices.IsSorted(all) {
					t.Errorf("buffer %d, batch %d: %v", buffer, batch, all)
				}
				for _, b := range r.got() {
					if len(b) == 0 || len(b) > batch {
						t.Errorf("buffer %d, batch %d: a batch is %v", buffer, batch, b)
					}
				}
				wantStats(t, e, emit.Stats{Accepted: uint64(next), Delivered: uint64(next), Batches: uint64(len(r.got()))})
			})
		}
	}
}

// When Buffer values wait, beside those that the sink has, Emit drops and counts, and goes on as soon as there is room.
func TestEmitDropsWhenTheBufferIsFull(t *testing.T) {
	for _, c := range []struct{ buffer, batch int }{{1, 1}, {2, 1}, {4, 2}, {5, 2}, {5, 5}, {7, 3}} {
		synctest.Test(t, func(t *testing.T) {
			gate := make(chan struct{})
			got := 0
			e := emit.New(func(_ context.Context, batch []int) error {
				<-gate
				got += len(batch)
				return nil
			}, emit.Options{Buffer: c.buffer, Batch: c.batch})
			for range c.batch { // the sink takes a batch
				accept(t, e, 0)
			}
			synctest.Wait()
			for range c.buffer {
				accept(t, e, 0)
			}
			for range 3 {
				if e.Emit(0) {
					t.Errorf("%+v: accepted beyond the buffer", c)
				}
			}
			wantStats(t, e, emit.Stats{
				Accepted: uint64(c.batch + c.buffer), Dropped: 3, Waiting: uint64(c.buffer), InFlight: uint64(c.batch), Batches: 1,
			})
			gate <- struct{}{}
			synctest.Wait() // the sink has taken another batch
			accept(t, e, 0)
			close(gate)
			closes(t, e)
			if s := e.Stats(); got != c.batch+c.buffer+1 || s.Delivered != uint64(got) || s.Dropped != 3 {
				t.Errorf("%+v: %d delivered, %v", c, got, s)
			}
		})
	}
}

// The sink may append to its batch, and overwrite what is in it.
func TestTheBatchIsTheSinksUntilItReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []int
		e := emit.New(func(_ context.Context, batch []int) error {
			seen = append(seen, batch...)
			for i := range batch {
				batch[i] = -1
			}
			_ = append(batch, -2)
			return nil
		}, emit.Options{Buffer: 3, Batch: 2})
		for i := range 9 {
			accept(t, e, i)
			if i%2 == 0 {
				if err := e.Flush(t.Context()); err != nil {
					t.Error(err)
				}
			}
		}
		closes(t, e)
		if want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8}; !slices.Equal(seen, want) {
			t.Errorf("the sink saw %v", seen)
		}
	})
}

// What has been delivered is let go, though the emitter goes on and its room is used again.
func TestValuesAreLetGo(t *testing.T) {
	collected := make(chan struct{})
	e := emit.New(func(context.Context, []*[64]byte) error { return nil }, emit.Options{})
	func() {
		v := new([64]byte)
		runtime.AddCleanup(v, func(int) { close(collected) }, 0)
		e.Emit(v)
	}()
	if err := e.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	e.Emit(nil) // the goroutine is done with the batch when this one has been flushed
	if err := e.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	for done := false; !done; {
		runtime.GC()
		select {
		case <-collected:
			done = true
		default:
			runtime.Gosched()
		}
	}
	closes(t, e)
}
