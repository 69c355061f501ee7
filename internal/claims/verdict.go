package claims

import (
	"slices"
	"strings"
)

// Holds says whether a claim is true of something.
type Holds string

const (
	Yes        Holds = "yes"
	No         Holds = "no"
	Unclear    Holds = "unclear"      // the interval reaches beyond the bounds
	Unmeasured Holds = "not measured" // a side failed
)

// and is what holds of both. No is stronger than what is not known: one figure that contradicts a claim is enough.
func (h Holds) and(other Holds) Holds {
	for _, s := range []Holds{No, Unmeasured, Unclear} {
		if h == s || other == s {
			return s
		}
	}
	return Yes
}

// Verdict says of which of its parts the claim is true. Checks of the same part count as one, and the part holds if all of them do.
func Verdict(checks []Result) string {
	var parts []string
	holds := map[string]Holds{}
	for _, c := range checks {
		if h, ok := holds[c.Of]; ok {
			holds[c.Of] = h.and(c.Holds)
			continue
		}
		parts = append(parts, c.Of)
		holds[c.Of] = c.Holds
	}
	of := func(h Holds) []string {
		return slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return holds[p] != h })
	}
	not := "not for "
	if len(of(Yes)) == 0 {
		not = "does not hold for "
	}
	var said []string
	for _, s := range []struct {
		holds   Holds
		all     string // said if it is so of all parts
		someFor string // or else, before their names
	}{
		{Yes, "holds", "holds for "},
		{No, "does not hold here", not},
		{Unclear, "unclear here", "unclear for "},
		{Unmeasured, "not measured", "not measured for "},
	} {
		switch some := of(s.holds); len(some) {
		case 0:
		case len(parts):
			return s.all
		default:
			said = append(said, s.someFor+list(some))
		}
	}
	return strings.Join(said, ", ")
}

// list writes names as a sentence does.
func list(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
