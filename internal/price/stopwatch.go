package price

import (
	"runtime"
	"time"
)

// A stopwatch adds up how long it runs, and if it counts, how much the whole process allocates meanwhile.
type stopwatch struct {
	began   time.Time
	took    time.Duration
	counts  bool // allocations, which stops the world
	mallocs uint64
}

func (w *stopwatch) StartTimer() {
	if w.counts {
		w.mallocs -= mallocs()
	}
	w.began = time.Now()
}

func (w *stopwatch) StopTimer() {
	w.took += time.Since(w.began)
	if w.counts {
		w.mallocs += mallocs()
	}
}

// mallocs is how many objects the process has allocated in its life.
func mallocs() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.Mallocs
}
