package emit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/emit"
)

func TestOptionsThatAreWrongAreRefused(t *testing.T) {
	for _, c := range []struct {
		opts emit.Options
		says []string
	}{
		{emit.Options{Buffer: -1}, []string{"Buffer", "-1", "0 (the default, 1024) or more"}},
		{emit.Options{Batch: -2}, []string{"Batch", "-2", "0 (the default, 128) or more"}},
		{emit.Options{Buffer: 4, Batch: 5}, []string{"Batch", "5", "no more than Buffer, 4"}},
		{emit.Options{Age: -time.Second}, []string{"Age", "-1s", "0 (the default, 1s) or more"}},
		{emit.Options{Timeout: -time.Second}, []string{"Timeout", "-1s", "0 (none) or more"}},
		{emit.Options{Grace: -time.Second}, []string{"Grace", "-1s", "0 (the default, 100ms) or more"}},
	} {
		err := c.opts.Validate()
		if err == nil {
			t.Errorf("%+v is taken", c.opts)
			continue
		}
		for _, say := range append(c.says, "emit") {
			if !strings.Contains(err.Error(), say) {
				t.Errorf("%q does not say %q", err, say)
			}
		}
		says := fmt.Sprint(panics(t, func() { emit.New(new(recorder).sink, c.opts) }))
		for _, say := range append(c.says, "emit: New") {
			if !strings.Contains(says, say) {
				t.Errorf("New panics with %q, which does not say %q", says, say)
			}
		}
	}
	for _, opts := range []emit.Options{{}, {Buffer: 1}, {Batch: 1}, {Buffer: 3, Batch: 3}, {Batch: 5000}, {Age: 1, Timeout: 1, Grace: 1}} {
		if err := opts.Validate(); err != nil {
			t.Errorf("%+v: %v", opts, err)
		}
	}
}

// panics calls f, and returns what it panics with.
func panics(t *testing.T, f func()) (v any) {
	t.Helper()
	defer func() {
		t.Helper()
		if v = recover(); v == nil {
			t.Error("no panic")
		}
	}()
	f()
	return nil
}

func TestNilPanicsInTheCallerNamingTheCall(t *testing.T) {
	e := emit.New(new(recorder).sink, emit.Options{})
	var none context.Context
	for says, call := range map[string]func(){
		"emit: New: the sink is nil":      func() { emit.New[int](nil, emit.Options{}) },
		"emit: Flush: the context is nil": func() { _ = e.Flush(none) },
		"emit: Close: the context is nil": func() { _ = e.Close(none) },
	} {
		if got := panics(t, call); got != says {
			t.Errorf("got %v, want %v", got, says)
		}
	}
}

// How many values wait, and how large a batch is, where the options leave one or both out.
func TestDefaults(t *testing.T) {
	for _, c := range []struct {
		opts          emit.Options
		buffer, batch int
	}{
		{emit.Options{}, emit.DefaultBuffer, emit.DefaultBatch},
		{emit.Options{Buffer: 5000}, 5000, emit.DefaultBatch},
		{emit.Options{Buffer: 10}, 10, 10},
		{emit.Options{Batch: 10}, emit.DefaultBuffer, 10},
		{emit.Options{Batch: 5000}, 10000, 5000},
		{emit.Options{Buffer: 20, Batch: 10}, 20, 10},
	} {
		synctest.Test(t, func(t *testing.T) {
			gate := make(chan struct{})
			e := emit.New(func(context.Context, []int) error { <-gate; return nil }, c.opts)
			for range c.batch {
				e.Emit(0)
			}
			synctest.Wait()
			if n := e.Stats().InFlight; n != uint64(c.batch) {
				t.Errorf("%+v: a batch has %d, want %d", c.opts, n, c.batch)
			}
			n := 0
			for e.Emit(0) {
				n++
			}
			if n != c.buffer {
				t.Errorf("%+v: %d wait, want %d", c.opts, n, c.buffer)
			}
			close(gate)
			closes(t, e)
		})
	}
}

func TestErrorsSayHowMany(t *testing.T) {
	for want, err := range map[string]error{
		"emit: the sink failed with 1 value: sink: no connection":   &emit.SinkError{Values: 1, Err: errSink},
		"emit: 2 values lost: Close: shutdown took too long":        &emit.LostError{Values: 2, Err: errCause},
		"emit: 3 values outstanding: Flush: shutdown took too long": &emit.OutstandingError{Values: 3, Err: errCause},
		"accepted 0": errors.New(emit.Stats{}.String()),
		"accepted 5, dropped 1, delivered 2, failed 1, lost 1, waiting 1, batches 3": errors.New(emit.Stats{Accepted: 5, Dropped: 1, Delivered: 2, Failed: 1, Lost: 1, Waiting: 1, Batches: 3}.String()),
		"accepted 4, in flight 4": errors.New(emit.Stats{Accepted: 4, InFlight: 4}.String()),
	} {
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}
