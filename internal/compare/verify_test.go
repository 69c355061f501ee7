package compare_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sharedfate/fate/internal/compare"
)

// altered changes what a contender's groups do.
func altered(t *testing.T, name string, change func(compare.Group) compare.Group) compare.Contender {
	t.Helper()
	c, err := compare.ContenderByName("hand-mutex")
	if err != nil {
		t.Fatal(err)
	}
	open := c.Open
	c.Name = name
	c.Open = func(ctx context.Context, o compare.Options) compare.Group { return change(open(ctx, o)) }
	return c
}

type (
	dropsLast  struct{ compare.Group }
	runsTwice  struct{ compare.Group }
	losesError struct{ compare.Group }
	inventsOne struct{ compare.Group }
)

func (g dropsLast) Each(n int, task func(context.Context, int) error) { g.Group.Each(n-1, task) }

func (g runsTwice) Each(n int, task func(context.Context, int) error) {
	g.Group.Each(n, func(ctx context.Context, i int) error {
		if i == 0 {
			_ = task(ctx, i)
		}
		return task(ctx, i)
	})
}

func (g losesError) Wait() error { _ = g.Group.Wait(); return nil }

var errInvented = errors.New("invented")

func (g inventsOne) Wait() error { return errors.Join(g.Group.Wait(), errInvented) }

// The checks are worth what they catch.
func TestVerifyNamesWhoDoesOtherWork(t *testing.T) {
	right, err := compare.ContenderByName(compare.BaseName)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		workload string
		name     string
		change   func(compare.Group) compare.Group
		differs  bool // the work, and not the error
	}{
		{"empty", "drops-last", func(g compare.Group) compare.Group { return dropsLast{g} }, true},
		{"empty", "runs-twice", func(g compare.Group) compare.Group { return runsTwice{g} }, true},
		{"cpu-1us", "drops-last", func(g compare.Group) compare.Group { return dropsLast{g} }, true},
		{"failing-1pct", "drops-last", func(g compare.Group) compare.Group { return dropsLast{g} }, true},
		{"failing-1pct", "loses-error", func(g compare.Group) compare.Group { return losesError{g} }, false},
		{"empty", "invents-one", func(g compare.Group) compare.Group { return inventsOne{g} }, false},
		{"dashboard", "drops-last", func(g compare.Group) compare.Group { return dropsLast{g} }, true},
	} {
		t.Run(c.workload+"/"+c.name, func(t *testing.T) {
			job := prepare(t, workload(t, c.workload), compare.Input{})
			bad := altered(t, c.name, c.change)
			_, err := compare.Verify(t.Context(), job, []compare.Contender{right, bad, right})
			if err == nil || !strings.Contains(err.Error(), c.name) {
				t.Fatalf("the error does not name %s: %v", c.name, err)
			}
			var different *compare.DifferentError
			if errors.As(err, &different) != c.differs {
				t.Errorf("%v", err)
			}
			if c.differs && (different.Contender != c.name || different.Other != right.Name) {
				t.Errorf("blames %s beside %s", different.Contender, different.Other)
			}
		})
	}
}
