package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
)

// How often the start of the last task is measured for the table and the picture of it.
const (
	fullSpreads  = 40
	quickSpreads = 6
)

// About how long the parts of a workload of package price take.
const (
	rowCost      = 1200 * time.Millisecond
	quickRowCost = 300 * time.Millisecond
	lateRowCost  = 6 * time.Second // of which each sample waits until the processors come to it
	pointCost    = 800 * time.Millisecond
	growthCost   = 60 * time.Second
	spreadCost   = 400 * time.Millisecond // a round
)

// priceParts are those of a workload of package price: its rows, and what else it has.
func (c *compareCmd) priceParts(w price.Workload) (parts []part) {
	rows := fmt.Sprintf("measuring %s, %d rows", w.Name, len(w.Rows))
	for i, row := range w.Rows {
		parts = append(parts, part{
			name: w.Name + ": " + row.Name + " beside " + row.Beside,
			step: rows,
			cost: c.rowCost(row),
			measure: func(ctx context.Context, found *report.Report, how pace, detail func(string)) got {
				at := fmt.Sprintf("%d of %d, %s beside %s", i+1, len(w.Rows), row.Name, row.Beside)
				detail(at)
				measured, err := price.Measure(ctx, row, c.pricePlan(how), func(pair, pairs int) {
					detail(fmt.Sprintf("%s, pair %d of %d", at, pair, pairs))
				})
				ps := c.prices(found, w)
				if err == nil {
					ps.Rows = append(ps.Rows, measured)
				}
				return gotAll(err)
			},
		})
	}
	if w.Growth {
		parts = append(parts, c.growthPart(w))
	}
	if !c.Quick {
		for _, curve := range w.Curves {
			parts = append(parts, c.curvePart(w, curve))
		}
	}
	if w.Spread || c.spread {
		parts = append(parts, c.spreadPart(w))
	}
	return parts
}

// prices is the part of the report that the workload has.
func (c *compareCmd) prices(found *report.Report, w price.Workload) *report.Prices {
	for _, ps := range found.Prices {
		if ps.Workload == w.Name {
			return ps
		}
	}
	ps := &report.Prices{Workload: w.Name, About: w.About, Quick: c.Quick}
	found.Prices = append(found.Prices, ps)
	return ps
}

// pricePlan measures fewer pairs if there is not the time for all.
func (c *compareCmd) pricePlan(how pace) price.Plan {
	return price.Plan{Quick: c.Quick, Brief: how.share < 1, Seed: how.seed}
}

func (c *compareCmd) rowCost(r price.Row) time.Duration {
	switch {
	case c.Quick:
		return quickRowCost
	case r.Figure == price.LastStart || r.Figure == price.LongestWait:
		return lateRowCost
	}
	return rowCost
}

func (c *compareCmd) growthPart(w price.Workload) part {
	cost := growthCost
	if c.Quick {
		cost /= 10
	}
	return part{
		name: w.Name + ": growth",
		step: fmt.Sprintf("measuring %s, growth under %d strategies", w.Name, price.Strategies()),
		cost: cost,
		measure: func(ctx context.Context, found *report.Report, how pace, detail func(string)) got {
			ps := c.prices(found, w)
			var err error
			ps.Growth, err = price.Grow(ctx, price.Sizes(c.Quick), price.Rounds(c.Quick), how.seed, func(g price.Growth) { detail(g.Strategy) })
			return gotSome(err, len(ps.Growth) > 0)
		},
	}
}

func (c *compareCmd) curvePart(w price.Workload, curve price.Curve) part {
	return part{
		name: w.Name + ": by " + curve.Name,
		step: fmt.Sprintf("measuring %s by %s", w.Name, curve.Name),
		cost: time.Duration(len(curve.Points)) * pointCost,
		measure: func(ctx context.Context, found *report.Report, how pace, detail func(string)) got {
			ps := c.prices(found, w)
			ps.Curves = slices.DeleteFunc(ps.Curves, func(r price.CurveResult) bool { return r.Name == curve.Name })
			plan := c.pricePlan(how)
			plan.Brief = true
			measured, err := curve.Measure(ctx, plan, detail)
			if len(measured.Points) > 0 {
				ps.Curves = append(ps.Curves, measured)
			}
			return gotSome(err, len(measured.Points) > 0)
		},
	}
}

func (c *compareCmd) spreadPart(w price.Workload) part {
	rounds := fullSpreads
	if c.Quick {
		rounds = quickSpreads
	}
	return part{
		name: w.Name + ": when the last of many starts",
		step: fmt.Sprintf("measuring %s, the start of the last task, %d rounds", w.Name, rounds),
		cost: time.Duration(rounds) * spreadCost,
		measure: func(ctx context.Context, found *report.Report, how pace, detail func(string)) got {
			ps := c.prices(found, w)
			spreads, err := price.Spreads(ctx, rounds, how.seed, func(round int) { detail(fmt.Sprintf("round %d", round)) })
			ps.Spreads = nil
			if len(spreads[0].Samples) > 0 {
				ps.Spreads = spreads
			}
			return gotSome(err, ps.Spreads != nil)
		},
	}
}

// gotSome is all without an error, and with one what there is.
func gotSome(err error, any bool) got {
	switch {
	case err == nil:
		return all
	case any:
		return some
	}
	return nothing
}
