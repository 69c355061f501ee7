package decision

import "github.com/sharedfate/fate/internal/price"

// A Verdict is what a ratio shows.
type Verdict string

const (
	Faster    Verdict = "faster"
	Slower    Verdict = "slower"
	Same      Verdict = "same"       // or too near to it to be told apart
	NoVerdict Verdict = "no verdict" // the rounds can't say
)

// sameWithin is how far from 1 a ratio may be and still count as none.
const sameWithin = 0.03

// verdict judges a line: nothing is said where identical code differed.
func verdict(l price.Line) Verdict {
	holds := func(low, high float64) bool { return low <= 1 && 1 <= high }
	ratio, again := l.Ratio, l.Again
	switch {
	case ratio.Median == 0 || again.Median == 0 || !holds(again.Low, again.High):
		return NoVerdict
	case holds(ratio.Low, ratio.High), 1-sameWithin < ratio.Median && ratio.Median < 1+sameWithin:
		return Same
	case ratio.Median < 1:
		return Faster
	}
	return Slower
}
