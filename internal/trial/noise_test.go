package trial_test

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/sharedfate/fate/internal/trial"
)

// A machine runs work on a bubble's clock, as a busy one does on the real one: no two samples take the same time, some take much longer,
// bursts of something else slow all that runs meanwhile, and it gets slower or quicker by and by.
type machine struct {
	rand  *rand.Rand
	began time.Time
	noise float64   // by what part a sample differs from the next, usually
	drift float64   // by what factor it is slower after a second
	burst time.Time // until when there is one
	slows float64   // by what factor
	next  time.Time // when the next one comes
}

func newMachine(seed uint64) *machine {
	m := &machine{rand: rand.New(rand.NewPCG(seed, 9)), began: time.Now()}
	m.noise = 0.01 + 0.11*m.rand.Float64()
	m.drift = math.Exp(0.2 * (2*m.rand.Float64() - 1))
	m.plan()
	return m
}

// plan has a burst come some 15 samples from now that lasts for 3 to 12 of them: a fifth of the time there is one.
func (m *machine) plan() {
	ms := func(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }
	m.next = time.Now().Add(ms(90 * m.rand.ExpFloat64()))
	m.burst = m.next.Add(ms(9 + 27*m.rand.Float64()))
	m.slows = 1.2 + m.rand.Float64()
}

// factor is by what factor what starts now takes longer than on an idle machine.
func (m *machine) factor() float64 {
	now := time.Now()
	f := math.Pow(m.drift, now.Sub(m.began).Seconds())
	f *= math.Exp(m.noise * m.rand.NormFloat64())
	if m.rand.Float64() < 0.05 {
		f *= 1 + 2*m.rand.ExpFloat64() // the tail: one in twenty takes three times as long, and some ten times
	}
	if now.After(m.burst) {
		m.plan()
	}
	if now.After(m.next) {
		f *= m.slows
	}
	return f
}

// work is an entrant of which a run takes so long when nothing else is there.
func (m *machine) work(run time.Duration) *trial.Entrant {
	return &trial.Entrant{Sample: func(_ context.Context, runs int) (float64, error) {
		began := time.Now()
		time.Sleep(time.Duration(float64(runs) * float64(run) * m.factor()))
		return float64(time.Since(began)) / float64(runs), nil
	}}
}
