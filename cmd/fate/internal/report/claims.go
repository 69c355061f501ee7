package report

import (
	"fmt"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/stats"
)

// Claims are what is often said, each with what it came to.
type Claims struct {
	Quick    bool             `json:"quick,omitempty"` // fewer pairs
	Findings []claims.Finding `json:"findings"`
}

const (
	claimsExplained = "Times: the median of one run, all tasks of it. Ratio, difference: by pairs sampled in turn in a shuffled order; the median of the pairs, and the interval " +
		"that holds it with 95 % confidence. True: yes, if the whole interval is; no, if none of it is; unclear, if a part is. A part of a claim holds if all its checks do."
	againExplained = "A/A: the ratio of who is beside to itself, measured once more in each pair, or in the first ten; - where one sample takes so long that there was none, or nothing is timed."
)

// failures counts the checks that could not be made.
func (cs *Claims) failures() int {
	n := 0
	for _, f := range cs.Findings {
		for _, c := range f.Checks {
			if c.Err != "" {
				n++
			}
		}
	}
	return n
}

func (cs *Claims) title() string {
	s := claims.Name + ": " + claims.About
	if cs.Quick {
		s += ", in short"
	}
	return s
}

const noClaim = "No claim was measured."

// writeText writes each claim, its verdict and the rule of it, and a line for each check.
func (cs *Claims) writeText(b *strings.Builder, width int) {
	heading(b, wrap(cs.title(), width))
	if len(cs.Findings) == 0 {
		write(b, noClaim)
		return
	}
	for _, f := range cs.Findings {
		paragraph(b, `"`+f.Says+`": `+f.Verdict+".", width)
		paragraph(b, f.Rule, width)
		for _, c := range f.Checks {
			paragraph(b, "- "+checkSentence(c), width)
		}
		b.WriteByte('\n')
	}
	paragraph(b, claimsExplained, width)
}

// checkSentence is a check in words.
func checkSentence(c claims.Result) string {
	s := c.Work + ": " + c.Who
	if c.Err != "" {
		return s + " could not be measured: " + c.Err
	}
	if c.Beside != "" {
		s += fmt.Sprintf(" %s, %s %s", duration(c.Time), c.Beside, duration(c.Their))
	}
	return fmt.Sprintf("%s, %s (%s), true if %s: %s", s, claimFigure(c), claimInterval(c), bounds(c), c.Holds)
}

func (cs *Claims) writeMarkdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s\n\n", cs.title())
	cs.Markdown(b)
}

// Markdown writes a table of the verdicts, and for each claim one of its checks.
func (cs *Claims) Markdown(b *strings.Builder) {
	if len(cs.Findings) == 0 {
		write(b, noClaim)
		return
	}
	verdicts := markdown.Grid{Head: []string{"what is said", "verdict"}, Words: 2}
	for _, f := range cs.Findings {
		verdicts.Add(f.Says, f.Verdict)
	}
	verdicts.Write(b)
	for _, f := range cs.Findings {
		fmt.Fprintf(b, "\n**%s:** %s. %s\n\n", f.Says, f.Verdict, f.Rule)
		checks := markdown.Grid{Head: []string{"part", "work", "who", "beside", "time, who", "time, beside", "ratio", "A/A", "figure", "95 % interval", "true if", "true", "pairs"}, Words: 4}
		for _, c := range f.Checks {
			checks.Add(checkCells(c)...)
		}
		checks.Write(b)
	}
	fmt.Fprintf(b, "\n%s %s\n", claimsExplained, againExplained)
}

func checkCells(c claims.Result) []string {
	cells := []string{c.Of, c.Work, c.Who, missing, missing, missing, missing, missing}
	if c.Beside != "" {
		cells[3], cells[4], cells[5], cells[6] = c.Beside, duration(c.Time), duration(c.Their), number(c.Ratio.Median)
	}
	if c.Again != (stats.Estimate{}) {
		cells[7] = number(c.Again.Median)
	}
	if c.Err != "" {
		return append(cells[:4], "not measured: "+c.Err)
	}
	return append(cells, claimFigure(c), claimInterval(c), bounds(c), string(c.Holds), fmt.Sprint(c.Pairs))
}

// claimFigure names the figure that a check looks at, with its median.
func claimFigure(c claims.Result) string { return c.Look + " " + looked(c)(c.Figure.Median) }

func claimInterval(c claims.Result) string {
	f := looked(c)
	return f(c.Figure.Low) + " to " + f(c.Figure.High)
}

// bounds says within which bounds the figure of a check is to be.
func bounds(c claims.Result) string {
	f := plainly
	if timed(c) {
		f = duration
	}
	var s []string
	if c.AtLeast != 0 {
		s = append(s, "at least "+f(c.AtLeast))
	}
	if c.Below != 0 {
		s = append(s, "below "+f(c.Below))
	}
	return strings.Join(s, ", ")
}

// looked is how the figures of a check are written.
func looked(c claims.Result) func(float64) string {
	if timed(c) {
		return signed
	}
	return number
}

// timed says whether the figure is nanoseconds.
func timed(c claims.Result) bool {
	return c.Look == claims.PerTask.String() || c.Look == claims.Difference.String()
}

// signed writes nanoseconds of which there may be less than none.
func signed(ns float64) string {
	if ns < 0 {
		return "-" + duration(-ns)
	}
	return duration(ns)
}
