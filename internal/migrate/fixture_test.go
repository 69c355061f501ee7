package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-multierror"
)

// What the programs are about: pages, of which some are missing.

var errMissing = errors.New("no such page")

var errStop = errors.New("the caller has had enough")

// get returns a page, which takes a second for each letter of its name.
func get(ctx context.Context, name string) (string, error) {
	select {
	case <-time.After(time.Duration(len(name)) * time.Second):
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return at(ctx, name)
}

// at returns a page at once.
func at(_ context.Context, name string) (string, error) {
	if strings.HasPrefix(name, "no-") {
		return "", fmt.Errorf("%s: %w", name, errMissing)
	}
	return strings.ToUpper(name), nil
}

// check fails for a missing page.
func check(ctx context.Context, name string) error {
	_, err := get(ctx, name)
	return err
}

// deaf is check without a context.
func deaf(name string) error { return check(context.Background(), name) }

// exits is a check that calls runtime.Goexit.
func exits(context.Context, string) error { runtime.Goexit(); return nil }

// panicking is a check that panics.
func panicking(_ context.Context, name string) error { panic(errMissing) }

var (
	none = []string(nil)
	good = []string{"a", "abc", "ab"}
	one  = []string{"abc", "no-a", "a"}
	many = []string{"no-abc", "a", "no-a", "no-ab"}
)

// leaves are the texts of an error's failures, in their order.
func leaves(err error) (all []string) {
	switch e := err.(type) {
	case nil:
		return nil
	case *multierror.Error:
		for _, e := range e.Errors {
			all = append(all, leaves(e)...)
		}
		return all
	case interface{ Unwrap() []error }:
		for _, e := range e.Unwrap() {
			all = append(all, leaves(e)...)
		}
		return all
	}
	return []string{err.Error()}
}

// sorted are the leaves where order is nothing to compare by.
func sorted(err error) []string { return slices.Sorted(slices.Values(leaves(err))) }

// equal fails the test unless both are equal; what is empty is equal to what is nil.
func equal(t *testing.T, what string, before, after any) {
	t.Helper()
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	if b.Kind() == reflect.Slice && b.Len() == 0 && a.Len() == 0 {
		return
	}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("%s: before %v, after %v", what, before, after)
	}
}

// is fails the test unless err is target.
func is(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("error is %v, want one that is %v", err, target)
	}
}

// took is how long f takes on a bubble's clock.
func took(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}
