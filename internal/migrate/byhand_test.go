package migrate_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

func channelBefore(urls []string) error {
	var wg sync.WaitGroup
	failed := make(chan error, len(urls))
	for _, u := range urls {
		wg.Go(func() {
			if err := deaf(u); err != nil {
				failed <- err
			}
		})
	}
	wg.Wait()
	close(failed)
	var all []error
	for err := range failed {
		all = append(all, err)
	}
	return errors.Join(all...)
}

func channelAfter(ctx context.Context, urls []string) error {
	g := fate.New(ctx, collectall.Strategy{})
	for _, u := range urls {
		g.Go(func(context.Context) error { return deaf(u) })
	}
	return g.Wait()
}

func TestErrorChannel(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the failures", sorted(channelBefore(urls)), sorted(channelAfter(t.Context(), urls)))
		})
	}
}

func TestErrorChannelAndOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		equal(t, "by time", []string{"no-a: no such page", "no-ab: no such page", "no-abc: no such page"}, leaves(channelBefore(many)))
		after := channelAfter(t.Context(), many)
		equal(t, "by submission", []string{"no-abc: no such page", "no-a: no such page", "no-ab: no such page"}, leaves(after))
		if all, ok := errors.AsType[*fate.Errors](after); !ok || all.Tasks[1].ID != 2 {
			t.Errorf("the second failure is not that of the third task: %v", after)
		}
	})
}

func onceBefore(ctx context.Context, urls []string, check checker) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for _, u := range urls {
		wg.Go(func() {
			if err := check(ctx, u); err != nil {
				once.Do(func() { first = err; cancel() })
			}
		})
	}
	wg.Wait()
	return first
}

func onceAfter(ctx context.Context, urls []string, check checker) error {
	g := fate.New(ctx, failfast.Strategy{})
	for _, u := range urls {
		g.Go(func(ctx context.Context) error {
			return check(ctx, u)
		})
	}
	return g.Wait()
}

func TestOnceAndCancel(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the error", onceBefore(t.Context(), urls, check), onceAfter(t.Context(), urls, check))
		})
	}
}

func TestOnceAndCancelAndTheCause(t *testing.T) {
	cause := func(f func(context.Context, []string, checker) error) (why error) {
		synctest.Test(t, func(t *testing.T) {
			is(t, f(t.Context(), []string{"no-a", "abcdef"}, func(ctx context.Context, name string) error {
				err := check(ctx, name)
				if name == "abcdef" {
					why = context.Cause(ctx)
				}
				return err
			}), errMissing)
		})
		return why
	}
	equal(t, "the cause before", context.Canceled, cause(onceBefore))
	is(t, cause(onceAfter), errMissing)
}

func mutexBefore(ctx context.Context, urls []string) (map[string]string, error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	pages := map[string]string{}
	var all []error
	for _, u := range urls {
		wg.Go(func() {
			page, err := get(ctx, u)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				all = append(all, err)
				return
			}
			pages[u] = page
		})
	}
	wg.Wait()
	return pages, errors.Join(all...)
}

func mutexAfter(ctx context.Context, urls []string) (map[string]string, error) {
	s := collectall.Strategy{}
	got, err := fate.Map(ctx, s, urls, get)
	pages := map[string]string{}
	for i, page := range got {
		if page != "" {
			pages[urls[i]] = page
		}
	}
	return pages, err
}

func TestMutex(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			before, errBefore := mutexBefore(t.Context(), urls)
			after, errAfter := mutexAfter(t.Context(), urls)
			equal(t, "the pages", before, after)
			equal(t, "the failures", sorted(errBefore), sorted(errAfter))
		})
	}
}

func TestMutexAndOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, before := mutexBefore(t.Context(), many)
		_, after := mutexAfter(t.Context(), many)
		equal(t, "first by time", "no-a: no such page", leaves(before)[0])
		equal(t, "first by index", "no-abc: no such page", leaves(after)[0])
	})
}

func TestMutexAndEmptyPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		urls := []string{"", "a"} // the page at "" is empty, and no failure
		before, errBefore := mutexBefore(t.Context(), urls)
		after, errAfter := mutexAfter(t.Context(), urls)
		equal(t, "the failures", errBefore, errAfter)
		equal(t, "the pages before", map[string]string{"": "", "a": "A"}, before)
		equal(t, "the pages after", map[string]string{"a": "A"}, after)
	})
}

func semaphoreBefore(ctx context.Context, urls []string, check checker) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, 2)
	for _, u := range urls {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			_ = check(ctx, u)
		})
	}
	wg.Wait()
}

func semaphoreAfter(ctx context.Context, urls []string, check checker) {
	s := collectall.Strategy{Limit: 2}
	in := slices.Values(urls)
	_ = fate.ForEach(ctx, s, in, check)
}

func TestSemaphore(t *testing.T) {
	for _, urls := range [][]string{none, good, one, many} {
		synctest.Test(t, func(t *testing.T) {
			run := func(f func(context.Context, []string, checker)) (checked []string, d time.Duration) {
				var mu sync.Mutex
				d = took(func() {
					f(t.Context(), urls, func(ctx context.Context, name string) error {
						mu.Lock()
						checked = append(checked, name)
						mu.Unlock()
						return check(ctx, name)
					})
				})
				slices.Sort(checked)
				return checked, d
			}
			before, tookBefore := run(semaphoreBefore)
			after, tookAfter := run(semaphoreAfter)
			equal(t, "checked", before, after)
			equal(t, "the time", tookBefore, tookAfter)
		})
	}
}

func TestSemaphoreWhoseContextEnds(t *testing.T) {
	checked := func(f func(context.Context, []string, checker)) (n int) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		count := make(chan string, len(good))
		f(ctx, good, func(_ context.Context, name string) error { count <- name; return nil })
		return len(count)
	}
	equal(t, "checked before", len(good), checked(semaphoreBefore))
	equal(t, "checked after", 0, checked(semaphoreAfter))
}

func workersBefore(urls []string, visit func(string)) {
	var wg sync.WaitGroup
	jobs := make(chan string)
	for range 2 {
		wg.Go(func() {
			for u := range jobs {
				visit(u)
			}
		})
	}
	for _, u := range urls {
		jobs <- u
	}
	close(jobs)
	wg.Wait()
}

func workersAfter(ctx context.Context, urls []string, visit func(string)) error {
	s := failfast.Strategy{Limit: 2}
	return fate.ForEach(ctx, s, slices.Values(urls),
		func(_ context.Context, u string) error {
			visit(u)
			return nil
		})
}

func TestWorkers(t *testing.T) {
	for _, urls := range [][]string{none, good, many} {
		synctest.Test(t, func(t *testing.T) {
			run := func(f func(visit func(string))) (visited []string, d time.Duration) {
				var mu sync.Mutex
				d = took(func() {
					f(func(u string) {
						mu.Lock()
						visited = append(visited, u)
						mu.Unlock()
						_ = deaf(u)
					})
				})
				slices.Sort(visited)
				return visited, d
			}
			before, tookBefore := run(func(visit func(string)) { workersBefore(urls, visit) })
			after, tookAfter := run(func(visit func(string)) {
				if err := workersAfter(t.Context(), urls, visit); err != nil {
					t.Error(err)
				}
			})
			equal(t, "visited", before, after)
			equal(t, "the time", tookBefore, tookAfter)
		})
	}
}

// Before, a worker that calls runtime.Goexit is a worker less, and nothing says so.
func TestWorkersAndGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		visit := func(u string) {
			if _ = deaf(u); u == "a" {
				_ = exits(t.Context(), u)
			}
		}
		urls := []string{"a", "b", "c", "d"} // a second each, two at once
		equal(t, "the time, for the most part with one worker", 3*time.Second, took(func() { workersBefore(urls, visit) }))
		is(t, workersAfter(t.Context(), urls, visit), fate.ErrGoexit)
	})
}

func childBefore(ctx context.Context, check checker) (stop context.CancelFunc, wait func()) {
	var wg sync.WaitGroup
	one, stop := context.WithCancel(ctx)
	wg.Go(func() { _ = check(one, "search") })
	wg.Go(func() { _ = check(ctx, "upload") })
	return stop, wg.Wait
}

func childAfter(ctx context.Context, check checker) (stop func(error), wait func() error) {
	g := fate.New(ctx, failfast.Strategy{})
	one := g.Spawn("search", func(ctx context.Context) error {
		return check(ctx, "search")
	})
	g.Spawn("upload", func(ctx context.Context) error {
		return check(ctx, "upload")
	})
	return one.Cancel, g.Wait
}

func TestChild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ends := func() (checker, func() map[string]error) {
			var mu sync.Mutex
			all := map[string]error{}
			return func(ctx context.Context, name string) error {
				err := check(ctx, name)
				mu.Lock()
				defer mu.Unlock()
				all[name] = err
				return err
			}, func() map[string]error { return all }
		}
		check, before := ends()
		stop, wait := childBefore(t.Context(), check)
		stop()
		wait()
		check, after := ends()
		stopChild, waitAll := childAfter(t.Context(), check)
		synctest.Wait()
		stopChild(errStop)
		if err := waitAll(); err != nil { // the child that was stopped has not failed
			t.Error(err)
		}
		equal(t, "the ends", before(), after())
	})
}

func TestChildAndItsCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var why error
		check := func(ctx context.Context, name string) error {
			err := check(ctx, name)
			if name == "search" {
				why = context.Cause(ctx)
			}
			return err
		}
		stop, wait := childBefore(t.Context(), check)
		stop()
		wait()
		equal(t, "the cause before", context.Canceled, why)
		stopChild, waitAll := childAfter(t.Context(), check)
		synctest.Wait()
		stopChild(errStop)
		_ = waitAll()
		equal(t, "the cause after", errStop, why)
	})
}
