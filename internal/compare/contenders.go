package compare

import (
	"fmt"
	"slices"
	"strings"
)

// BaseName is the contender that ratios are taken against: a goroutine per task and a sync.WaitGroup, and nothing else.
const BaseName = "go"

// PeerName is the contender that users know, and that ratios are taken against as well where it takes part.
const PeerName = "errgroup"

// Contenders returns all contenders, in the order of tables: the bare baseline, a plain loop, this module's strategies, the peers, and
// what people write by hand.
func Contenders() []Contender {
	return slices.Concat(bare(), serial(), ours(), errgroups(), concs(), multierrors(), byHand())
}

// Pick returns the contenders of these names, in the order of tables; no name means all of them. Its error lists the names
// that are known.
func Pick(names ...string) ([]Contender, error) {
	return pick("contender", Contenders(), func(c Contender) string { return c.Name }, names)
}

// ContenderByName returns the contender of that name. Its error lists the names that are known.
func ContenderByName(name string) (Contender, error) {
	found, err := Pick(name)
	if err != nil {
		return Contender{}, err
	}
	return found[0], nil
}

// Observed returns those of the contenders whose behaviours are observed, in the same order.
func Observed(all []Contender) []Contender {
	var some []Contender
	for _, c := range all {
		if !c.CostOnly {
			some = append(some, c)
		}
	}
	return some
}

func pick[T any](what string, all []T, nameOf func(T) string, names []string) ([]T, error) {
	if len(names) == 0 {
		return all, nil
	}
	known := make([]string, len(all))
	for i, v := range all {
		known[i] = nameOf(v)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("compare: no %s is named %q: must be one of %s", what, name, strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(all, func(v T) bool { return !slices.Contains(names, nameOf(v)) }), nil
}
