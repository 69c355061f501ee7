package compare

import (
	"context"
	"runtime"
	"sync"
)

// A Matrix is what was observed: a row for each behaviour, in it an answer for each contender.
type Matrix struct {
	Contenders []string      `json:"contenders"`
	Rows       []Observation `json:"rows"`
}

// An Observation is one behaviour's answers, in the order of the matrix's contenders. One without a Cell was not observed.
type Observation struct {
	Behaviour string   `json:"behaviour"`
	Question  string   `json:"question"`
	Answers   []Answer `json:"answers"`
}

// Complete reports whether everything was observed.
func (m Matrix) Complete() bool {
	for _, r := range m.Rows {
		for _, a := range r.Answers {
			if a.Cell == "" {
				return false
			}
		}
	}
	return true
}

// ObserveAll puts every question to every contender, several at a time. After each answer it calls progress, if that is not
// nil; calls don't overlap.
//
// When ctx ends it returns what it has, and the context's cause as the error; the observations under way are ended.
// It panics as [Observe] does.
func ObserveAll(ctx context.Context, bs []Behaviour, cs []Contender, progress func(done, total int)) (Matrix, error) {
	m := newMatrix(bs, cs)
	if !probeReady {
		panic("compare: ObserveAll: this program does not call RunProbeIfAsked first")
	}
	type cell struct{ row, column int }
	cells := make(chan cell)
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		done int // under mu, as are calls of progress
	)
	// Most of an observation is the start of a process, so a processor for each is the most that helps.
	for range min(max(2, runtime.GOMAXPROCS(0)), 16) {
		wg.Go(func() {
			for at := range cells {
				a := Observe(ctx, bs[at.row], cs[at.column])
				m.Rows[at.row].Answers[at.column] = a
				if a.Cell == "" {
					continue
				}
				mu.Lock()
				done++
				if progress != nil {
					progress(done, len(bs)*len(cs))
				}
				mu.Unlock()
			}
		})
	}
	for row := range bs {
		for column := range cs {
			if ctx.Err() == nil {
				cells <- cell{row, column}
			}
		}
	}
	close(cells)
	wg.Wait()
	if m.Complete() {
		return m, nil
	}
	return m, context.Cause(ctx)
}

func newMatrix(bs []Behaviour, cs []Contender) Matrix {
	m := Matrix{Contenders: make([]string, len(cs)), Rows: make([]Observation, len(bs))}
	for i, c := range cs {
		m.Contenders[i] = c.Name
	}
	for i, b := range bs {
		m.Rows[i] = Observation{Behaviour: b.Name, Question: b.Question, Answers: make([]Answer, len(cs))}
	}
	return m
}
