package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
	sideCost      = 600 * time.Millisecond
	quickSideCost = 150 * time.Millisecond
	lateSideCost  = 3 * time.Second // of which each sample waits until the processors come to it
	growthCost    = 60 * time.Second
	spreadCost    = 400 * time.Millisecond // a round
)

// priceParts are those of a workload of package price: its rows, and what else it has.
func (c *compareCmd) priceParts(w price.Workload) (parts []part) {
	step := fmt.Sprintf("measuring %s, %d rows", w.Name, len(w.Rows))
	first := 1 // the number of the group's first row
	for _, rows := range price.Groups(w.Rows) {
		who := rows[0].Name + " beside " + besides(rows)
		at := fmt.Sprintf("%s of %d, %s", numbers(first, len(rows)), len(w.Rows), who)
		first += len(rows)
		parts = append(parts, part{
			name: w.Name + ": " + who,
			step: step,
			cost: c.rowsCost(rows),
			measure: func(ctx context.Context, found *report.Report, how pace, detail func(string)) got {
				detail(at)
				measured, err := price.MeasureTogether(ctx, rows, c.rowsPlan(rows, how), func(round, rounds int) {
					if round > 0 {
						detail(fmt.Sprintf("%s, round %d of %d", at, round, rounds))
					}
				})
				ps := c.prices(found, w)
				if err == nil {
					ps.Rows = append(ps.Rows, measured...)
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

// rowsPlan keeps rows that are measured together to their share, if there is not the time for all that they would take.
func (c *compareCmd) rowsPlan(rows []price.Row, how pace) price.Plan {
	p := price.Plan{Quick: c.Quick, Seed: how.seed}
	if how.share < 1 {
		p.Budget = max(time.Millisecond, time.Duration(how.share*float64(c.rowsCost(rows))))
	}
	return p
}

// rowsCost is about how long it takes to measure rows together: ours, and theirs of the first twice.
func (c *compareCmd) rowsCost(rows []price.Row) time.Duration {
	side := sideCost
	switch f := rows[0].Figure; {
	case c.Quick:
		side = quickSideCost
	case f == price.LastStart || f == price.LongestWait:
		side = lateSideCost
	}
	return time.Duration(len(rows)+2) * side
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

// numbers writes those of so many rows from the first on.
func numbers(first, rows int) string {
	if rows == 1 {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d-%d", first, first+rows-1)
}

// besides is whom the rows stand beside, as a list.
func besides(rows []price.Row) string {
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Beside
	}
	return strings.Join(names, ", ")
}

func (c *compareCmd) curvePart(w price.Workload, curve price.Curve) part {
	return part{
		name: w.Name + ": by " + curve.Name,
		step: fmt.Sprintf("measuring %s by %s", w.Name, curve.Name),
		cost: c.curveCost(curve),
		measure: func(ctx context.Context, found *report.Report, how pace, detail func(string)) got {
			ps := c.prices(found, w)
			ps.Curves = slices.DeleteFunc(ps.Curves, func(r price.CurveResult) bool { return r.Name == curve.Name })
			measured, err := curve.Measure(ctx, price.Plan{Quick: c.Quick, Brief: true, Seed: how.seed}, detail)
			if len(measured.Points) > 0 {
				ps.Curves = append(ps.Curves, measured)
			}
			return gotSome(err, len(measured.Points) > 0)
		},
	}
}

// curveCost is about how long a curve takes, each point of it measured briefly.
func (c *compareCmd) curveCost(curve price.Curve) (cost time.Duration) {
	for _, p := range curve.Points {
		for _, rows := range price.Groups(p.Rows) {
			cost += c.rowsCost(rows) / 2
		}
	}
	return cost
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
