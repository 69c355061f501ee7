package fate_test

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"testing"

	"github.com/hashicorp/go-multierror"
	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

func missingThere(errs []error) bool {
	err := errors.Join(errs...)
	return err == fs.ErrNotExist
}

func missingHere(ctx context.Context, files []string, remove func(context.Context, string) error) bool {
	err := fate.ForEach(ctx, collectall.Strategy{}, slices.Values(files), remove)
	return err == fs.ErrNotExist
}

func missingInstead(ctx context.Context, files []string, remove func(context.Context, string) error) bool {
	err := fate.ForEach(ctx, collectall.Strategy{}, slices.Values(files), remove)
	return errors.Is(err, fs.ErrNotExist)
}

func TestPitfallAJoinedErrorThatIsCompared(t *testing.T) {
	one := []string{"a"}
	missing := func(context.Context, string) error { return fs.ErrNotExist }
	pitfall{
		there: func(t *testing.T) {
			if missingThere([]error{fs.ErrNotExist}) {
				t.Error("a joined error is the one in it")
			}
		},
		here: func(t *testing.T) {
			if missingHere(t.Context(), one, missing) {
				t.Error("a joined error is the one in it")
			}
			if err := fate.ForEach(t.Context(), failfast.Strategy{}, slices.Values(one), missing); err != fs.ErrNotExist {
				t.Errorf("failfast's error is not bare: %v", err)
			}
		},
		instead: func(t *testing.T) {
			if !missingInstead(t.Context(), one, missing) {
				t.Error("not found")
			}
			err := fate.ForEach(t.Context(), collectall.Strategy{}, slices.Values(one), missing)
			var each []uint64
			if all, ok := errors.AsType[*fate.Errors](err); ok {
				for _, task := range all.Tasks {
					each = append(each, task.ID)
				}
			}
			if !slices.Equal(each, []uint64{0}) {
				t.Errorf("%v failed", each)
			}
		},
	}.test(t)
}

func checkThere(checks ...func() error) error {
	var g multierror.Group
	for _, c := range checks {
		g.Go(c)
	}
	return g.Wait() // a *multierror.Error, which is nil, in an error, which is not
}

// An invalid is what is wrong with an order.
type invalid struct{ field string }

func (e *invalid) Error() string { return e.field + " is missing" }

func validate(order string) *invalid {
	if order == "" {
		return &invalid{"order"}
	}
	return nil
}

func checkHere(ctx context.Context, order string) error {
	g := fate.New(ctx, failfast.Strategy{})
	g.Go(func(context.Context) error { return validate(order) })
	return g.Wait()
}

func checkInstead(ctx context.Context, order string) error {
	g := fate.New(ctx, failfast.Strategy{})
	g.Go(func(context.Context) error {
		if err := validate(order); err != nil {
			return err
		}
		return nil
	})
	return g.Wait()
}

func TestPitfallANilPointerInAnError(t *testing.T) {
	pitfall{
		there: func(t *testing.T) {
			if err := checkThere(func() error { return nil }); err == nil {
				t.Error("the nil pointer is a nil error")
			}
		},
		here: func(t *testing.T) {
			err := checkHere(t.Context(), "a lamp")
			if e, ok := errors.AsType[*invalid](err); !ok || e != nil {
				t.Errorf("Wait is %T", err)
			}
			for _, s := range []fate.Strategy{failfast.Strategy{}, collectall.Strategy{}} {
				g := fate.New(t.Context(), s)
				g.Go(succeeds)
				if err := g.Wait(); err != nil { // of ours, nothing is such an error
					t.Error(err)
				}
			}
		},
		instead: func(t *testing.T) {
			if err := checkInstead(t.Context(), "a lamp"); err != nil {
				t.Error(err)
			}
			if _, ok := errors.AsType[*invalid](checkInstead(t.Context(), "")); !ok {
				t.Error("nothing is wrong")
			}
		},
	}.test(t)
}

// mustLoad is a helper of tests: t.FailNow ends the goroutine, as t.Fatal does.
func mustLoad() { runtime.Goexit() }

// load is such a helper that returns its error.
func load() error { return errTask }

func TestPitfallGoexitInATask(t *testing.T) {
	pitfall{
		there: func(t *testing.T) {
			var g errgroup.Group
			g.Go(func() error {
				mustLoad() // t.FailNow in it ends this goroutine
				return nil
			})
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		},
		here: func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1})
			g.Go(func(context.Context) error {
				mustLoad()
				return nil
			})
			g.Go(untilDone)
			wantIs(t, g.Wait(), fate.ErrGoexit)
			wantIs(t, context.Cause(g.Context()), fate.ErrGoexit)
		},
		instead: func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{})
			g.Go(func(context.Context) error { return load() })
			// FailNow after Wait, in the test's own goroutine, if this is not nil.
			wantIs(t, g.Wait(), errTask)
		},
	}.test(t)
}

func recoverThere(parse func() error) (err error) {
	defer func() {
		if v := recover(); v != nil { // of this goroutine, not of the task's
			err = errors.New("the input is broken")
		}
	}()
	var g errgroup.Group
	g.Go(parse)
	return g.Wait()
}

func recoverHere(ctx context.Context, parse fate.Task) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errors.New("the input is broken")
		}
	}()
	g := fate.New(ctx, failfast.Strategy{})
	g.Go(parse)
	return g.Wait()
}

func recoverInstead(ctx context.Context, parse fate.Task) error {
	g := fate.New(ctx, failfast.Strategy{}, fate.Panics(fate.Return))
	g.Go(parse)
	return g.Wait() // a *fate.PanicError, with the task's stack
}

func TestPitfallARecoverThatIsNotInTheTask(t *testing.T) {
	pitfall{
		there: func(t *testing.T) { wantCrash(t, "recoverThere") },
		here:  func(t *testing.T) { wantCrash(t, "recoverHere") },
		instead: func(t *testing.T) {
			err := recoverInstead(t.Context(), crashingTask)
			if p, ok := errors.AsType[*fate.PanicError](err); !ok || len(p.Stack) == 0 {
				t.Errorf("Wait is %v", err)
			}
			wantIs(t, err, errCrash)
		},
	}.test(t)
}
