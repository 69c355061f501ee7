package decision

import "github.com/sharedfate/fate/internal/stats"

// A Verdict is what a ratio shows, as package stats judges it.
type Verdict = stats.Verdict

// The verdicts that there are.
const (
	Faster    = stats.Faster
	Slower    = stats.Slower
	Same      = stats.Same
	NoVerdict = stats.NoVerdict
)
