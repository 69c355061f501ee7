package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/compare"
)

// How long a workload is measured. Six rounds of all contenders are made even if they take longer.
const (
	fullBudget  = 800 * time.Millisecond
	quickBudget = 500 * time.Millisecond
)

// quickTime is when a quick run ends, whatever is left then. It is a variable for the tests.
var quickTime = 25 * time.Second

// compareCmd is "fate compare".
type compareCmd struct {
	Workload  names  `placeholder:"NAME" help:"Measure only these workloads; may be repeated or take a list with commas."`
	Contender names  `placeholder:"NAME" help:"Compare only these contenders; what ratios are taken against is measured besides."`
	Dir       string `placeholder:"DIR" help:"Hash the files below DIR, all of them, rather than a part of Go's own source tree."`
	Quick     bool   `help:"Less of the same work, in under 30 seconds; on a machine that is too slow for all of it, the last workloads are left out."`
	JSON      string `name:"json" placeholder:"FILE" help:"Write everything to FILE as well, each behaviour's detail and each sample."`
	Markdown  bool   `help:"Print the tables of engine, busy, situations or claims as Markdown, for a page of documentation."`
	Picture   string `placeholder:"FILE" help:"Draw when the last of many tasks starts on a busy machine, as SVG to FILE; with engine or busy."`
	Check     bool   `help:"Exit with status 1 if a target of engine or busy is missed for certain: if its whole interval is beyond."`
}

// Help is what "fate compare --help" says beside the flags.
func (*compareCmd) Help() string {
	all, err := pick(nil, nil)
	if err != nil {
		panic(err) // a workload's base is not among the contenders
	}
	var contenders, workloads []string
	for _, c := range all.contenders {
		contenders = append(contenders, c.Name)
	}
	for _, w := range all.workloads {
		workloads = append(workloads, w.Name)
	}
	var prices []string
	for _, w := range priced() {
		prices = append(prices, w.Name+" ("+w.About+")")
	}
	said := claims.Name + " (" + claims.About + ")"
	return "It prints two tables: what each contender does, as observed by running it, and what it costs. Ctrl-C ends it and prints what there is.\n\n" +
		"Workloads: " + strings.Join(workloads, ", ") + ". Chosen by name only, each with a table of its own: with two sides for each row, " + strings.Join(prices, ", ") + "; with verdicts, " + said + ".\n\n" +
		"Contenders: " + strings.Join(contenders, ", ") + "."
}

// Run checks everything that was asked for before it measures anything; what is wrong then Is errUsage. It ends soon after the
// console's context and prints what it has, which is errInterrupted.
func (c *compareCmd) Run(on console) error {
	picked, err := pick(c.Contender, c.Workload)
	if err != nil {
		return usageError{err}
	}
	if err := c.checkFlags(picked); err != nil {
		return err
	}
	data, err := openOut("--json", c.JSON)
	if err != nil {
		return err
	}
	defer data.Close()
	picture, err := openOut("--picture", c.Picture)
	if err != nil {
		return err
	}
	defer picture.Close()

	ctx, cancel := c.limit(on.ctx)
	defer cancel()
	jobs, err := c.prepare(ctx, picked.workloads)
	defer jobs.close()
	if err != nil && ctx.Err() == nil {
		return err
	}

	found := c.measure(ctx, on, picked, jobs)
	err = errors.Join(c.print(on.stdout, found), data.Write(found.WriteJSON))
	if !found.Interrupted {
		err = errors.Join(err, picture.Write(found.WritePicture))
	}
	if err != nil {
		return err
	}
	return c.outcome(found)
}

// outcome is the error that the run ends with, or nil.
func (c *compareCmd) outcome(found *report.Report) error {
	switch {
	case found.Interrupted:
		return errInterrupted
	case found.Failures() > 0:
		return fmt.Errorf("%d of the measurements failed; the tables say which", found.Failures())
	case c.Check:
		return checked(found)
	}
	return nil
}

// checkFlags finds what does not go with what was picked.
func (c *compareCmd) checkFlags(picked selection) error {
	if err := checkDir(c.Dir, picked.workloads); err != nil {
		return usagef("--dir: %w", err)
	}
	var names []string
	for _, w := range priced() {
		names = append(names, w.Name)
	}
	known := strings.Join(names, ", ")
	all := known + ", " + claims.Name
	switch {
	case len(picked.prices) == 0 && (c.Check || c.Picture != ""):
		return usagef("--picture and --check are for the workloads %s: choose one by --workload", known)
	case len(picked.prices) == 0 && !picked.claims && c.Markdown:
		return usagef("--markdown is for the workloads %s: choose one by --workload", all)
	case len(picked.workloads) > 0 && c.Markdown:
		return usagef("--markdown is for the workloads %s alone", all)
	case len(picked.workloads) == 0 && len(c.Contender) > 0:
		return usagef("--contender: the workloads %s have contenders of their own", all)
	}
	return nil
}

// limit ends a quick run in time.
func (c *compareCmd) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.Quick {
		return context.WithTimeout(ctx, quickTime)
	}
	return context.WithCancel(ctx)
}

// print writes what was found for people, or for a page.
func (c *compareCmd) print(w io.Writer, found *report.Report) error {
	if c.Markdown {
		return found.WriteMarkdown(w)
	}
	width := terminalWidth(w)
	if width == 0 {
		width = report.Width
	}
	return found.WriteText(w, width)
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

// checkDir finds out whether the directory can be listed, and whether anybody will. What is below it, the workload that reads it finds
// out when it is prepared.
func checkDir(name string, ws []compare.Workload) error {
	if name == "" {
		return nil
	}
	if !slices.ContainsFunc(ws, func(w compare.Workload) bool { return w.ReadsDir }) {
		return errors.New("it is for the workload hash, which is not among those that were chosen")
	}
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	if _, err := dir.Readdirnames(1); err != io.EOF {
		return err
	}
	return nil
}

// prepare makes every workload ready before any is measured, so that a directory that can't be read is told at once. The jobs are
// returned also beside an error.
func (c *compareCmd) prepare(ctx context.Context, ws []compare.Workload) (jobs, error) {
	var made jobs
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
		made = append(made, job)
	}
	return made, nil
}

type jobs []compare.Job

// close ends servers and removes files. What fails then concerns nothing that was measured.
func (js jobs) close() {
	for _, j := range js {
		j.Close()
	}
}

// measure observes the behaviours, then measures the workloads, until all is done or ctx ends: the console's own, or one that ends
// sooner.
func (c *compareCmd) measure(ctx context.Context, on console, s selection, js jobs) *report.Report {
	found := &report.Report{
		Provenance: provenance.Collect(on.args),
		Seed:       uint64(time.Now().UnixNano()),
	}
	p := newProgress(on.stderr)
	defer p.End()
	if len(s.workloads) > 0 {
		c.compare(ctx, found, p, s, js)
	}
	for _, w := range s.prices {
		c.price(on.ctx, found, p, w)
	}
	if s.claims {
		c.claims(on.ctx, found, p, claims.Claims())
	}
	if found.Interrupted = on.ctx.Err() != nil; found.Interrupted {
		found.LeftOut = nil // whoever interrupts knows why the rest is not there
	}
	return found
}

// compare observes the contenders and has them do the workloads.
func (c *compareCmd) compare(ctx context.Context, found *report.Report, p *progress, s selection, js jobs) {
	found.Contenders = report.Describe(s.all())
	if observed := compare.Observed(s.contenders); len(observed) > 0 {
		behaviours := compare.Behaviours()
		p.Step(fmt.Sprintf("observing %d behaviours of %d contenders", len(behaviours), len(observed)))
		// Its error is the context's, which the workloads find as well.
		found.Behaviours, _ = compare.ObserveAll(ctx, behaviours, observed, func(done, total int) {
			p.Detail(fmt.Sprintf("%d of %d", done, total))
		})
	}
	plan := compare.Plan{Budget: fullBudget, Seed: found.Seed}
	if c.Quick {
		plan.Budget = quickBudget
	}
	for i, w := range s.workloads {
		if ctx.Err() != nil {
			found.LeftOut = append(found.LeftOut, w.Name)
			continue
		}
		p.Step(fmt.Sprintf("measuring %s, workload %d of %d", w.Name, i+1, len(s.workloads)))
		measured, err := compare.Measure(ctx, w, js[i], s.entrants(w), plan, func(now compare.Progress) {
			if now.Rounds > 0 {
				p.Detail(fmt.Sprintf("round %d of %d", now.Round, now.Rounds))
			}
		})
		if err == nil || measured.Rounds > 0 {
			found.Workloads = append(found.Workloads, measured)
		} else {
			found.LeftOut = append(found.LeftOut, w.Name)
		}
	}
}
