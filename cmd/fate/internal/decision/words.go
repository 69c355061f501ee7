package decision

import (
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// Word is the verdict as it is said of what the ratio is of: memory and allocations are not fast.
func (r Ratio) Word() string {
	if r.Line.Of == price.OfMemory || r.Line.Of == price.OfAllocs {
		switch r.Verdict {
		case stats.Faster:
			return "less"
		case stats.Slower:
			return "more"
		}
	}
	return string(r.Verdict)
}

// Shows is the verdict where nothing beside it explains the words. A wide interval may hide a difference, so that none is all that can
// be said of it.
func (r Ratio) Shows() string {
	if r.Verdict == stats.Same {
		return "no difference shown"
	}
	return r.Word()
}

// Figure is the ratio with its interval: "0.20 (0.19-0.21)".
func (r Ratio) Figure() string { return figure(r.Line.Ratio) }

// Again is the same of A/A, empty if that was not measured.
func (r Ratio) Again() string {
	if r.Line.Again.Median <= 0 {
		return ""
	}
	return figure(r.Line.Again)
}

func figure(e stats.Estimate) string {
	return report.Number(e.Median) + " (" + report.Interval(e.Low, e.High) + ")"
}

// Of is the ratio with what it is of, if that is not the time: "0.20 (0.19-0.21) of errgroup", "0.20 (0.19-0.21) of the peak memory of errgroup".
func (r Ratio) Of() string {
	whom := r.Beside
	switch {
	case strings.HasPrefix(whom, "by hand"):
		whom = "code " + whom
	case whom == "unnamed":
		whom = "a group without a name"
	}
	if of := r.Line.Of; of != "" && of != price.OfTime {
		whom = "the " + of + " of " + whom
	}
	return r.Figure() + " of " + whom
}
