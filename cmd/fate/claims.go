package main

import (
	"context"
	"fmt"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// About how long a check of a claim takes.
const (
	checkCost      = 1500 * time.Millisecond
	quickCheckCost = 300 * time.Millisecond
)

// claimParts are what is often said, each a part.
func (c *compareCmd) claimParts(said []claims.Claim) (parts []part) {
	each := checkCost
	if c.Quick {
		each = quickCheckCost
	}
	for i, claim := range said {
		parts = append(parts, part{
			name: claims.Name + ": " + claim.Name,
			step: fmt.Sprintf("measuring %d %s", len(said), claims.Name),
			cost: time.Duration(len(claim.Checks)) * each,
			measure: func(ctx context.Context, found *report.Report, how pace, detail func(string)) got {
				made := 0
				finding, err := claims.Measure(ctx, claim, price.Plan{Quick: c.Quick, Brief: how.share < 1, Seed: how.seed}, func(check claims.Check) {
					made++
					detail(fmt.Sprintf("%d of %d, %s, check %d of %d: %s", i+1, len(said), claim.Name, made, len(claim.Checks), check.Who))
				})
				if err == nil {
					cs := c.said(found)
					cs.Findings = append(cs.Findings, finding)
				}
				return gotAll(err)
			},
		})
	}
	return parts
}

// said is the part of the report that the claims have.
func (c *compareCmd) said(found *report.Report) *report.Claims {
	if found.Claims == nil {
		found.Claims = &report.Claims{Quick: c.Quick}
	}
	return found.Claims
}
