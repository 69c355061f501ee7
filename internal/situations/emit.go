package situations

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate/emit"
	"golang.org/x/sync/errgroup"
)

// Row 6: a metric is written and forgotten. Who writes it never waits, also not for a sink that hangs; what there is no room for is dropped
// and counted; what was accepted is delivered before the end.

func emitWorks() []Work {
	var written, dropped []Side
	for _, p := range Producers() {
		written = append(written, Side{Name: p.Name, Less: p.Less, Do: p.written})
		if p.Drops {
			dropped = append(dropped, Side{Name: p.Name, Less: p.Less, Do: p.dropped})
		}
	}
	return []Work{
		{
			Row: 6, Name: "emit", About: "%s metrics written while there is room, all delivered at the end", Tasks: 1000,
			Want:  func(n int) Done { return Done{Sum: sumOf(n, always), Told: n} },
			Sides: written,
		},
		{
			Row: 6, Name: "emit-drops", About: "%s metrics written while there is no room, because the sink hangs", Tasks: 10_000, Quick: 2000,
			Want:  func(n int) Done { return Done{Cut: n, Told: n} },
			Sides: dropped,
		},
	}
}

// A Producer is one way to send values that nobody waits for.
type Producer struct {
	Name  string
	Less  string // as in Side
	Drops bool   // what there is no room for; or else it takes whatever comes

	// Open starts it. room is how many values may wait, or be under way; sink is given values, many at once where the producer has
	// batches.
	Open func(room int, sink func(batch []int)) Emitter
}

// An Emitter is a Producer that was opened.
type Emitter struct {
	Emit    func(v int) bool // never waits; false says that the value was dropped
	Drain   func()           // waits until all that was accepted has been delivered, and leaves it ready for more
	Close   func()           // drains, and ends it
	Dropped func() uint64    // how many values were
}

// Producers are an emitter and what is written in its place.
func Producers() []Producer {
	return []Producer{
		{Name: "emit", Drops: true, Open: openEmit},
		{Name: "by hand", Drops: true, Open: openChannel,
			Less: "a panic of the sink ends the process; no deadline for the end; no counts but the drops; who emits after the end is not told"},
		{Name: "errgroup TryGo", Drops: true, Open: openErrgroup,
			Less: "no batches: the sink is called for each value, by many at once, in no order; a sink that hangs holds a goroutine for each; no deadline for the end"},
		{Name: "bare go", Open: openGo,
			Less: "nothing is dropped: a sink that hangs holds a goroutine for each value that ever comes; no batches, no order, no deadline for the end"},
	}
}

func openEmit(room int, sink func([]int)) Emitter {
	e := emit.New(func(_ context.Context, batch []int) error { sink(batch); return nil }, emit.Options{Buffer: room})
	return Emitter{
		Emit:    e.Emit,
		Drain:   func() { must(e.Flush(context.Background())) },
		Close:   func() { must(e.Close(context.Background())) },
		Dropped: func() uint64 { return e.Stats().Dropped },
	}
}

func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("situations: %v", err))
	}
}

// openChannel is the emitter by hand: a buffered channel, one goroutine, batches by size and age, a counter of drops.
func openChannel(room int, sink func([]int)) Emitter {
	values, flush, flushed := make(chan int, room), make(chan struct{}), make(chan struct{})
	var dropped atomic.Uint64
	go func() {
		defer close(flushed)
		batch := make([]int, 0, min(emit.DefaultBatch, room))
		age := time.NewTimer(emit.DefaultAge)
		defer age.Stop()
		deliver := func() {
			if len(batch) > 0 {
				sink(batch)
				batch = batch[:0]
			}
		}
		add := func(v int) {
			if len(batch) == 0 {
				age.Reset(emit.DefaultAge)
			}
			if batch = append(batch, v); len(batch) == cap(batch) {
				deliver()
			}
		}
		for {
			select {
			case v := <-values:
				add(v)
			case <-age.C:
				deliver()
			case _, more := <-flush:
				for len(values) > 0 {
					add(<-values)
				}
				deliver()
				if !more {
					return
				}
				flushed <- struct{}{}
			}
		}
	}()
	return Emitter{
		Emit: func(v int) bool {
			select {
			case values <- v:
				return true
			default:
				dropped.Add(1)
				return false
			}
		},
		Drain:   func() { flush <- struct{}{}; <-flushed },
		Close:   func() { close(flush); <-flushed },
		Dropped: dropped.Load,
	}
}

// openErrgroup is a goroutine for each value, no more than room at once, and a counter of drops.
func openErrgroup(room int, sink func([]int)) Emitter {
	var g errgroup.Group
	g.SetLimit(room)
	var dropped atomic.Uint64
	wait := func() { must(g.Wait()) }
	return Emitter{
		Emit: func(v int) bool {
			if g.TryGo(func() error { sink([]int{v}); return nil }) {
				return true
			}
			dropped.Add(1)
			return false
		},
		Drain:   wait,
		Close:   wait,
		Dropped: dropped.Load,
	}
}

// openGo is a goroutine for each value, however many that are.
func openGo(_ int, sink func([]int)) Emitter {
	var all sync.WaitGroup
	return Emitter{
		Emit:    func(v int) bool { all.Add(1); go func() { defer all.Done(); sink([]int{v}) }(); return true },
		Drain:   all.Wait,
		Close:   all.Wait,
		Dropped: func() uint64 { return 0 },
	}
}

// Insist emits v until it is accepted, and returns how often it was dropped.
func (e Emitter) Insist(v int) (dropped int) {
	for !e.Emit(v) {
		dropped++
		runtime.Gosched()
	}
	return dropped
}

// A Counter is a sink that adds up.
type Counter struct{ N, Sum atomic.Int64 }

// Sink takes a batch.
func (c *Counter) Sink(batch []int) {
	sum := 0
	for _, v := range batch {
		sum += v
	}
	c.N.Add(int64(len(batch)))
	c.Sum.Add(int64(sum))
}

// written emits the numbers 1 to n with room for all of them.
func (p Producer) written(_ context.Context, n int) Done {
	var got Counter
	e := p.Open(max(n, 1), got.Sink)
	cut := 0
	for i := range n {
		if !e.Emit(i + 1) {
			cut++
		}
	}
	e.Close()
	return Done{Sum: uint64(got.Sum.Load()), Cut: cut, Told: int(got.N.Load())}
}

var errLost = errors.New("situations: a metric that was accepted was not delivered")

// dropped emits n values more than there is room for, and then has the sink go on.
func (p Producer) dropped(_ context.Context, n int) Done {
	const room = 64
	var got Counter
	called, gate := make(chan struct{}, 1), make(chan struct{})
	e := p.Open(room, func(batch []int) {
		select {
		case called <- struct{}{}:
		default:
		}
		<-gate
		got.Sink(batch)
	})
	var accepted int64
	for range room { // a batch at least, wherever it is
		if e.Emit(1) {
			accepted++
		}
	}
	<-called // the sink has what it takes at once
	for e.Emit(1) {
		accepted++
	}
	before := e.Dropped()
	d := Done{}
	for range n {
		if !e.Emit(1) {
			d.Cut++
		}
	}
	d.Told = int(e.Dropped() - before)
	close(gate)
	e.Close()
	if got.N.Load() != accepted {
		d.Err = errLost
	}
	return d
}
