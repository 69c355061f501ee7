package soak

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate/quorum"
)

// race is the episode of the first k of n. Groups under quorum are among those of the other kinds.
func race(sc *Scene) {
	n, need := sc.few(30), 1+sc.few(8)
	first := sc.chance(30)
	if first {
		need = 1
	}
	var (
		inside   gauge
		over     = make(chan struct{})
		runs     = make([]atomic.Int64, n)
		happened mishaps
		mu       sync.Mutex
		won      []int // guarded by mu
		sure     int   // that many succeed if they are let
		fs       []func(context.Context) (int, error)
	)
	for i := range n {
		e := among(sc, succeeds, succeeds, fails, exits, heeds)
		pause := sc.pause(sc.chance(10))
		if e == succeeds {
			sure++
		}
		fs = append(fs, func(ctx context.Context) (int, error) {
			run := runs[i].Add(1)
			inside.enter()
			defer inside.leave()
			pause.pass(ctx, over)
			err := e.finish(ctx, over, func() *mishap { return happened.make(i, run) })
			if err == nil {
				mu.Lock()
				won = append(won, value(i))
				mu.Unlock()
			}
			return value(i), err
		})
	}
	// Those that block for a while may be needed.
	open := time.AfterFunc(time.Duration(sc.few(2000))*time.Microsecond, func() { close(over) })
	ctx, cancel := context.WithCancelCause(context.Background())
	cut := sc.chance(15)
	end := time.AfterFunc(time.Duration(sc.few(500))*time.Microsecond, func() {
		if cut {
			cancel(errParent)
		}
	})
	var got []int
	var err error
	if first {
		var v int
		if v, err = sc.First(ctx, fs...); err == nil || v != 0 {
			got = []int{v}
		}
	} else {
		got, err = sc.Of(ctx, need, fs...)
	}
	left := inside.now.Load()
	end.Stop()
	open.Stop()
	cancel(nil)

	var missed *quorum.MissedError
	isMissed := errors.As(err, &missed)
	begun := uint64(0)
	for i := range runs {
		if runs[i].Load() > 1 {
			sc.Fault("function %d of %d ran %d times", i, n, runs[i].Load())
		}
		begun += uint64(runs[i].Load())
	}
	sc.Count("functions raced", begun)
	wrong := func(v int) bool { return !slices.Contains(won, v) }
	failed := happened.list()
	mu.Lock()
	defer mu.Unlock()
	switch {
	case left != 0:
		sc.Fault("%d of %d functions run after the call", left, n)
	case err == nil && len(got) != need:
		sc.Fault("%d of %d were needed, and %d values are there", need, n, len(got))
	case slices.ContainsFunc(got, wrong):
		sc.Fault("of the values %v, not all were returned: %v", got, won)
	case len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got):
		sc.Fault("a value is there twice: %v", got)
	case err != nil && !isMissed:
		sc.Fault("the error is a %T: %v", err, err)
	case err != nil && (len(got) >= need || !first && missed.Tally.OK != uint64(len(got))):
		sc.Fault("%d of %d were needed, %d values are there, and the error is %v", need, n, len(got), err)
	case err != nil && !cut && sure >= need:
		sc.Fault("%d of %d were needed, %d would have succeeded, and the error is %v", need, n, sure, err)
	case err != nil && sure+len(failed) == n && !cut && len(failed) > 0 && !errors.Is(err, failed[0]) && n >= need:
		sc.Fault("%v has failed, and the error is %v", failed[0], err)
	}
}
