package stats

// When rounds may end before their time.
const (
	// NarrowRounds is how many rounds there are at least. The fewer there were, the likelier that an interval is narrow because its few samples
	// happen to agree, and not because the median is known.
	NarrowRounds = 30

	// narrowTo is by how much the upper end of an interval may be above the lower one: as much as a ratio may differ from 1 and count as
	// none. So an interval around a median that is farther from 1 than twice that does not hold 1, and the next round won't make it.
	narrowTo = SameWithin
)

// Narrow says whether the rounds have told enough to end: there are NarrowRounds of them, and the interval of each ratio spans 3 % of its
// lower end at most. Without a ratio there is nothing that could be narrow, and it returns false.
//
// It looks at how wide intervals are and never at where they lie. To end when a difference is there, and to go on when there is
// none yet, would find one sooner or later in work that is the same: each look is another chance for it.
func Narrow(rounds int, ratios ...Estimate) bool {
	if rounds < NarrowRounds || len(ratios) == 0 {
		return false
	}
	for _, r := range ratios {
		if !r.decides() || r.High > r.Low*(1+narrowTo) {
			return false
		}
	}
	return true
}
