package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// readReport reads the report that a flag names; none is nil.
func readReport(flag, name string) (*report.Report, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usagef("%s: %w", flag, err)
	}
	defer f.Close()
	r, err := report.Read(f)
	if err != nil {
		return nil, usagef("%s %s: %w", flag, name, err)
	}
	return r, nil
}

// resume is the report of a run that ended early, to be added to. What it was asked for is asked for again. It is an error if the rest would come
// from elsewhere: nobody could tell then what a figure is of.
func (c *compareCmd) resume(here provenance.Provenance) (*report.Report, error) {
	found, err := readReport("--resume", c.Resume)
	if err != nil {
		return nil, err
	}
	if others := provenance.Differences(found.Provenance, here); len(others) > 0 {
		return nil, usagef("--resume %s: it was begun elsewhere, and the parts of a report must come from one place: %s", c.Resume, differences(others))
	}
	s := found.Selection
	c.All, c.Workload, c.Contender, c.Dir, c.Quick = s.All, s.Workloads, s.Contenders, s.Dir, s.Quick
	c.spread = s.Spread || c.Picture != ""
	found.Selection.Spread = c.spread
	c.JSON = c.Resume
	found.Interrupted, found.LeftOut = false, nil
	return found, nil
}

func differences(all []provenance.Difference) string {
	var words []string
	for _, d := range all {
		words = append(words, fmt.Sprintf("%s was %s and is %s", d.Field, d.Old, d.New))
	}
	return strings.Join(slices.Compact(words), "; ")
}
