package migrate_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/sourcegraph/conc"
	"github.com/sourcegraph/conc/iter"
	"github.com/sourcegraph/conc/panics"
	"github.com/sourcegraph/conc/pool"
	"github.com/sourcegraph/conc/stream"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

func waitGroupBefore(urls []string, visit func(string)) {
	var wg conc.WaitGroup
	for _, u := range urls {
		wg.Go(func() { visit(u) })
	}
	wg.Wait()
}

func waitGroupAfter(urls []string, visit func(string)) {
	g := fate.New(context.Background(), collectall.Strategy{},
		fate.Panics(fate.Rethrow))
	for _, u := range urls {
		g.Go(func(context.Context) error { visit(u); return nil })
	}
	g.Wait()
}

// panicOf returns what f panics with.
func panicOf(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

func TestConcWaitGroup(t *testing.T) {
	for _, f := range []func([]string, func(string)){waitGroupBefore, waitGroupAfter} {
		visited := make(chan string, len(good))
		f(good, func(u string) { visited <- u })
		if len(visited) != len(good) {
			t.Errorf("%d visited", len(visited))
		}
	}
}

func TestConcWaitGroupAndPanics(t *testing.T) {
	visit := func(u string) { _ = panicking(context.Background(), u) }
	if _, ok := panicOf(func() { waitGroupBefore(good, visit) }).(*panics.Recovered); !ok {
		t.Error("before: not a *panics.Recovered")
	}
	r, ok := panicOf(func() { waitGroupAfter(good, visit) }).(*fate.RethrownError)
	if !ok || len(r.Panics) != len(good) {
		t.Fatalf("after: %v", r)
	}
	is(t, r, errMissing)
}

func errorsBefore(urls []string) error {
	p := pool.New().WithErrors()
	for _, u := range urls {
		p.Go(func() error { return deaf(u) })
	}
	return p.Wait()
}

func errorsAfter(ctx context.Context, urls []string) error {
	g := fate.New(ctx, collectall.Strategy{})
	for _, u := range urls {
		g.Go(func(context.Context) error { return deaf(u) })
	}
	return g.Wait()
}

func TestErrorPool(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the failures", sorted(errorsBefore(urls)), sorted(errorsAfter(t.Context(), urls)))
		})
	}
}

func TestErrorPoolAndOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		equal(t, "by time", []string{"no-a: no such page", "no-ab: no such page", "no-abc: no such page"}, leaves(errorsBefore(many)))
		equal(t, "by submission", []string{"no-abc: no such page", "no-a: no such page", "no-ab: no such page"}, leaves(errorsAfter(t.Context(), many)))
	})
}

func cancelBefore(ctx context.Context, urls []string, check checker) error {
	p := pool.New().WithMaxGoroutines(2).
		WithContext(ctx).WithCancelOnError().WithFirstError()
	for _, u := range urls {
		p.Go(func(ctx context.Context) error {
			return check(ctx, u)
		})
	}
	return p.Wait()
}

func cancelAfter(ctx context.Context, urls []string, check checker) error {
	g := fate.New(ctx, failfast.Strategy{Limit: 2})
	for _, u := range urls {
		g.Go(func(ctx context.Context) error {
			return check(ctx, u)
		})
	}
	return g.Wait()
}

func TestContextPool(t *testing.T) {
	for _, urls := range [][]string{none, good, one} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the error", cancelBefore(t.Context(), urls, check), cancelAfter(t.Context(), urls, check))
		})
	}
}

func TestContextPoolAndTheCause(t *testing.T) {
	cause := func(f func(context.Context, []string, checker) error) (why error) {
		synctest.Test(t, func(t *testing.T) {
			err := f(t.Context(), []string{"no-a", "abcdef"}, func(ctx context.Context, name string) error {
				err := check(ctx, name)
				if ctx.Err() != nil {
					why = context.Cause(ctx)
				}
				return err
			})
			is(t, err, errMissing)
		})
		return why
	}
	if why := cause(cancelBefore); why != context.Canceled {
		t.Errorf("before: %v", why)
	}
	is(t, cause(cancelAfter), errMissing)
}

func TestContextPoolAndWhatStartsAfterTheFailure(t *testing.T) {
	checked := func(f func(context.Context, []string, checker) error) (n int) {
		count := make(chan string, 5)
		is(t, f(t.Context(), good, func(_ context.Context, name string) error { count <- name; return errMissing }), errMissing)
		return len(count)
	}
	if before := checked(cancelBefore); before != len(good) {
		t.Errorf("before: %d checked", before)
	}
	synctest.Test(t, func(t *testing.T) {
		names := append([]string{"no-a", "no-b"}, good...)
		seen := make(chan string, len(names))
		is(t, cancelAfter(t.Context(), names, func(_ context.Context, name string) error { seen <- name; return deaf(name) }), errMissing)
		if len(seen) >= len(names) {
			t.Errorf("after: %d checked", len(seen))
		}
	})
}

func resultsBefore(urls []string, get func(string) string) []string {
	p := pool.NewWithResults[string]()
	for _, u := range urls {
		p.Go(func() string { return get(u) })
	}
	return p.Wait()
}

func resultsAfter(urls []string, get func(string) string) []string {
	pages, _ := fate.Map(context.Background(), collectall.Strategy{}, urls,
		func(_ context.Context, u string) (string, error) {
			return get(u), nil
		})
	return pages
}

func getOnly(name string) string { page, _ := get(context.Background(), name); return page }

func TestResultPool(t *testing.T) {
	for _, urls := range [][]string{none, good, many} {
		synctest.Test(t, func(t *testing.T) {
			before, after := resultsBefore(urls, getOnly), resultsAfter(urls, getOnly)
			slices.Sort(before)
			slices.Sort(after)
			equal(t, "the results", before, after)
		})
	}
}

func TestResultPoolAndOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		equal(t, "by time", []string{"A", "AB", "ABC"}, resultsBefore(good, getOnly))
		equal(t, "by index", []string{"A", "ABC", "AB"}, resultsAfter(good, getOnly))
	})
}

func resultsContextBefore(ctx context.Context, urls []string) ([]string, error) {
	p := pool.NewWithResults[string]().WithContext(ctx)
	for _, u := range urls {
		p.Go(func(ctx context.Context) (string, error) {
			return get(ctx, u)
		})
	}
	return p.Wait()
}

func resultsContextAfter(ctx context.Context, urls []string) ([]string, error) {
	s := collectall.Strategy{}
	return fate.Map(ctx, s, urls, get)
}

func TestResultContextPool(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			before, errBefore := resultsContextBefore(t.Context(), urls)
			after, errAfter := resultsContextAfter(t.Context(), urls)
			after = slices.DeleteFunc(after, func(page string) bool { return page == "" }) // those of failures
			slices.Sort(before)
			slices.Sort(after)
			equal(t, "the results", before, after)
			equal(t, "the failures", sorted(errBefore), sorted(errAfter))
		})
	}
}

func TestResultContextPoolAndFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, _ := resultsContextBefore(t.Context(), one)
		after, _ := resultsContextAfter(t.Context(), one)
		equal(t, "only successes, by time", []string{"A", "ABC"}, before)
		equal(t, "a place for each", []string{"ABC", "", "A"}, after)
	})
}

func iterMapBefore(ctx context.Context, urls []string) ([]string, error) {
	return iter.MapErr(urls, func(u *string) (string, error) {
		return get(ctx, *u)
	})
}

func iterMapAfter(ctx context.Context, urls []string) ([]string, error) {
	s := collectall.Strategy{Limit: runtime.GOMAXPROCS(0)}
	return fate.Map(ctx, s, urls, get)
}

func TestIterMap(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			before, errBefore := iterMapBefore(t.Context(), urls)
			after, errAfter := iterMapAfter(t.Context(), urls)
			equal(t, "the results", before, after)
			equal(t, "the failures", sorted(errBefore), sorted(errAfter))
		})
	}
}

func TestIterMapWhoseContextEnds(t *testing.T) {
	calls := func(f func(context.Context, []string) ([]string, error)) (err error) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errStop)
		_, err = f(ctx, good)
		return err
	}
	if before := calls(iterMapBefore); len(leaves(before)) != len(good) || errors.Is(before, errStop) {
		t.Errorf("before: %v", before) // each was called, and says that its context has ended
	}
	after := calls(iterMapAfter)
	if is(t, after, errStop); len(leaves(after)) != 1 {
		t.Errorf("after: %v", after) // none was
	}
}

// A page that is looked at in its place.
type seen struct {
	name string
	page string
}

func iterEachBefore(pages []seen) {
	iter.ForEach(pages, func(p *seen) {
		p.page = getOnly(p.name)
	})
}

func iterEachAfter(pages []seen) {
	g := fate.New(context.Background(), collectall.Strategy{
		Limit: runtime.GOMAXPROCS(0)})
	for i := range pages {
		g.Go(func(context.Context) error {
			pages[i].page = getOnly(pages[i].name)
			return nil
		})
	}
	g.Wait()
}

func TestIterForEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := []seen{{name: "a"}, {name: "no-b"}, {name: "abc"}}
		after := slices.Clone(before)
		iterEachBefore(before)
		iterEachAfter(after)
		equal(t, "the pages", before, after)
	})
}

func TestIterForEachIsAtMostGOMAXPROCS(t *testing.T) {
	// Without a Limit, all would be at once; with it, both take as long.
	synctest.Test(t, func(t *testing.T) {
		pages := make([]seen, 4*runtime.GOMAXPROCS(0))
		for i := range pages {
			pages[i].name = "a"
		}
		before := took(func() { iterEachBefore(pages) })
		equal(t, "the time", before, took(func() { iterEachAfter(pages) }))
		equal(t, "the time without a limit", before/4, took(func() { resultsAfter(make([]string, len(pages)), func(string) string { return getOnly("a") }) }))
	})
}

func streamBefore(urls []string, get func(string) string, show func(string)) {
	s := stream.New().WithMaxGoroutines(2)
	for _, u := range urls {
		s.Go(func() stream.Callback {
			page := get(u)
			return func() { show(page) }
		})
	}
	s.Wait()
}

func streamAfter(ctx context.Context, urls []string, get func(context.Context, string) (string, error), show func(string)) error {
	s := failfast.Strategy{Limit: 2}
	in := slices.Values(urls)
	for page, err := range fate.Stream(ctx, s, in, get) {
		if err != nil {
			return err
		}
		show(page)
	}
	return nil
}

func atOnly(name string) string { page, _ := at(context.Background(), name); return page }

// Not in bubbles, which conc's stream would mix up: it keeps its channels for the next.
func TestStream(t *testing.T) {
	for _, urls := range [][]string{none, good, {"abcdef", "a", "ab", "b"}} {
		var before, after []string
		streamBefore(urls, atOnly, func(page string) { before = append(before, page) })
		if err := streamAfter(t.Context(), urls, at, func(page string) { after = append(after, page) }); err != nil {
			t.Error(err)
		}
		equal(t, "what is shown", before, after)
	}
}

func TestStreamAndFailures(t *testing.T) {
	var before, after []string
	streamBefore(one, atOnly, func(page string) { before = append(before, page) })
	equal(t, "shown before", []string{"ABC", "", "A"}, before)
	is(t, streamAfter(t.Context(), one, at, func(page string) { after = append(after, page) }), errMissing)
	equal(t, "shown after", []string{"ABC"}, after)
}

func TestGoInATaskWhileWaitWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if !raced { // which it would be
			before := pool.New()
			before.Go(func() {
				_ = deaf("a") // until Wait waits
				before.Go(func() {})
			})
			if panicOf(before.Wait) == nil {
				t.Error("before: Wait did not panic")
			}
		}
		ran := false
		after := fate.New(t.Context(), failfast.Strategy{})
		after.Go(func(context.Context) error {
			_ = deaf("a")
			after.Go(func(context.Context) error { ran = true; return nil })
			return nil
		})
		if err := after.Wait(); err != nil || !ran {
			t.Errorf("after: %v, has run: %v", err, ran)
		}
	})
}
