package page

import (
	"fmt"
	"html/template"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// A work is what was measured of one thing to do.
type work struct {
	Work  string
	Lines []line
}

// A line is ours beside one other.
type line struct {
	Key          string // where it is in the raw file
	Beside       string
	Ours, Theirs string
	Ratio        string // "0.62", or nothing if it is ours alone that counts
	Interval     string // "0.58–0.66"
	Verdict      stats.Verdict
	Word         string
	Err          string
	Plot         template.HTML
}

// scaleOf is one scale for all plots, so that they can be compared.
func scaleOf(rows []decision.Row) chart.Scale {
	var all []chart.Ratio
	for _, r := range rows {
		for _, x := range r.Ratios {
			all = append(all, ratioOf(x))
		}
	}
	return chart.RatioScale(all...)
}

func ratioOf(r decision.Ratio) chart.Ratio {
	return chart.Ratio{Estimate: r.Line.Ratio, Verdict: r.Verdict}
}

// worksOf groups ratios that follow each other and are of the same work.
func worksOf(rs []decision.Ratio, scale chart.Scale) (works []work) {
	for _, r := range rs {
		if n := len(works); n == 0 || works[n-1].Work != r.Work {
			works = append(works, work{Work: r.Work})
		}
		w := &works[len(works)-1]
		w.Lines = append(w.Lines, lineOf(r, scale))
	}
	return works
}

func lineOf(r decision.Ratio, scale chart.Scale) line {
	write := figure(report.Duration)
	d := line{Key: r.Key, Beside: r.Beside, Verdict: r.Verdict, Word: r.Word(), Err: r.Err}
	switch r.Line.Of {
	case price.OfMemory:
		write = report.Size
		d.Beside += ", peak memory"
	case price.OfAllocs:
		write = func(n float64) string { return fmt.Sprintf("%.2f allocations a task", n) }
	case price.OfP50, price.OfP95:
		d.Beside += ", " + r.Line.Of
	}
	d.Ours, d.Theirs = write(r.Line.Ours), write(r.Line.Theirs)
	if of := r.Line.Ratio; r.Measured() {
		d.Ratio = report.Number(of.Median)
		d.Interval = report.Number(of.Low) + "–" + report.Number(of.High)
	}
	d.Plot = ratioOf(r).Strip(scale)
	return d
}

// figure is how one is written.
type figure func(float64) string

// countsOf counts the verdicts, those that differ from one another most first and last.
func countsOf(works []work) (counts []counted) {
	for _, verdict := range []stats.Verdict{stats.Faster, stats.Same, stats.Slower, stats.NoVerdict} {
		n := map[string]int{}
		var words []string
		for _, w := range works {
			for _, l := range w.Lines {
				if l.Verdict != verdict {
					continue
				}
				if n[l.Word]++; n[l.Word] == 1 {
					words = append(words, l.Word)
				}
			}
		}
		for _, w := range words {
			counts = append(counts, counted{n[w], verdict, w})
		}
	}
	return counts
}
