package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/compare"
)

// allTime is how long --all takes at most if nobody says otherwise.
const allTime = 12 * time.Minute

// leastTime is the least that --time may be.
const leastTime = time.Second

// quickTime is when a quick run ends, whatever is left then. It is a variable for the tests.
var quickTime = 25 * time.Second

// compareCmd is "fate compare".
type compareCmd struct {
	Workload  names          `placeholder:"NAME" group:"What is measured:" help:"Measure only these workloads; may be repeated or take a list with commas."`
	Contender names          `placeholder:"NAME" group:"What is measured:" help:"Compare only these contenders; what ratios are taken against is measured besides."`
	Dir       string         `placeholder:"DIR" group:"What is measured:" help:"Hash the files below DIR, all of them, rather than a part of Go's own source tree."`
	All       bool           `group:"What is measured:" help:"Measure the usual workloads and the decision table as well, in 12 minutes at most."`
	Quick     bool           `group:"What is measured:" help:"Less of the same work, in under 30 seconds; on a machine that is too slow for all of it, the last parts are left out."`
	Time      *time.Duration `placeholder:"TIME" group:"What is measured:" help:"End after so long, 90s or 20m: what there is too little time for is measured less often, and what there is none for is left out and named."`

	JSON     string `name:"json" placeholder:"FILE" group:"Where it goes beside standard output:" help:"Write everything to FILE as well, each behaviour's detail and each sample, as soon as it is measured."`
	Markdown string `placeholder:"FILE" group:"Where it goes beside standard output:" help:"Write the tables as Markdown to FILE, for a page of documentation; - is standard output."`
	HTML     string `name:"html" placeholder:"FILE" group:"Where it goes beside standard output:" help:"Write the decision table and its evidence to FILE, as a page that needs nothing else; - is standard output."`
	Bench    string `placeholder:"FILE" group:"Where it goes beside standard output:" help:"Write the samples to FILE in the format of Go's benchmarks, for benchstat; - is standard output."`
	Picture  string `placeholder:"FILE" group:"Where it goes beside standard output:" help:"Draw when the last of many tasks starts on a busy machine, as SVG to FILE; with engine or busy."`
	Serve    string `placeholder:"ADDR" group:"Where it goes beside standard output:" help:"Then show the page to a browser on this machine until Ctrl-C; ADDR is :8080, or :0 for any free port."`

	From    string `placeholder:"FILE" group:"Older reports and targets:" help:"Show the report that --json wrote to FILE, and measure nothing."`
	Resume  string `placeholder:"FILE" group:"Older reports and targets:" help:"Measure what a run that ended early has not, and add it to the report that --json wrote to FILE."`
	Against string `placeholder:"FILE" group:"Older reports and targets:" help:"Show what has changed since the report that --json wrote to FILE."`
	Check   bool   `group:"Older reports and targets:" help:"Exit with status 1 if a target of engine or busy is missed for certain: if its whole interval is beyond. With --against, if a behaviour changed or a ratio became worse for certain."`

	spread bool // measure what --picture draws
}

// Help is what "fate compare --help" says beside the flags.
func (*compareCmd) Help() string {
	usual, err := pick(nil, nil)
	if err != nil {
		panic(err) // a workload's base is not among the contenders
	}
	var contenders, workloads []string
	for _, c := range usual.contenders {
		contenders = append(contenders, c.Name)
	}
	for _, w := range usual.workloads {
		workloads = append(workloads, w.Name)
	}
	var prices []string
	for _, w := range priced() {
		prices = append(prices, w.Name+" ("+w.About+")")
	}
	said := claims.Name + " (" + claims.About + ")"
	return "It prints what each contender does, as observed by running it, and what it costs. Ctrl-C ends it and prints what there is; " +
		"with --json, that can be taken up again by --resume.\n\n" +
		"Workloads: " + strings.Join(workloads, ", ") + ". Chosen by name only, each with a table of its own: with two sides for each row, " + strings.Join(prices, ", ") + "; with verdicts, " + said + ".\n\n" +
		"Contenders: " + strings.Join(contenders, ", ") + "."
}

// Run checks everything that was asked for before it measures anything; what is wrong then Is errUsage. It ends soon after the
// console's context and prints what it has, which is errInterrupted.
func (c *compareCmd) Run(on console) error {
	if err := c.checkTogether(); err != nil {
		return err
	}
	old, err := readReport("--against", c.Against)
	if err != nil {
		return err
	}
	if c.From != "" {
		return c.show(on, old)
	}
	found, err := c.begin(on)
	if err != nil {
		return err
	}
	picked, err := c.pick()
	if err != nil {
		return err
	}
	out, err := c.open(on)
	if err != nil {
		return err
	}
	defer out.close()

	ctx, cancel := c.limit(on.ctx)
	defer cancel()
	jobs, err := c.prepare(ctx, unmeasured(picked.workloads, found))
	defer jobs.close()
	if err != nil && ctx.Err() == nil {
		return err
	}
	c.measure(ctx, on, found, c.parts(found, picked, jobs), out)
	return c.deliver(on, found, old, out)
}

// begin is the report that the run adds to: a new one, or that of --resume.
func (c *compareCmd) begin(on console) (*report.Report, error) {
	// Before any file is made: in a checkout, it would be a change.
	here := provenance.Collect(on.args)
	if c.Resume != "" {
		return c.resume(here)
	}
	c.spread = c.Picture != ""
	return &report.Report{
		Provenance: here,
		Seed:       uint64(time.Now().UnixNano()),
		Selection: report.Selection{
			All: c.All, Workloads: c.Workload, Contenders: c.Contender, Dir: c.Dir, Quick: c.Quick, Spread: c.spread,
		},
	}, nil
}

// pick finds what was asked for by name.
func (c *compareCmd) pick() (selection, error) {
	picked, err := pick(c.Contender, c.Workload)
	if err != nil {
		return picked, usageError{err}
	}
	if c.All {
		picked.prices = append(picked.prices, tableWorkload())
	}
	return picked, c.checkPicked(picked)
}

// limit ends a run in time.
func (c *compareCmd) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	switch {
	case c.Time != nil:
		return context.WithTimeout(ctx, *c.Time)
	case c.Quick:
		return context.WithTimeout(ctx, quickTime)
	case c.All:
		return context.WithTimeout(ctx, allTime)
	}
	return context.WithCancel(ctx)
}

// parts are what the report lacks, and has a place for in it even if it is not reached.
func (c *compareCmd) parts(found *report.Report, s selection, js jobs) []part {
	var parts []part
	if len(s.workloads) > 0 {
		found.Contenders = report.Describe(s.all())
		parts = append(parts, observationParts(s)...)
	}
	// Before the workloads, so that where there is not the time for all it is the decision table that is there.
	for _, w := range s.prices {
		c.prices(found, w)
		parts = append(parts, c.priceParts(w)...)
	}
	parts = append(parts, c.workParts(s, js)...)
	if s.claims {
		c.said(found)
		parts = append(parts, c.claimParts(claims.Claims())...)
	}
	return missing(parts, found)
}

// unmeasured are the workloads that the report does not have to their end: only those are made ready.
func unmeasured(ws []compare.Workload, found *report.Report) []compare.Workload {
	var left []compare.Workload
	for _, w := range ws {
		if !found.Has(w.Name) {
			left = append(left, w)
		}
	}
	return left
}

// measure measures the parts, until all is done or ctx ends: the console's own, or one that ends sooner. What there is is saved as it comes.
func (c *compareCmd) measure(ctx context.Context, on console, found *report.Report, parts []part, out *outputs) {
	p := newProgress(on.stderr)
	defer p.End()
	if c.Resume != "" && len(parts) == 0 {
		p.Step("nothing is missing in " + c.Resume)
		return
	}
	s := session{found: found, progress: p, save: out.saver()}
	s.run(ctx, parts)
	if found.Interrupted = on.ctx.Err() != nil; found.Interrupted {
		found.LeftOut = nil // whoever interrupts knows why the rest is not there
	}
}

// outcome is the error that the run ends with, or nil.
func (c *compareCmd) outcome(found *report.Report, changes *report.Changes) error {
	switch {
	case found.Interrupted && c.From == "":
		return errInterrupted
	case found.Failures() > 0 && c.From == "":
		return fmt.Errorf("%d of the measurements failed; the tables say which", found.Failures())
	case c.Check:
		return errors.Join(checked(found), checkedAgainst(changes))
	}
	return nil
}

// checked is an error that names the targets which were missed, or nil.
func checked(found *report.Report) error {
	over := found.Over()
	if len(over) == 0 {
		return nil
	}
	what := "1 target is missed"
	if len(over) > 1 {
		what = fmt.Sprintf("%d targets are missed", len(over))
	}
	return fmt.Errorf("%s:\n  %s", what, strings.Join(over, "\n  "))
}

// checkedAgainst is an error that names what has changed for the worse, or nil.
func checkedAgainst(changes *report.Changes) error {
	if changes == nil {
		return nil
	}
	worse := changes.Worse()
	switch len(worse) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("1 change is not for the better:\n  %s", worse[0])
	}
	return fmt.Errorf("%d changes are not for the better:\n  %s", len(worse), strings.Join(worse, "\n  "))
}
