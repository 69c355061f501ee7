package main

import (
	"context"
	"log"
	"sync/atomic"
	"time"
)

// totals are too dear to be counted for each request.
type totals struct {
	Records    int64 `json:"records"`
	Characters int64 `json:"characters"`
}

// refresher keeps the totals fresh.
type refresher struct {
	every time.Duration
	store *store
	log   *log.Logger
	last  atomic.Pointer[totals] // nil until it is ready
}

// serve is the part: it is ready once there are totals to be read.
func (r *refresher) serve(ctx context.Context, ready func()) error {
	defer r.log.Print("refresher: stopped")
	tick := time.NewTicker(r.every)
	defer tick.Stop()
	for {
		t, err := r.store.totals(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err() // which SQLite may put in words of its own
		case err != nil:
			return err
		}
		r.last.Store(&t)
		ready()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
