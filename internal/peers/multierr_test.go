package peers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"go.uber.org/multierr"
)

var errTask = errors.New("the task failed")

// collected is what collectall's Wait returns of tasks that return these errors.
func collected(t *testing.T, errs ...error) error {
	g := fate.New(t.Context(), collectall.Strategy{})
	for _, err := range errs {
		g.Go(func(context.Context) error { return err })
	}
	return g.Wait()
}

// One error alone comes back bare from multierr: whoever asks for the list of errors must expect both. Under collectall it is a list.
func TestMultierrKeepsOneErrorBare(t *testing.T) {
	if err := multierr.Append(nil, errTask); err != errTask {
		t.Errorf("multierr returns %#v", err)
	}
	if all, ok := collected(t, errTask).(*fate.Errors); !ok || len(all.Tasks) != 1 || all.Tasks[0].Err != errTask {
		t.Errorf("collectall returns %#v", all)
	}
}

// multierr takes a list of its own apart, and one of errors.Join not. collectall takes none apart: each task has one error.
func TestMultierrTakesItsOwnListsApart(t *testing.T) {
	errs := make([]error, 4)
	for i := range errs {
		errs[i] = fmt.Errorf("error %d", i)
	}
	own, joined := multierr.Combine(errs[0], errs[1]), errors.Join(errs[2], errs[3])
	both := multierr.Append(own, joined)
	if got := multierr.Errors(both); len(got) != 3 || got[0] != errs[0] || got[2] != joined {
		t.Errorf("multierr holds %q", got)
	}
	all, ok := collected(t, own, joined).(*fate.Errors)
	if !ok || len(all.Tasks) != 2 {
		t.Fatalf("collectall returns %#v", all)
	}
	for _, err := range errs {
		if !errors.Is(all, err) || !errors.Is(both, err) {
			t.Errorf("%v can't be reached", err)
		}
	}
}

// multierr writes all in one line. collectall writes a line for each, as errors.Join does.
func TestMultierrWritesOneLine(t *testing.T) {
	errs := []error{errors.New("a"), errors.New("b")}
	if text := multierr.Combine(errs...).Error(); text != "a; b" {
		t.Errorf("multierr writes %q", text)
	}
	if text := collected(t, errs...).Error(); text != "a\nb" {
		t.Errorf("collectall writes %q", text)
	}
}

// Looking in vain for an error among a hundred costs neither of them an allocation.
func TestMultierrAllocatesNothingWhenAsked(t *testing.T) {
	var errs []error
	for i := range 100 {
		errs = append(errs, fmt.Errorf("error %d", i))
	}
	asked := func(err error) float64 {
		return testing.AllocsPerRun(10, func() {
			if errors.Is(err, errTask) {
				t.Error("it is not in there")
			}
		})
	}
	if n := asked(multierr.Combine(errs...)); n != 0 {
		t.Errorf("multierr allocates %v times", n)
	}
	if n := asked(collected(t, errs...)); n != 0 {
		t.Errorf("collectall allocates %v times", n)
	}
}

// An error that multierr returned does not change when more is appended to it, also not when that is done twice to the same one.
func TestMultierrsErrorsAreFinal(t *testing.T) {
	a, b, c, d := errors.New("a"), errors.New("b"), errors.New("c"), errors.New("d")
	first := multierr.Combine(a, b)
	second, third := multierr.Append(first, c), multierr.Append(first, d)
	for want, err := range map[string]error{"a; b": first, "a; b; c": second, "a; b; d": third} {
		if got := err.Error(); got != want || strings.Count(got, ";") != len(multierr.Errors(err))-1 {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
