package situations

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sourcegraph/conc/panics"
	"github.com/sourcegraph/conc/pool"
)

// Row 15: a task may panic, or call runtime.Goexit.

var errPanic = errors.New("situations: the value of the panic")

func panicWorks() []Work {
	every4 := func(i int) bool { return i%4 != 3 }
	return []Work{
		{
			Row: 15, Name: "panics-return", About: "%s tasks, every fourth panics, each panic an error with its stack", Tasks: 16,
			Want: func(n int) Done {
				return Done{Sum: sumOf(n, every4), Cut: n / 4, Told: n / 4, Err: zeroOr(errPanic, n/4)}
			},
			Sides: []Side{
				{Name: "Panics(Return)", Do: func(ctx context.Context, n int) Done { return returnOurs(ctx, n, every4) }},
				{Name: "by hand", Do: func(ctx context.Context, n int) Done { return returnByHand(n, every4) }, Less: "nothing is stopped by a failure"},
				{Name: "conc panics.Try", Do: func(ctx context.Context, n int) Done { return returnConc(n, every4) }, Less: "runtime.Goexit is taken for success"},
			},
		},
		{
			Row: 15, Name: "panics-none", About: "%s tasks, whose panics would be errors, and none panics", Tasks: 16,
			Want: func(n int) Done { return Done{Sum: sumOf(n, always)} },
			Sides: []Side{
				{Name: "Panics(Return)", Do: func(ctx context.Context, n int) Done { return returnOurs(ctx, n, always) }},
				{Name: "by hand", Do: func(ctx context.Context, n int) Done { return returnByHand(n, always) }, Less: "nothing is stopped by a failure"},
				{Name: "conc panics.Try", Do: func(ctx context.Context, n int) Done { return returnConc(n, always) }, Less: "runtime.Goexit is taken for success"},
			},
		},
		{
			Row: 15, Name: "panics-rethrow", About: "%s tasks, one panics, and Wait panics once the others have ended", Tasks: 16,
			Want: func(n int) Done { return Done{Sum: sumOf(n-1, always), Cut: 1, Told: 1, Err: errPanic} },
			Sides: []Side{
				{Name: "Panics(Rethrow)", Do: rethrowOurs},
				{Name: "conc pool", Do: rethrowConc, Less: "of several panics one is told, and errors are lost beside it; the value is no error"},
				{Name: "by hand", Do: rethrowByHand, Less: "of several panics one is told"},
			},
		},
		{
			Row: 15, Name: "goexit", About: "%s tasks, one calls runtime.Goexit, which is an error", Tasks: 16,
			Want: func(n int) Done { return Done{Sum: sumOf(n-1, always), Cut: 1, Told: 1, Err: fate.ErrGoexit} },
			Sides: []Side{
				{Name: "fate", Do: goexitOurs},
				{Name: "by hand", Do: goexitByHand, Less: "nothing is stopped by a failure"},
			},
		},
	}
}

func zeroOr(err error, n int) error {
	if n == 0 {
		return nil
	}
	return err
}

// risky does task i's work if it is a good one, and else panics.
func (s slots) risky(i int, good func(int) bool) {
	if !good(i) {
		panic(errPanic)
	}
	s.put(i)
}

func returnOurs(ctx context.Context, n int, good func(int) bool) Done {
	work := make(slots, n)
	g := fate.New(ctx, collectall.Strategy{}, fate.Panics(fate.Return))
	for i := range work {
		g.Go(func(context.Context) error { work.risky(i, good); return nil })
	}
	err := g.Wait()
	d := Done{Sum: work.sum(), Cut: work.missing(), Err: err}
	if all, ok := errors.AsType[*fate.Errors](err); ok {
		for _, t := range all.Tasks {
			if p, ok := errors.AsType[*fate.PanicError](t); ok && len(p.Stack) > 0 {
				d.Told++
			}
		}
	}
	return d
}

// A caught is the error that a panic becomes, by hand.
type caught struct {
	value any
	stack []byte
}

func (c *caught) Error() string { return fmt.Sprintf("a task panicked: %v", c.value) }

func (c *caught) Unwrap() error {
	err, _ := c.value.(error)
	return err
}

var errExited = fmt.Errorf("situations: a task did not return: %w", fate.ErrGoexit)

// guard calls f and hands fail its error, also if it panics or calls runtime.Goexit.
func guard(f func() error, fail func(error)) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil { // the runtime makes an error of panic(nil)
			fail(&caught{v, debug.Stack()})
			return
		}
		fail(errExited)
	}()
	err := f()
	returned = true
	if err != nil {
		fail(err)
	}
}

func returnByHand(n int, good func(int) bool) Done {
	work := make(slots, n)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	fail := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		errs = append(errs, err)
	}
	for i := range work {
		wg.Go(func() {
			guard(func() error { work.risky(i, good); return nil }, fail)
		})
	}
	wg.Wait()
	d := Done{Sum: work.sum(), Cut: work.missing(), Err: errors.Join(errs...)}
	for _, err := range errs {
		if c, ok := errors.AsType[*caught](err); ok && len(c.stack) > 0 {
			d.Told++
		}
	}
	return d
}

func returnConc(n int, good func(int) bool) Done {
	work := make(slots, n)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for i := range work {
		wg.Go(func() {
			if r := panics.Try(func() { work.risky(i, good) }); r != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, r.AsError())
			}
		})
	}
	wg.Wait()
	d := Done{Sum: work.sum(), Cut: work.missing(), Err: errors.Join(errs...)}
	for _, err := range errs {
		if r, ok := errors.AsType[*panics.ErrRecovered](err); ok && len(r.Stack) > 0 {
			d.Told++
		}
	}
	return d
}

// rethrown calls wait, which is to panic, and returns the error in the value of that panic, as caught makes it.
func rethrown(wait func(), caught func(value any) error) (told int, err error) {
	defer func() {
		if v := recover(); v != nil {
			told, err = 1, caught(v)
		}
	}()
	wait()
	return 0, nil
}

// asError is for values that are errors themselves.
func asError(value any) error {
	err, _ := value.(error)
	return err
}

func rethrowOurs(ctx context.Context, n int) Done {
	work := make(slots, n)
	g := fate.New(ctx, collectall.Strategy{}, fate.Panics(fate.Rethrow))
	for i := range work {
		g.Go(func(context.Context) error {
			work.risky(i, func(i int) bool { return i < n-1 })
			return nil
		})
	}
	told, err := rethrown(func() { _ = g.Wait() }, asError)
	return Done{work.sum(), work.missing(), told, err}
}

func rethrowConc(_ context.Context, n int) Done {
	work := make(slots, n)
	p := pool.New()
	for i := range work {
		p.Go(func() { work.risky(i, func(i int) bool { return i < n-1 }) })
	}
	told, err := rethrown(p.Wait, func(value any) error {
		if r, ok := value.(*panics.Recovered); ok {
			return r.AsError()
		}
		return nil
	})
	return Done{work.sum(), work.missing(), told, err}
}

func rethrowByHand(_ context.Context, n int) Done {
	work := make(slots, n)
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for i := range work {
		wg.Go(func() {
			guard(func() error {
				work.risky(i, func(i int) bool { return i < n-1 })
				return nil
			}, func(err error) { once.Do(func() { first = err }) })
		})
	}
	told, err := rethrown(func() {
		wg.Wait()
		if first != nil {
			panic(first)
		}
	}, asError)
	return Done{work.sum(), work.missing(), told, err}
}

func goexitOurs(ctx context.Context, n int) Done {
	work := make(slots, n)
	g := fate.New(ctx, collectall.Strategy{})
	for i := range work {
		g.Go(func(context.Context) error {
			work.unlessLast(i)
			return nil
		})
	}
	err := g.Wait()
	return Done{work.sum(), work.missing(), int(g.Tally().Exited), err}
}

// unlessLast does the work of every task but the last, which calls runtime.Goexit as t.FailNow does.
func (s slots) unlessLast(i int) {
	if i == len(s)-1 {
		runtime.Goexit()
	}
	s.put(i)
}

func goexitByHand(_ context.Context, n int) Done {
	work := make(slots, n)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for i := range work {
		wg.Go(func() {
			guard(func() error { work.unlessLast(i); return nil }, func(err error) {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			})
		})
	}
	wg.Wait()
	return Done{work.sum(), work.missing(), len(errs), errors.Join(errs...)}
}
