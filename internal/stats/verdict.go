package stats

// A Verdict is what a ratio of costs shows: whether who is above the line costs less than who is below it.
type Verdict string

const (
	Faster    Verdict = "faster"
	Slower    Verdict = "slower"
	Same      Verdict = "same"       // or too near to it to be told apart
	NoVerdict Verdict = "no verdict" // the rounds can't say
)

// SameWithin is how far from 1 a ratio may be and still count as none: the same code, laid out elsewhere in memory, differs as much.
const SameWithin = 0.03

// Judge returns what the ratio shows, where again is that of the one below the line over itself, in the same rounds (A/A).
//
// It is Same if the median is less than 3 % from 1, or if the interval holds 1: then the rounds are compatible with no difference. It is
// Faster or Slower otherwise, by the side of 1 on which the whole interval lies.
//
// It is NoVerdict where the rounds are no basis for one: if the interval of again does not hold 1, for whatever made identical code differ
// may have made the ratio; if there is no again, or no ratio, which is the zero Estimate; and if either is of too few rounds for
// an interval of 95 %, which Estimate.Few says. A wide interval alone is Same, although it may hide a difference: whoever shows the verdict
// shows the interval beside it.
func Judge(ratio, again Estimate) Verdict {
	switch {
	case !ratio.decides() || !again.decides() || !again.holds(1):
		return NoVerdict
	case ratio.holds(1), 1-SameWithin < ratio.Median && ratio.Median < 1+SameWithin:
		return Same
	case ratio.Median < 1:
		return Faster
	}
	return Slower
}

// decides says whether there is an interval of 95 %. A ratio of costs is never 0.
func (e Estimate) decides() bool { return e.Median > 0 && !e.Few }

func (e Estimate) holds(v float64) bool { return e.Low <= v && v <= e.High }
