package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/page"
	"github.com/sharedfate/fate/cmd/fate/internal/pages"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// show delivers the report of a run that was, without measuring anything.
func (c *compareCmd) show(on console, old *report.Report) error {
	found, err := readReport("--from", c.From)
	if err != nil {
		return err
	}
	if c.Check && old == nil && !hasTargets(found) {
		return usagef("--check: the report %s has no targets; compare it with an older one by --against", c.From)
	}
	out, err := c.open(on)
	if err != nil {
		return err
	}
	defer out.close()
	return c.deliver(on, found, old, out)
}

func hasTargets(r *report.Report) bool {
	for _, ps := range r.Prices {
		if len(ps.Targets()) > 0 {
			return true
		}
	}
	return false
}

// writeText writes the tables, the decision table if its rows were measured, and what changed, as wide as w is.
func writeText(w io.Writer, found *report.Report, t decision.Table, changes *report.Changes) error {
	width := terminalWidth(w)
	if width == 0 {
		width = report.Width
	}
	err := found.WriteText(w, width)
	if err == nil && hasDecision(found) {
		err = writeDecisionText(w, t, width)
	}
	if err == nil && changes != nil {
		err = changes.WriteText(w, width)
	}
	return err
}

// hasDecision says whether the rows of the decision table were to be measured.
func hasDecision(r *report.Report) bool {
	return slices.ContainsFunc(r.Prices, func(ps *report.Prices) bool { return ps.Workload == decision.Workload })
}

// writeMarkdown writes all of the report for a page of documentation: where it comes from, the decision table if its rows were measured, what else
// there is, and what changed.
func writeMarkdown(w io.Writer, found *report.Report, t decision.Table, changes *report.Changes) error {
	err := found.WriteMarkdown(w)
	if err == nil && hasDecision(found) {
		err = pages.Write(w, t)
	}
	if err == nil && changes != nil {
		err = changes.WriteMarkdown(w)
	}
	return err
}

// hint says how a run that ended early is taken up again, if it can be.
func (c *compareCmd) hint(stderr io.Writer, found *report.Report) {
	if c.JSON != "" && (found.Interrupted || len(found.LeftOut) > 0) {
		fmt.Fprintf(stderr, "fate compare --resume %s measures what is missing\n", c.JSON)
	}
}

// serve shows the page until the console's context ends, which is no interruption then: everything has been measured and written.
func (c *compareCmd) serve(on console, t decision.Table) error {
	err := page.Serve(on.ctx, loopback(c.Serve), t, func(url string) {
		fmt.Fprintf(on.stderr, "serving the page at %s until Ctrl-C\n", url)
	})
	if err != nil && on.ctx.Err() == nil {
		return fmt.Errorf("--serve: %w", err)
	}
	return nil
}
