package compare

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
)

func errorBehaviours() []Behaviour {
	return []Behaviour{
		{
			Name:     "Wait returns",
			Question: "Three tasks fail one after the other: which of the errors does Wait return?",
			Isolated: true, Observe: whatWaitReturns,
		},
		{
			Name:     "order of errors",
			Question: "Three tasks fail in another order than they were started in: in which are the errors listed?",
			Isolated: true, Observe: orderOfErrors,
		},
		{
			Name:     "a single error",
			Question: "One task fails: is Wait's error the same value (==) or does it wrap it?",
			Observe:  singleError,
		},
		{
			Name:     "no error",
			Question: "No task fails: is what the library's Wait returns nil as an error, or a typed nil?",
			Observe:  noError,
		},
		{
			Name:     "errors.Is reaches",
			Question: "Four tasks fail, one with a wrapped error and one with two joined: does errors.Is find all five?",
			Observe:  reachOfIs,
		},
		{
			Name:     "errors.Is, miss: allocs",
			Question: "A hundred tasks fail: what does errors.Is allocate that looks for another error?",
			Isolated: true, Observe: costOfMiss,
		},
		{
			Name:     "text of 10000 errors",
			Question: "How does the memory that Wait's error takes for its text grow with the number of errors?",
			Isolated: true, Observe: growthOfText,
		},
		{
			Name:     "error once returned",
			Question: "Wait has returned an error and another task fails: does that error's text change?",
			Isolated: true, Observe: errorOnceReturned,
		},
	}
}

// failThree starts tasks 0, 1 and 2 and lets them fail in the order 1, 2, 0, each after the one before has been taken in.
func failThree(ctx context.Context, c Contender) (errs []error, got error) {
	errs = numbered(3)
	g := openFree(ctx, c)
	var gates [3]chan struct{}
	for i := range gates {
		gates[i] = make(chan struct{})
		g.Go(blocks(gates[i], errs[i]))
	}
	for _, i := range []int{1, 2, 0} {
		close(gates[i])
		settle()
	}
	return errs, g.Wait()
}

func whatWaitReturns(ctx context.Context, c Contender) Answer {
	errs, got := failThree(ctx, c)
	switch n := reach(got, errs); {
	case got == nil:
		return answer("nil", "three tasks failed and Wait returned nil")
	case n == 3:
		return answer("all", "Wait returned all three")
	case n == 1 && errors.Is(got, errs[1]):
		return answer("first", "Wait returned the first by time alone")
	case n == 1 && errors.Is(got, errs[0]):
		return answer("last", "Wait returned the last by time alone")
	default:
		return answer("some", "Wait returned %d of three: %s", n, text(got))
	}
}

func orderOfErrors(ctx context.Context, c Contender) Answer {
	errs, got := failThree(ctx, c)
	if reach(got, errs) < len(errs) {
		return noQuestion("Wait does not return all errors")
	}
	var at [3]int
	for i, err := range errs {
		at[i] = strings.Index(got.Error(), err.Error())
	}
	switch {
	case slices.Contains(at[:], -1):
		return answer("unlisted", "the text lacks some of them: %s", text(got))
	case at[0] < at[1] && at[1] < at[2]:
		return answer("started", "the order in which the tasks were started")
	case at[1] < at[2] && at[2] < at[0]:
		return answer("ended", "the order in which the tasks ended")
	default:
		return answer("other", "neither the order of starting nor that of ending: %s", text(got))
	}
}

func singleError(ctx context.Context, c Contender) Answer {
	failure := errors.New("the failure")
	g := openFree(ctx, c)
	g.Go(returns(failure))
	switch got := g.Wait(); {
	case got == failure:
		return answer("same", "Wait's error == the task's")
	case errors.Is(got, failure):
		return answer("wrapped", "Wait's error is a %T", got)
	default:
		return answer("lost", "Wait returned %s", text(got))
	}
}

func noError(ctx context.Context, c Contender) Answer {
	wait := rawWait(ctx, c)
	if err := wait(); err != nil {
		return answer("typed nil", "assigned to an error, what Wait returns is a %T and not nil", err)
	}
	return answer("nil", "Wait returned nil")
}

func reachOfIs(ctx context.Context, c Contender) Answer {
	errs := numbered(5)
	g := openFree(ctx, c)
	g.Go(returns(errs[0]))
	g.Go(returns(errs[1]))
	g.Go(returns(fmt.Errorf("wrapped: %w", errs[2])))
	g.Go(returns(errors.Join(errs[3], errs[4])))
	got := g.Wait()
	if got == nil {
		return noQuestion("Wait returns no error")
	}
	switch n := reach(got, errs); n {
	case 5:
		return answer("all", "errors.Is found all five")
	case 1, 2: // the joined two count as one task's error
		return answer("one task", "errors.Is found the error of one task only")
	default:
		return answer(fmt.Sprintf("%d of 5", n), "errors.Is found %d of five", n)
	}
}

// failMany runs n tasks that fail and returns Wait's error.
func failMany(ctx context.Context, c Contender, n int) error {
	g := openFree(ctx, c)
	for _, err := range numbered(n) {
		g.Go(returns(err))
	}
	return g.Wait()
}

func costOfMiss(ctx context.Context, c Contender) Answer {
	got := failMany(ctx, c, 100)
	if got == nil {
		return noQuestion("Wait returns no error")
	}
	other := errors.New("another error")
	errors.Is(got, other) // whatever is made once has been made
	settle()
	const calls = 100
	allocs, _ := allocated(func() {
		for range calls {
			errors.Is(got, other)
		}
	})
	perCall := (allocs + calls/2) / calls
	return answer(fmt.Sprint(perCall), "%d allocations each time", perCall)
}

func growthOfText(ctx context.Context, c Contender) Answer {
	const few, many = 1000, 10000
	size := func(n int) (bytes uint64, lines int) {
		err := failMany(ctx, c, n)
		if err == nil {
			return 0, 0
		}
		settle()
		var s string
		_, bytes = allocated(func() { s = err.Error() })
		return bytes, strings.Count(s, "failure")
	}
	small, _ := size(few)
	large, listed := size(many)
	if listed < many {
		return noQuestion("Wait's error does not list them")
	}
	const detail = "%d bytes are allocated for the text of %d errors, %d for that of %d"
	// Ten times the errors: ten times the memory or a hundred times.
	if large > 30*small {
		return answer("quadratic", detail, small, few, large, many)
	}
	return answer("linear", detail, small, few, large, many)
}

// allocated says how many objects and bytes f allocates, if nothing else runs.
func allocated(f func()) (objects, bytes uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc
}

func errorOnceReturned(ctx context.Context, c Contender) Answer {
	g := openFree(ctx, c)
	g.Go(returns(errors.New("the failure")))
	got := g.Wait()
	if got == nil {
		return noQuestion("Wait returns no error")
	}
	before := got.Error()
	if p := attempt(func() {
		g.Go(returns(errors.New("a later failure")))
		settle()
		g.Wait()
	}); p != nil {
		return answer("constant", "nothing can be added: %v", p)
	}
	if after := got.Error(); after != before {
		return answer("changes", "its text was %.40q, then %.80q", before, after)
	}
	return answer("constant", "its text stayed the same")
}
