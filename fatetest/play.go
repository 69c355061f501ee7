package fatetest

import "slices"

// play runs a history through a new model and judges its end. It reports false, and judges no end, if the last step could not
// happen: nothing was running that could end, or nothing held that could be cancelled.
func (j *judge) play(h history) (m *model, happened bool) {
	m = j.newModel(h)
	return m, m.play()
}

func (m *model) play() (happened bool) {
	happened = m.run(m.history.steps...)
	if !m.broken && (happened || m.history.loose) {
		m.finish()
		m.conclude()
	}
	return happened
}

// run lets steps happen. It reports whether the last could.
func (m *model) run(steps ...step) (happened bool) {
	happened = true
	for _, s := range steps {
		if m.broken {
			return false
		}
		happened = m.do(s)
	}
	return happened && !m.broken
}

// grow visits histories of up to depth steps, the shorter ones first. One for which visit is false is not made longer.
func grow(depth int, visit func(history) bool) {
	if !visit(history{}) {
		return
	}
	level := [][]step{nil}
	for range depth {
		var longer [][]step
		for _, short := range level {
			for s := range step(steps) {
				h := append(slices.Clip(short), s)
				if visit(history{steps: h}) {
					longer = append(longer, h)
				}
			}
		}
		level = longer
	}
}

// depth is how many steps the longest history has of those that are played without exception.
const depth = 6

// enumerate plays every history of up to depth steps, with every way in which the rest of a stopped group can end.
func (j *judge) enumerate() {
	grow(depth, func(h history) bool {
		happened := j.playOut(h)
		if happened {
			j.eachTold(h, func(h history) { j.playOut(h) })
		}
		return happened
	})
}

// playOut plays a history with every way in which the rest of a stopped group can end.
func (j *judge) playOut(h history) (happened bool) {
	m, happened := j.play(h)
	if (happened || h.loose) && m.stopped && m.resting {
		for _, h.rest = range []rest{restCancelled, restSkipped} {
			j.play(h)
		}
	}
	return happened
}

// sample visits the histories of up to depth steps in which every step happens.
func (j *judge) sample(depth int, visit func(history)) {
	grow(depth, func(h history) bool {
		_, happened := j.play(h)
		if happened {
			visit(h)
			j.eachTold(h, func(h history) {
				j.play(h)
				visit(h)
			})
		}
		return happened
	})
}

// limit finds how many tasks the strategy lets run at once in a new group: 0 if there seems to be no limit.
func (j *judge) limit() int {
	const most = 2048 // tasks of a scene may all run at once, and the race detector bears some thousands
	m := j.newModel(history{})
	for range most {
		if m.do(offer); m.broken || m.stopped {
			return 0
		}
		if n := len(m.running); uint64(n) < m.tally.Offered {
			return n
		}
	}
	return 0
}

// shrink makes the histories of violations shorter while they still break the same law, with a bounded effort.
func (j *judge) shrink() {
	for i, v := range j.violations() {
		if v.history == nil || len(v.history.steps) <= depth || v.law == linearText {
			continue // there is none, or none shorter, or it is the length that counts
		}
		v = j.shorter(v)
		j.mu.Lock()
		j.found[i] = v
		j.mu.Unlock()
	}
}

func (j *judge) shorter(v violation) violation {
	effort := 300_000 // steps
	for size := len(v.history.steps); size > 0; size /= 2 {
		for from := 0; from+size <= len(v.history.steps) && effort > 0; {
			h := *v.history
			h.loose = true
			h.steps = slices.Delete(slices.Clone(h.steps), from, from+size)
			effort -= len(h.steps)
			again := newJudge(j.new)
			again.pulse = j.pulse
			again.play(h)
			found := again.violations()
			if i := slices.IndexFunc(found, func(w violation) bool { return w.law == v.law }); i >= 0 {
				v = found[i]
			} else {
				from += size
			}
		}
	}
	return v
}
