package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/compare"
)

func contenderNames(cs []compare.Contender) []string {
	var all []string
	for _, c := range cs {
		all = append(all, c.Name)
	}
	return all
}

func TestPickAllHasOursFirst(t *testing.T) {
	s, err := pick(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.contenders) != len(compare.Contenders()) || len(s.bases) != 0 {
		t.Errorf("%d contenders and %d bases, want %d and none", len(s.contenders), len(s.bases), len(compare.Contenders()))
	}
	if !s.contenders[0].Ours {
		t.Errorf("the first contender is %s", s.contenders[0].Name)
	}
	if !slices.IsSortedFunc(s.contenders, oursFirst) {
		t.Errorf("ours don't come first: %v", contenderNames(s.contenders))
	}
	if last := s.workloads[len(s.workloads)-1].Name; last != "sqlite" {
		t.Errorf("the last workload is %s, want sqlite", last)
	}
	if len(s.prices) > 0 {
		t.Errorf("%d workloads that are chosen by name alone are among them", len(s.prices))
	}
}

func TestPickByName(t *testing.T) {
	s, err := pick([]string{"errgroup", " failfast", ""}, []string{"small ", "empty"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := contenderNames(s.contenders), []string{"failfast", "errgroup"}; !slices.Equal(got, want) {
		t.Errorf("contenders %v, want %v", got, want)
	}
	if len(s.workloads) != 2 {
		t.Errorf("%d workloads, want 2", len(s.workloads))
	}
}

func TestPickPricesByName(t *testing.T) {
	for _, c := range []struct {
		names     []string
		workloads int
		prices    string
	}{
		{[]string{"engine"}, 0, "engine"},
		{[]string{"busy ", "engine"}, 0, "engine busy"},
		{[]string{"busy", "single"}, 1, "busy"},
		{[]string{"situations", "engine"}, 0, "engine situations"},
	} {
		s, err := pick(nil, c.names)
		if err != nil {
			t.Fatal(err)
		}
		var prices []string
		for _, w := range s.prices {
			prices = append(prices, w.Name)
		}
		if got := strings.Join(prices, " "); got != c.prices || len(s.workloads) != c.workloads || len(s.bases) > 0 {
			t.Errorf("%q: %d workloads, prices %q", c.names, len(s.workloads), got)
		}
	}
}

// What was given but is empty is no way to say all.
func TestPickNothing(t *testing.T) {
	for _, c := range []struct{ contenders, workloads []string }{
		{contenders: []string{"", " "}},
		{workloads: []string{""}},
	} {
		_, err := pick(c.contenders, c.workloads)
		if err == nil || !strings.Contains(err.Error(), "must be one of") {
			t.Errorf("%q, %q: %v", c.contenders, c.workloads, err)
		}
	}
}

// What ratios are taken against is measured although nobody asked for it, once.
func TestPickAddsTheBase(t *testing.T) {
	s, err := pick([]string{"errgroup"}, []string{"small", "empty"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := contenderNames(s.all()), []string{"errgroup", compare.BaseName}; !slices.Equal(got, want) {
		t.Errorf("takes part: %v, want %v", got, want)
	}
	for _, w := range s.workloads {
		if got, want := contenderNames(s.entrants(w)), []string{"errgroup", compare.BaseName}; !slices.Equal(got, want) {
			t.Errorf("%s is done by %v, want %v", w.Name, got, want)
		}
	}
}

// Every workload has its base among those that do it, whoever is chosen.
func TestEveryWorkloadHasItsBase(t *testing.T) {
	for _, c := range compare.Contenders() {
		s, err := pick([]string{c.Name}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range s.workloads {
			n := 0
			for _, e := range s.entrants(w) {
				if e.Name == baseOf(w) {
					n++
				}
			}
			if n != 1 {
				t.Errorf("with %s chosen, %s is done by its base %s %d times", c.Name, w.Name, baseOf(w), n)
			}
		}
	}
}

func TestPickNamesWhatIsKnown(t *testing.T) {
	for _, c := range []struct{ contenders, workloads, want []string }{
		{contenders: []string{"nonsense"}, want: contenderNames(compare.Contenders())},
		{workloads: []string{"nonsense"}, want: []string{"empty", "sqlite", "engine", "busy", "situations", "claims"}},
	} {
		_, err := pick(c.contenders, c.workloads)
		if err == nil {
			t.Fatalf("%v, %v: no error", c.contenders, c.workloads)
		}
		for _, name := range append(c.want, `"nonsense"`) {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("the error does not name %s: %v", name, err)
			}
		}
	}
}
