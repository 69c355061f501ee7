package engine_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

func TestTook(t *testing.T) {
	for _, timed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			h := newHost(1) // each waits for the one before it, which must not count
			h.Init(h, timed)
			sleep := func(d time.Duration, end func()) func() error {
				return func() error { time.Sleep(d); end(); return nil }
			}
			h.offer(
				item{0, sleep(3*time.Second, func() {})},
				item{1, sleep(5*time.Second, func() { panic("boom") })},
				item{2, sleep(7*time.Second, runtime.Goexit)},
				item{3, sleep(0, func() {})},
			)
			h.join()
			for i, want := range []time.Duration{3 * time.Second, 5 * time.Second, 7 * time.Second, 0} {
				if !timed {
					want = 0
				}
				if e := h.ends[i]; e.id != i || e.Took != want {
					t.Errorf("timed %v: end %d is of item %d and took %v, want %v", timed, i, e.id, e.Took, want)
				}
			}
		})
	}
}
