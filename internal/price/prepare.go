package price

import (
	"runtime"
	"time"

	"github.com/sharedfate/fate/internal/compare"
)

// Prepare makes the machine what the row says, and returns what makes it as it was. Only one row can be prepared at a time.
func (r Row) Prepare() (restore func()) {
	compare.SpinsFor(time.Microsecond) // looks how fast the machine is, once, while nobody keeps it busy
	procs := 0
	if r.Procs > 0 {
		procs = runtime.GOMAXPROCS(r.Procs)
	}
	stop := burn(r.Burners, r.Crowd)
	return func() {
		stop()
		if procs > 0 {
			runtime.GOMAXPROCS(procs)
		}
	}
}
