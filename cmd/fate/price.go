package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
)

// How often the start of the last task is measured for the table and the picture of it.
const (
	fullSpreads  = 40
	quickSpreads = 6
)

// price measures a workload of package price, until all is done or ctx ends. A quick run has the time of a quick run for each.
func (c *compareCmd) price(ctx context.Context, found *report.Report, p *progress, w price.Workload) {
	ctx, cancel := c.limit(ctx)
	defer cancel()
	ps := &report.Prices{Workload: w.Name, About: w.About, Quick: c.Quick}
	found.Prices = append(found.Prices, ps)
	plan := price.Plan{Quick: c.Quick, Seed: found.Seed}
	leftOut := func(what string) { found.LeftOut = append(found.LeftOut, w.Name+": "+what) }

	p.Step(fmt.Sprintf("measuring %s, %d rows", w.Name, len(w.Rows)))
	first := 1 // the number of the group's first row
	for _, rows := range price.Groups(w.Rows) {
		at := fmt.Sprintf("%s of %d, %s beside %s", numbers(first, len(rows)), len(w.Rows), rows[0].Name, besides(rows))
		p.Detail(at)
		measured, err := price.MeasureTogether(ctx, rows, plan, func(round, rounds int) {
			if round > 0 {
				p.Detail(fmt.Sprintf("%s, round %d of %d", at, round, rounds))
			}
		})
		first += len(rows)
		if err != nil {
			leftOut(rows[0].Name + " beside " + besides(rows))
			continue
		}
		ps.Rows = append(ps.Rows, measured...)
	}
	if w.Growth && !c.growth(ctx, ps, p, plan.Seed) {
		leftOut(fmt.Sprintf("growth under %d of %d strategies", price.Strategies()-len(ps.Growth), price.Strategies()))
	}
	if !c.Quick && !c.curves(ctx, ps, p, w.Curves, plan) {
		leftOut("the last of the curves")
	}
	if (w.Spread || c.Picture != "") && !c.spreads(ctx, ps, p, plan.Seed) {
		leftOut("when the last of many starts")
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

func (c *compareCmd) growth(ctx context.Context, ps *report.Prices, p *progress, seed uint64) (all bool) {
	p.Step(fmt.Sprintf("measuring %s, growth under %d strategies", ps.Workload, price.Strategies()))
	var err error
	ps.Growth, err = price.Grow(ctx, price.Sizes(c.Quick), price.Rounds(c.Quick), seed, func(g price.Growth) { p.Detail(g.Strategy) })
	return err == nil
}

func (c *compareCmd) curves(ctx context.Context, ps *report.Prices, p *progress, curves []price.Curve, plan price.Plan) (all bool) {
	plan.Brief = true
	for _, curve := range curves {
		p.Step(fmt.Sprintf("measuring %s by %s", ps.Workload, curve.Name))
		measured, err := curve.Measure(ctx, plan, p.Detail)
		if len(measured.Points) > 0 {
			ps.Curves = append(ps.Curves, measured)
		}
		if err != nil {
			return false
		}
	}
	return true
}

func (c *compareCmd) spreads(ctx context.Context, ps *report.Prices, p *progress, seed uint64) (all bool) {
	rounds := fullSpreads
	if c.Quick {
		rounds = quickSpreads
	}
	p.Step(fmt.Sprintf("measuring %s, the start of the last task, %d rounds", ps.Workload, rounds))
	spreads, err := price.Spreads(ctx, rounds, seed, func(round int) { p.Detail(fmt.Sprintf("round %d", round)) })
	if len(spreads[0].Samples) > 0 {
		ps.Spreads = spreads
	}
	return err == nil
}
