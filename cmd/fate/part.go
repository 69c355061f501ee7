package main

import (
	"context"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// A part is what is measured, left out and taken up again as one.
type part struct {
	name string        // in the report's file, and among what was left out
	step string        // what the run does meanwhile; the parts of one table say the same
	cost time.Duration // about how long it takes; see course

	// measure adds to the report what it finds, in the place of what an earlier run found and did not end. When ctx ends, so does it.
	measure func(ctx context.Context, found *report.Report, how pace, detail func(string)) got
}

// A pace is how thoroughly a part is to be measured.
type pace struct {
	share float64 // of the time that it would take by itself: 1, or less if the time of the run has to go round
	seed  uint64
}

// got is how much of a part there is.
type got int

const (
	nothing got = iota // it is left out
	some               // what there is can be shown, and is measured anew when the run is taken up again
	all
)

// gotAll is all unless there was an error, and nothing then.
func gotAll(err error) got {
	if err != nil {
		return nothing
	}
	return all
}

// A session measures parts, one after the other.
type session struct {
	found    *report.Report
	progress *progress
	save     func(*report.Report) // what there is, after each part; may be nil
}

// run measures the parts until all are done or ctx ends, and notes which were.
func (s *session) run(ctx context.Context, parts []part) {
	course := newCourse(ctx, parts)
	s.progress.course = course
	s.found.Runs = append(s.found.Runs, report.Run{Date: course.began.Truncate(time.Second)})
	this := &s.found.Runs[len(s.found.Runs)-1]
	step := ""
	for i, p := range parts {
		if ctx.Err() != nil {
			s.found.LeftOut = append(s.found.LeftOut, p.name)
			continue
		}
		how := pace{share: course.begin(i), seed: s.found.Seed}
		if p.step != step {
			step = p.step
			s.progress.Step(step)
		}
		got := p.measure(ctx, s.found, how, s.progress.Detail)
		took := course.end()
		switch got {
		case nothing:
			s.found.LeftOut = append(s.found.LeftOut, p.name)
		case some:
			s.found.LeftOut = append(s.found.LeftOut, "the rest of "+p.name)
		case all:
			this.Parts = append(this.Parts, report.Part{Name: p.name, Took: took})
		}
		if s.save != nil {
			s.save(s.found)
		}
	}
}

// missing are the parts that the report does not have to their end.
func missing(parts []part, found *report.Report) []part {
	var left []part
	for _, p := range parts {
		if !found.Has(p.name) {
			left = append(left, p)
		}
	}
	return left
}
