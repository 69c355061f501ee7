package main

import (
	"context"
	"fmt"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// claims measures what is often said, until all is done or ctx ends. A quick run has the time of a quick run for it.
func (c *compareCmd) claims(ctx context.Context, found *report.Report, p *progress, all []claims.Claim) {
	ctx, cancel := c.limit(ctx)
	defer cancel()
	found.Claims = &report.Claims{Quick: c.Quick}
	p.Step(fmt.Sprintf("measuring %d %s", len(all), claims.Name))
	for i, claim := range all {
		made := 0
		finding, err := claims.Measure(ctx, claim, price.Plan{Quick: c.Quick, Seed: found.Seed}, func(check claims.Check) {
			made++
			p.Detail(fmt.Sprintf("%d of %d, %s, check %d of %d: %s", i+1, len(all), claim.Name, made, len(claim.Checks), check.Who))
		})
		if err != nil {
			found.LeftOut = append(found.LeftOut, claims.Name+": "+claim.Name)
			continue
		}
		found.Claims.Findings = append(found.Claims.Findings, finding)
	}
}
