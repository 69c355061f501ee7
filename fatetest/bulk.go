package fatetest

import (
	"math"
	"runtime"
)

// bulk looks at what an error over very many failures costs. It counts bytes, which are the same on every machine.
func (j *judge) bulk() {
	const failures = 10_000
	for _, h := range []history{
		join(seq(failures, offer, endFailed)),
		join(seq(failures, offer), seq(failures, endFailed)),
	} {
		if !j.weigh(h) {
			return
		}
	}
}

// weigh plays a history up to its end and measures the answer. It reports false if nothing more is to be learned.
func (j *judge) weigh(h history) bool {
	least := uint64(math.MaxUint64)
	for round := range 3 { // others may allocate in the meantime, but hardly each time
		m := j.newModel(h)
		if m.run(h.steps...); m.broken {
			return false
		}
		m.finish()
		sum := m.summary()
		enough := 100_000
		for _, e := range sum.Errors {
			enough += 20 * (len(e.Error()) + 100)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		text, _ := m.calls.conclude(sum)
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
		if m.broken {
			return false
		}
		if len(text) <= enough && least <= uint64(enough) {
			return true
		}
		if len(text) > enough || round > 0 && least > 10*uint64(enough) {
			m.report(linearText, "an error over %d failures is %d bytes long, and %d were allocated for it; %d are enough",
				len(sum.Errors), len(text), least, enough)
			return false
		}
	}
	return true
}
