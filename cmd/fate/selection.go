package main

import (
	"slices"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/sqlload"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
)

// A selection is what a run is about.
type selection struct {
	contenders []compare.Contender // ours first
	workloads  []compare.Workload
	bases      []compare.Contender // what the workloads' ratios are taken against, if it is not among the contenders
	prices     []price.Workload    // chosen by name alone
	claims     bool                // the same
}

// priced are the workloads that have rows with two sides each.
func priced() []price.Workload {
	return append(price.Workloads(), situations.Workload(), tableWorkload())
}

// pick returns what has these names; no name means all. Its error lists the names that are known.
func pick(contenders, workloads []string) (selection, error) {
	var s selection
	var err error
	if s.contenders, err = compare.Pick(trim(contenders)...); err != nil {
		return s, err
	}
	workloads = trim(workloads)
	all := append(compare.Workloads(), sqlload.Workload())
	for _, w := range priced() { // they are no work that any contender could do, and stand in the list for their names
		all = append(all, compare.Workload{Name: w.Name})
	}
	all = append(all, compare.Workload{Name: claims.Name})
	if s.workloads, err = compare.PickWorkloads(all, workloads...); err != nil {
		return s, err
	}
	s.workloads = slices.DeleteFunc(s.workloads, func(w compare.Workload) bool { return w.Prepare == nil })
	for _, w := range priced() {
		if slices.Contains(workloads, w.Name) {
			s.prices = append(s.prices, w)
		}
	}
	s.claims = slices.Contains(workloads, claims.Name)
	slices.SortStableFunc(s.contenders, oursFirst)
	for _, w := range s.workloads {
		base, err := compare.ContenderByName(baseOf(w))
		if err != nil {
			return s, err
		}
		if !contains(s.all(), base.Name) {
			s.bases = append(s.bases, base)
		}
	}
	return s, nil
}

// all returns everyone who takes part in anything.
func (s selection) all() []compare.Contender { return slices.Concat(s.contenders, s.bases) }

// entrants returns who does the workload: the contenders that can, and its base.
func (s selection) entrants(w compare.Workload) []compare.Contender {
	can := w.Accepted(s.contenders)
	if base := baseOf(w); !contains(can, base) {
		for _, b := range w.Accepted(s.bases) {
			if b.Name == base {
				can = append(can, b)
			}
		}
	}
	return can
}

func baseOf(w compare.Workload) string {
	if w.Base != "" {
		return w.Base
	}
	return compare.BaseName
}

func contains(cs []compare.Contender, name string) bool {
	return slices.ContainsFunc(cs, func(c compare.Contender) bool { return c.Name == name })
}

func oursFirst(a, b compare.Contender) int {
	switch {
	case a.Ours == b.Ours:
		return 0
	case a.Ours:
		return -1
	}
	return 1
}

// trim drops the spaces that people write after commas, and what is empty. A list that holds nothing else is one empty name,
// which nobody has: it was given, so that it can't mean all.
func trim(names []string) []string {
	var some []string
	for _, s := range names {
		if s = strings.TrimSpace(s); s != "" {
			some = append(some, s)
		}
	}
	if len(names) > 0 && len(some) == 0 {
		return []string{""}
	}
	return some
}
