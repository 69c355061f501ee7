package emit_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/emit"
)

// Point is one measurement.
type Point struct {
	Name  string
	Value float64
}

// store stands for a database of metrics on the network.
type store struct{ lines []string }

func (s *store) insert(ctx context.Context, points []Point) error {
	for _, p := range points {
		s.lines = append(s.lines, fmt.Sprintf("%s %v", p.Name, p.Value))
	}
	return ctx.Err()
}

// A writer of metrics: a request never waits for the database, and a shutdown loses nothing that it need not.
func Example() {
	var db store
	metrics := emit.New(db.insert, emit.Options{
		Buffer:  10_000,           // points that may wait while the database is slow
		Batch:   500,              // points per insert
		Age:     time.Second,      // a point is no older than that when it is written
		Timeout: 10 * time.Second, // of one insert
		OnError: func(err error) { fmt.Println(err) },
	})

	serve := func(path string) {
		metrics.Emit(Point{"requests" + path, 1})
		metrics.Emit(Point{"seconds" + path, 0.25})
	}
	serve("/")
	serve("/login")

	// At the end of the program, when nobody serves any more.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := metrics.Close(ctx); err != nil {
		fmt.Println(err)
	}
	for _, line := range db.lines {
		fmt.Println(line)
	}
	fmt.Println(metrics.Stats())
	// Output:
	// requests/ 1
	// seconds/ 0.25
	// requests/login 1
	// seconds/login 0.25
	// accepted 4, delivered 4, batches 1
}

// printed is a sink for the examples below.
func printed(_ context.Context, batch []string) error {
	fmt.Println(len(batch), batch)
	return nil
}

// A batch is handed over when it is full, or at the end.
func ExampleNew() {
	e := emit.New(printed, emit.Options{Batch: 2, Age: time.Minute})
	for _, word := range []string{"a", "b", "c"} {
		e.Emit(word)
	}
	fmt.Println(e.Close(context.Background()))
	// Output:
	// 2 [a b]
	// 1 [c]
	// <nil>
}

// While the sink hangs, values wait in the buffer; those beyond it are dropped, and the producer goes on.
func ExampleEmitter_Emit() {
	called, gate := make(chan struct{}, 1), make(chan struct{})
	hangs := func(context.Context, []int) error {
		called <- struct{}{}
		<-gate
		return nil
	}
	e := emit.New(hangs, emit.Options{Buffer: 2, Batch: 2})
	fmt.Println(e.Emit(1), e.Emit(2))
	<-called // the sink has these
	fmt.Println(e.Emit(3), e.Emit(4), e.Emit(5))
	fmt.Println(e.Stats())

	close(gate)
	fmt.Println(e.Close(context.Background()))
	// Output:
	// true true
	// true true false
	// accepted 4, dropped 1, waiting 2, in flight 2, batches 1
	// <nil>
}

// Flush hands over what is there, at the end of a test or before a fork, and the emitter goes on.
func ExampleEmitter_Flush() {
	e := emit.New(printed, emit.Options{Age: time.Hour})
	e.Emit("before")
	fmt.Println(e.Flush(context.Background()))
	e.Emit("after")
	fmt.Println(e.Close(context.Background()))
	// Output:
	// 1 [before]
	// <nil>
	// 1 [after]
	// <nil>
}

// A Close that can't wait longer says what was lost.
func ExampleEmitter_Close() {
	down := func(ctx context.Context, _ []int) error {
		<-ctx.Done() // there is no answer
		return ctx.Err()
	}
	e := emit.New(down, emit.Options{Batch: 2})
	for v := range 5 {
		e.Emit(v)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	err := e.Close(ctx)
	fmt.Println(err)
	if lost, ok := errors.AsType[*emit.LostError](err); ok {
		fmt.Println(lost.Values, errors.Is(err, context.DeadlineExceeded))
	}
	// Output:
	// emit: 5 values lost: Close: context deadline exceeded
	// 5 true
}

func ExampleEmitter_Stats() {
	e := emit.New(func(context.Context, []int) error { return errors.New("read-only") }, emit.Options{})
	e.Emit(1)
	e.Emit(2)
	_ = e.Close(context.Background())
	s := e.Stats()
	fmt.Println(s.Accepted, s.Failed)
	fmt.Println(s)
	// Output:
	// 2 2
	// accepted 2, failed 2, batches 1
}

func ExampleStats_String() {
	fmt.Println(emit.Stats{Accepted: 5, Dropped: 1, Delivered: 3, Waiting: 2, Batches: 1})
	// Output: accepted 5, dropped 1, delivered 3, waiting 2, batches 1
}

// OnError gets each failure of the sink, with the number of values that were in the batch.
func ExampleSinkError() {
	sink := func(_ context.Context, batch []int) error {
		if batch[0] == 0 {
			panic("no zeroes")
		}
		return errors.New("disk full")
	}
	e := emit.New(sink, emit.Options{Batch: 2, OnError: func(err error) {
		fmt.Println(err)
		if p, ok := errors.AsType[*fate.PanicError](err); ok {
			fmt.Println("a panic, with its stack:", p.Value, len(p.Stack) > 0)
		}
	}})
	for v := range 3 {
		e.Emit(v)
	}
	_ = e.Close(context.Background())
	// Output:
	// emit: the sink failed with 2 values: fate: a task panicked: no zeroes
	// a panic, with its stack: no zeroes true
	// emit: the sink failed with 1 value: disk full
}

func ExampleLostError() {
	err := error(&emit.LostError{Values: 3, Err: context.DeadlineExceeded})
	fmt.Println(err, errors.Is(err, context.DeadlineExceeded))
	// Output: emit: 3 values lost: Close: context deadline exceeded true
}

// A Flush that can't wait longer says how many values it would have waited for. They are not lost.
func ExampleOutstandingError() {
	gate := make(chan struct{})
	e := emit.New(func(context.Context, []int) error { <-gate; return nil }, emit.Options{})
	e.Emit(1)
	e.Emit(2)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	fmt.Println(e.Flush(ctx))
	close(gate)
	fmt.Println(e.Close(context.Background()))
	// Output:
	// emit: 2 values outstanding: Flush: context deadline exceeded
	// <nil>
}

func ExampleOptions_Validate() {
	fmt.Println(emit.Options{Buffer: -1}.Validate())
	fmt.Println(emit.Options{Buffer: 100, Batch: 500}.Validate())
	// Output:
	// emit: Buffer is -1: must be 0 (the default, 1024) or more
	// emit: Batch is 500: must be no more than Buffer, 100, or it would never be full
}
