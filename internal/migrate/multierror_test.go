package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/go-multierror"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
)

func appendBefore(urls []string) error {
	var all *multierror.Error
	for _, u := range urls {
		if err := deaf(u); err != nil {
			all = multierror.Append(all, err)
		}
	}
	return all.ErrorOrNil()
}

func appendAfter(urls []string) error {
	var all []error
	for _, u := range urls {
		if err := deaf(u); err != nil {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

func TestAppend(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			before, after := appendBefore(urls), appendAfter(urls)
			equal(t, "nil", before == nil, after == nil)
			equal(t, "the failures", leaves(before), leaves(after))
			equal(t, "errors.Is", errors.Is(before, errMissing), errors.Is(after, errMissing))
		})
	}
}

func TestAppendAndTheText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		equal(t, "before", "1 error occurred:\n\t* no-a: no such page\n\n", appendBefore(one).Error())
		equal(t, "after", "no-a: no such page", appendAfter(one).Error())
	})
}

func TestAppendChangesWhatItIsGiven(t *testing.T) {
	before := multierror.Append(nil, errMissing)
	_ = multierror.Append(before, errStop)
	equal(t, "failures before", 2, len(leaves(before)))
	after := errors.Join(errMissing)
	_ = errors.Join(after, errStop)
	equal(t, "failures after", 1, len(leaves(after)))
}

func groupBefore(urls []string) error {
	var g multierror.Group
	for _, u := range urls {
		g.Go(func() error { return deaf(u) })
	}
	return g.Wait().ErrorOrNil()
}

func groupAfter(ctx context.Context, urls []string) error {
	g := fate.New(ctx, collectall.Strategy{})
	for _, u := range urls {
		g.Go(func(context.Context) error { return deaf(u) })
	}
	return g.Wait()
}

func TestMultierrorGroup(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the failures", sorted(groupBefore(urls)), sorted(groupAfter(t.Context(), urls)))
		})
	}
}

func TestMultierrorGroupAndOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		equal(t, "by time", []string{"no-a: no such page", "no-ab: no such page", "no-abc: no such page"}, leaves(groupBefore(many)))
		equal(t, "by submission", []string{"no-abc: no such page", "no-a: no such page", "no-ab: no such page"}, leaves(groupAfter(t.Context(), many)))
	})
}

func TestMultierrorGroupAndNil(t *testing.T) {
	var before multierror.Group
	equal(t, "nil before", false, isNil(before.Wait())) // without ErrorOrNil
	equal(t, "nil after", true, isNil(fate.New(t.Context(), collectall.Strategy{}).Wait()))
}

func isNil(err error) bool { return err == nil }

func prefixBefore(urls []string) error {
	var all *multierror.Error
	for _, u := range urls {
		if err := deaf(u); err != nil {
			err = multierror.Prefix(err, "visit:")
			all = multierror.Append(all, err)
		}
	}
	return all.ErrorOrNil()
}

func prefixAfter(urls []string) error {
	var all []error
	for _, u := range urls {
		if err := deaf(u); err != nil {
			err = fmt.Errorf("visit: %w", err)
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

func TestPrefix(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the failures", leaves(prefixBefore(urls)), leaves(prefixAfter(urls)))
		})
	}
}

func TestPrefixAndIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		equal(t, "found before", false, errors.Is(prefixBefore(one), errMissing))
		equal(t, "found after", true, errors.Is(prefixAfter(one), errMissing))
	})
}

func TestANamedChildsFailureHasItsPrefix(t *testing.T) {
	g := fate.New(t.Context(), collectall.Strategy{})
	g.Spawn("visit", func(context.Context) error { return errMissing })
	equal(t, "the text", "visit: no such page", g.Wait().Error())
}
