package table

import (
	"maps"
	"math/bits"
	"slices"
)

// contradiction finds the fewest wishes for which there is no row. They are such that no row serves them whatever else is wished, if
// some are, and otherwise such that only a row does that is about something special, which nobody has asked for.
func (t chart) contradiction(w Wishes) *Contradiction {
	c := &Contradiction{Drop: t.drops(w)}
	if parts := t.smallest(w, func(part Wishes) bool { return !t.served(part, t.serves) }); parts != nil {
		c.Wishes = t.list(parts[0])
		return c
	}
	c.Wishes = t.list(t.smallest(w, func(part Wishes) bool { return !t.served(part, t.admits) })[0])
	c.Add = t.additions(w)
	return c
}

// drops are the ways out that take back as little as can be.
func (t chart) drops(w Wishes) (ways []Way) {
	without := func(part Wishes) Wishes {
		less := maps.Clone(w)
		maps.DeleteFunc(less, func(name string, _ []string) bool { return part[name] != nil })
		return less
	}
	for _, part := range t.smallest(w, func(part Wishes) bool { return t.served(without(part), t.admits) }) {
		less := without(part)
		rest, _ := t.split(less)
		c := t.resolve(less, t.fitting(t.main, rest, t.admits))
		rows := c.Fits
		if c.Row != nil {
			rows = append([]Row{*c.Row}, c.With...)
		}
		ways = append(ways, Way{t.list(part), rows})
	}
	return ways
}

// additions are the special answers with which a row would fit.
func (t chart) additions(w Wishes) (ways []Way) {
	rest, _ := t.split(w)
	for _, r := range t.fitting(t.main, rest, t.serves) {
		added, both := Wishes{}, maps.Clone(w)
		for _, q := range t.questions {
			if w[q.Name] == nil && t.demands(r, q) {
				added[q.Name], both[q.Name] = r.Fits[q.Name], r.Fits[q.Name]
			}
		}
		if t.served(both, t.admits) {
			ways = append(ways, Way{t.list(added), []Row{r}})
		}
	}
	return ways
}

// smallest returns those parts of the wishes that are so and have the fewest, the ones whose questions come first before the others. There
// are no more questions than all parts can be tried.
func (t chart) smallest(w Wishes, so func(part Wishes) bool) (parts []Wishes) {
	all := t.list(w)
	for size := 1; size <= len(all) && parts == nil; size++ {
		for bit := range 1 << len(all) {
			if bits.OnesCount(uint(bit)) != size {
				continue
			}
			part := Wishes{}
			for i, wish := range all {
				if bit&(1<<i) != 0 {
					part[wish.Question] = slices.Clone(wish.Answers)
				}
			}
			if so(part) {
				parts = append(parts, part)
			}
		}
	}
	return parts
}
