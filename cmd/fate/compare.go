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
	return "It prints two tables: what each contender does, as observed by running it, and what it costs. Ctrl-C ends it and prints what there is.\n\n" +
		"Workloads: " + strings.Join(workloads, ", ") + ".\n\nContenders: " + strings.Join(contenders, ", ") + "."
}

// Run checks everything that was asked for before it measures anything; what is wrong then Is errUsage. It ends soon after the
// console's context and prints what it has, which is errInterrupted.
func (c *compareCmd) Run(on console) error {
	picked, err := pick(c.Contender, c.Workload)
	if err != nil {
		return usageError{err}
	}
	if err := checkDir(c.Dir, picked.workloads); err != nil {
		return usagef("--dir: %w", err)
	}
	ctx := on.ctx
	if c.Quick {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, quickTime)
		defer cancel()
	}
	file, err := openJSON(c.JSON)
	if err != nil {
		return usagef("--json: %w", err)
	}
	defer file.Close()

	jobs, err := c.prepare(ctx, picked.workloads)
	defer jobs.close()
	if err != nil && ctx.Err() == nil {
		return err
	}

	found := c.measure(ctx, on, picked, jobs)
	width := terminalWidth(on.stdout)
	if width == 0 {
		width = report.Width
	}
	err = errors.Join(found.WriteText(on.stdout, width), file.Write(found))
	switch {
	case err != nil:
		return err
	case found.Interrupted:
		return errInterrupted
	case found.Failures() > 0:
		return fmt.Errorf("%d of the measurements failed; the tables say which", found.Failures())
	}
	return nil
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
		Contenders: report.Describe(s.all()),
		Seed:       uint64(time.Now().UnixNano()),
	}
	p := newProgress(on.stderr)
	defer p.End()

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
	if found.Interrupted = on.ctx.Err() != nil; found.Interrupted {
		found.LeftOut = nil // whoever interrupts knows why the rest is not there
	}
	return found
}
