package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/pages"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// docsCmd is "fate docs".
type docsCmd struct {
	From  string `required:"" placeholder:"FILE" help:"The raw file of the run, below docs: what \"fate compare --json FILE\" has written."`
	Dir   string `default:"." placeholder:"DIR" help:"The root of a checkout of this module."`
	Check bool   `help:"Write nothing; say what is not as it would be written, and exit with status 1 if anything is not."`
}

// Help is what "fate docs --help" says beside the flags.
func (*docsCmd) Help() string {
	return "From the raw file of a run of --all it writes docs/choosing.md, the table of README.md and the charts in docs; their words are in internal/table. " +
		"From one of --workload engine,busy,claims with --picture it writes the tables of docs/performance.md and its picture."
}

// Run writes the pages, or compares them.
func (c *docsCmd) Run(on console) error {
	found, raw, err := c.read()
	if err != nil {
		return err
	}
	all, stale, err := c.pages(found, raw)
	if err != nil {
		return err
	}
	var differ []string
	for _, p := range all {
		have, err := os.ReadFile(c.path(p.Name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if err == nil && bytes.Equal(have, p.Text) {
			continue
		}
		differ = append(differ, p.Name+": "+difference(have, p.Text))
		if c.Check {
			continue
		}
		if err := os.WriteFile(c.path(p.Name), p.Text, 0o666); err != nil {
			return err
		}
		fmt.Fprintln(on.stdout, "wrote", p.Name)
	}
	for _, name := range stale {
		differ = append(differ, name+": the run has no such curve")
		if c.Check {
			continue
		}
		if err := os.Remove(c.path(name)); err != nil {
			return err
		}
		fmt.Fprintln(on.stdout, "removed", name)
	}
	if c.Check && len(differ) > 0 {
		return fmt.Errorf("not as %s gives it:\n  %s", raw, strings.Join(differ, "\n  "))
	}
	return nil
}

// pages are those that the run gives, and the names of charts that it does not give any more.
func (c *docsCmd) pages(found *report.Report, raw string) (all []pages.Page, stale []string, err error) {
	performance := pages.ForPerformance(found)
	if performance {
		old, err := os.ReadFile(c.path(pages.PerformancePage))
		if err != nil {
			return nil, nil, usagef("--dir: %w", err)
		}
		if all, err = pages.Performance(found, raw, old); err != nil {
			return nil, nil, err
		}
	}
	if performance && !hasDecision(found) {
		return all, nil, nil
	}
	readme, err := os.ReadFile(c.path("README.md"))
	if err != nil {
		return nil, nil, usagef("--dir: %w", err)
	}
	table, err := pages.Of(found, raw, readme)
	if err != nil {
		return nil, nil, err
	}
	stale, err = c.stale(table)
	return append(all, table...), stale, err
}

// read reads the run, and returns the name of its file from the root.
func (c *docsCmd) read() (*report.Report, string, error) {
	text, err := os.Open(c.From)
	if err != nil {
		return nil, "", usagef("--from: %w", err)
	}
	defer text.Close()
	root, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, "", err
	}
	file, err := filepath.Abs(c.From)
	if err != nil {
		return nil, "", err
	}
	raw, err := filepath.Rel(root, file)
	if err != nil {
		return nil, "", usagef("--from: %w", err)
	}
	found, err := report.Read(text)
	if err != nil {
		return nil, "", usagef("--from %s: %w", c.From, err)
	}
	return found, filepath.ToSlash(raw), nil
}

func (c *docsCmd) path(name string) string { return filepath.Join(c.Dir, filepath.FromSlash(name)) }

// stale are charts of another run.
func (c *docsCmd) stale(all []pages.Page) ([]string, error) {
	files, err := filepath.Glob(c.path(pages.Charts))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, file := range files {
		name, err := filepath.Rel(c.Dir, file)
		if err != nil {
			return nil, err
		}
		if name = filepath.ToSlash(name); !slices.ContainsFunc(all, func(p pages.Page) bool { return p.Name == name }) {
			names = append(names, name)
		}
	}
	return names, nil
}

// difference is the first line in which two texts differ.
func difference(have, want []byte) string {
	if len(have) == 0 {
		return "it is not there, or empty"
	}
	haves, wants := strings.Split(string(have), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(haves), len(wants)) {
		var h, w string
		if i < len(haves) {
			h = haves[i]
		}
		if i < len(wants) {
			w = wants[i]
		}
		if h != w {
			return fmt.Sprintf("line %d is\n    %s\n  and must be\n    %s", i+1, h, w)
		}
	}
	return "they differ in how lines end"
}
