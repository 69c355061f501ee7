package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/page"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// outputs are where a report goes beside, or in the place of, the tables on standard output.
type outputs struct {
	data, markdown, html, bench, picture *outFile
}

// open opens the files that flags name.
func (c *compareCmd) open(on console) (*outputs, error) {
	o := &outputs{}
	for _, one := range []struct {
		to         **outFile
		flag, name string
		stdout     io.Writer // what "-" is; nil where it is not allowed
	}{
		{&o.data, "--json", c.JSON, nil},
		{&o.markdown, "--markdown", c.Markdown, on.stdout},
		{&o.html, "--html", c.HTML, on.stdout},
		{&o.bench, "--bench", c.Bench, on.stdout},
		{&o.picture, "--picture", c.Picture, nil},
	} {
		f, err := openOut(one.flag, one.name, one.stdout)
		if err != nil {
			o.close()
			return nil, err
		}
		*one.to = f
	}
	if err := c.checkFiles(o); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

// checkFiles finds a file that would be written over by another, or that is read.
func (c *compareCmd) checkFiles(o *outputs) error {
	// An older report is not written over either, not even by --json: the run may be interrupted, and then neither would be there.
	all := []given{{"--from", c.From}, {"--resume", c.Resume}, {"--against", c.Against}}
	for _, f := range o.all() {
		if f == nil || !f.regular || f == o.data && c.Resume != "" {
			continue
		}
		for _, other := range all {
			if other.value != "" && same(other.value, f.name) {
				return usagef("%s and %s %s are the same file", f.flag, other.flag, other.value)
			}
		}
		all = append(all, given{f.flag, f.name})
	}
	return nil
}

// same says whether the two names are of one file, which may not be there yet.
func same(a, b string) bool {
	if x, err := filepath.Abs(a); err == nil {
		if y, err := filepath.Abs(b); err == nil && x == y {
			return true
		}
	}
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

func (o *outputs) all() []*outFile {
	return []*outFile{o.data, o.markdown, o.html, o.bench, o.picture}
}

func (o *outputs) close() {
	for _, f := range o.all() {
		f.Close()
	}
}

// takesStdout says whether something is written there rather than the tables.
func (o *outputs) takesStdout() bool {
	for _, f := range o.all() {
		if f != nil && f.stdout {
			return true
		}
	}
	return false
}

// saveEvery is how often the file of a run is written while it goes on, at most: with all samples in it, it is large.
const saveEvery = 2 * time.Second

// saver writes what there is into the file of --json while the run goes on. It says there of itself that it was interrupted, which it has been if
// anybody reads it. What can't be written is told at the end, when it is written once more.
func (o *outputs) saver() func(*report.Report) {
	if o.data == nil || !o.data.regular {
		return nil
	}
	var last time.Time
	return func(found *report.Report) {
		if time.Since(last) < saveEvery {
			return
		}
		unfinished := *found
		unfinished.Interrupted = true
		_ = o.data.Write(unfinished.WriteJSON)
		last = time.Now()
	}
}

// deliver writes the report to all places that were asked for, then shows the page if it is to be served. Everything is written that can be, also
// beside an error.
func (c *compareCmd) deliver(on console, found, old *report.Report, out *outputs) error {
	var changes *report.Changes
	if old != nil {
		changes = found.Against(old)
	}
	errs := []error{out.data.Write(found.WriteJSON)} // first: all of the rest can be made from it
	table, err := decision.Join(found)
	errs = append(errs, err) // it is told, and the rest is shown without
	if !out.takesStdout() {
		errs = append(errs, writeText(on.stdout, found, table, changes))
	}
	errs = append(errs, out.bench.Write(found.WriteBenchmarks))
	if err == nil {
		errs = append(errs,
			out.markdown.Write(func(w io.Writer) error { return writeMarkdown(w, found, table, changes) }),
			out.html.Write(func(w io.Writer) error { return page.Write(w, table) }))
	}
	if !found.Interrupted {
		errs = append(errs, out.picture.Write(found.WritePicture))
	}
	c.hint(on.stderr, found)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if c.Serve != "" && on.ctx.Err() == nil {
		if err := c.serve(on, table); err != nil {
			return err
		}
	}
	return c.outcome(found, changes)
}
