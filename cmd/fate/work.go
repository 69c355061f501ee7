package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/compare"
)

// How long a workload is measured. Six rounds of all contenders are made even if they take longer.
const (
	fullBudget  = 800 * time.Millisecond
	quickBudget = 500 * time.Millisecond
)

// observationCost is about how long it takes to put a question to a contender.
const observationCost = 20 * time.Millisecond

// longWork is about how long those workloads take of which six rounds exceed the budget.
var longWork = map[string]time.Duration{"dashboard": 2 * time.Second, "hash": 7 * time.Second, "sqlite": 20 * time.Second}

// workCost is about how long a workload takes.
func (c *compareCmd) workCost(w compare.Workload) time.Duration {
	switch long := longWork[w.Name]; {
	case c.Quick:
		return max(quickBudget, long/5)
	case long > 0:
		return long
	}
	return fullBudget
}

// behaviours is the name of the part that observes.
const behaviours = "behaviours"

// workParts have the contenders do the workloads.
func (c *compareCmd) workParts(s selection, js jobs) (parts []part) {
	budget := fullBudget
	if c.Quick {
		budget = quickBudget
	}
	for i, w := range s.workloads {
		parts = append(parts, part{
			name: w.Name,
			step: fmt.Sprintf("measuring %s, workload %d of %d", w.Name, i+1, len(s.workloads)),
			cost: c.workCost(w),
			measure: func(ctx context.Context, found *report.Report, how pace, detail func(string)) got {
				plan := compare.Plan{Budget: max(time.Millisecond, time.Duration(how.share*float64(budget))), Seed: how.seed}
				measured, err := compare.Measure(ctx, w, js[w.Name], s.entrants(w), plan, func(now compare.Progress) {
					if now.Rounds > 0 {
						detail(fmt.Sprintf("round %d of %d", now.Round, now.Rounds))
					}
				})
				found.Workloads = slices.DeleteFunc(found.Workloads, func(r compare.Report) bool { return r.Workload == w.Name })
				if err == nil || measured.Rounds > 0 {
					found.Workloads = append(found.Workloads, measured)
				}
				if !measured.Partial && measured.Rounds > 0 { // ctx may have ended with the last round
					err = nil
				}
				return gotSome(err, measured.Rounds > 0)
			},
		})
	}
	return parts
}

// observationParts put all questions to all contenders, if there are any.
func observationParts(s selection) []part {
	questions, observed := compare.Behaviours(), compare.Observed(s.contenders)
	if len(observed) == 0 {
		return nil
	}
	return []part{{
		name: behaviours,
		step: fmt.Sprintf("observing %d behaviours of %d contenders", len(questions), len(observed)),
		cost: time.Duration(len(questions)*len(observed)) * observationCost,
		measure: func(ctx context.Context, found *report.Report, _ pace, detail func(string)) got {
			made := 0
			var err error
			found.Behaviours, err = compare.ObserveAll(ctx, questions, observed, func(done, total int) {
				made = done
				detail(fmt.Sprintf("%d of %d", done, total))
			})
			return gotSome(err, made > 0)
		},
	}}
}

// jobs are the workloads made ready, by name.
type jobs map[string]compare.Job

// prepare makes every workload ready before any is measured, so that a directory that can't be read is told at once. The jobs are
// returned also beside an error.
func (c *compareCmd) prepare(ctx context.Context, ws []compare.Workload) (jobs, error) {
	made := jobs{}
	for _, w := range ws {
		if ctx.Err() != nil {
			return made, context.Cause(ctx)
		}
		job, err := w.Prepare(ctx, compare.Input{Dir: c.Dir, Quick: c.Quick})
		if err != nil {
			if w.ReadsDir && c.Dir != "" {
				err = usagef("--dir: %w", err)
			}
			return made, err
		}
		made[w.Name] = job
	}
	return made, nil
}

// close ends servers and removes files. What fails then concerns nothing that was measured.
func (js jobs) close() {
	for _, j := range js {
		j.Close()
	}
}
