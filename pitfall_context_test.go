package fate_test

import (
	"context"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

// failsAfter is a function for errgroup that fails after a while.
func failsAfter(d time.Duration) func() error {
	return func() error { time.Sleep(d); return errTask }
}

// request takes a minute, or until its context ends.
func request(ctx context.Context, _ string) error {
	select {
	case <-time.After(time.Minute):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestPitfallATaskThatNeverLooksAtItsContext(t *testing.T) {
	parts := make([]string, 60)
	hash := func(string) { time.Sleep(time.Second) }
	const fails = 1500 * time.Millisecond
	pitfall{
		there: bubble(func(t *testing.T) {
			g, _ := errgroup.WithContext(t.Context())
			g.Go(failsAfter(fails))
			g.Go(func() error {
				for _, p := range parts {
					hash(p)
				}
				return nil
			})
			wantTook(t, time.Minute, func() { wantIs(t, g.Wait(), errTask) })
		}),
		here: bubble(func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{})
			g.Go(endsAfter(fails, errTask))
			g.Spawn("hash", func(context.Context) error {
				for _, p := range parts {
					hash(p)
				}
				return nil
			})
			time.Sleep(2 * time.Second)
			for c := range g.Children() { // it tells who is late
				if c.Name() != "hash" {
					t.Errorf("%s has not ended", c.Name())
				}
			}
			wantTally(t, g, fate.Tally{Offered: 2, Running: 1, Failed: 1})
			if g.Go(succeeds) {
				t.Error("Go is true after the stop")
			}
			wantTook(t, 58*time.Second, func() { wantIs(t, g.Wait(), errTask) })
		}),
		instead: bubble(func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{})
			g.Go(endsAfter(fails, errTask))
			g.Go(func(ctx context.Context) error {
				for _, p := range parts {
					if err := ctx.Err(); err != nil {
						return err
					}
					hash(p)
				}
				return nil
			})
			wantTook(t, 2*time.Second, func() { wantIs(t, g.Wait(), errTask) })
		}),
	}.test(t)
}

func storeThere(ctx context.Context, load func() error, store func(context.Context) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(load)
	if err := g.Wait(); err != nil {
		return err
	}
	return store(ctx) // the group's, and over
}

func storeInstead(ctx context.Context, load fate.Task, store func(context.Context) error) error {
	g := fate.New(ctx, failfast.Strategy{})
	g.Go(load)
	if err := g.Wait(); err != nil {
		return err
	}
	return store(ctx)
}

func TestPitfallTheGroupsContextAfterWait(t *testing.T) {
	store := func(ctx context.Context) error { return ctx.Err() }
	pitfall{
		there: func(t *testing.T) {
			wantIs(t, storeThere(t.Context(), func() error { return nil }, store), context.Canceled)
		},
		here: func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{})
			g.Go(succeeds)
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
			wantIs(t, store(g.Context()), context.Canceled)
		},
		instead: func(t *testing.T) {
			if err := storeInstead(t.Context(), succeeds, store); err != nil {
				t.Error(err)
			}
		},
	}.test(t)
}

// refresh was written before there were contexts here.
func refresh(url string) error {
	return request(context.Background(), url)
}

func TestPitfallAHelperThatIsNotHandedTheContext(t *testing.T) {
	const url = "/news"
	pitfall{
		there: bubble(func(t *testing.T) {
			g, _ := errgroup.WithContext(t.Context())
			g.Go(failsAfter(time.Second))
			g.Go(func() error { return refresh(url) })
			wantTook(t, time.Minute, func() { wantIs(t, g.Wait(), errTask) })
		}),
		here: bubble(func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{})
			g.Go(endsAfter(time.Second, errTask))
			g.Go(func(context.Context) error { return refresh(url) })
			wantTook(t, time.Minute, func() { wantIs(t, g.Wait(), errTask) })
		}),
		instead: bubble(func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{})
			g.Go(endsAfter(time.Second, errTask))
			g.Go(func(ctx context.Context) error { return request(ctx, url) })
			wantTook(t, time.Second, func() { wantIs(t, g.Wait(), errTask) })
		}),
	}.test(t)
}

func uploadThere(ctx context.Context, files []string, upload func(string) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(1)
	for _, f := range files {
		g.Go(func() error {
			if ctx.Err() != nil {
				return nil // whoever failed has said so
			}
			return upload(f)
		})
	}
	return g.Wait()
}

func uploadHere(ctx context.Context, files []string, upload func(string) error) error {
	g := fate.New(ctx, failfast.Strategy{Limit: 1})
	for _, f := range files {
		g.Go(func(ctx context.Context) error {
			if ctx.Err() != nil {
				return nil
			}
			return upload(f)
		})
	}
	return g.Wait()
}

func uploadInstead(ctx context.Context, files []string, upload func(string) error) error {
	g := fate.New(ctx, failfast.Strategy{Limit: 1})
	for _, f := range files {
		g.Go(func(ctx context.Context) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return upload(f)
		})
	}
	return g.Wait()
}

func TestPitfallAnEndedParentThatLooksLikeSuccess(t *testing.T) {
	files := []string{"a", "b", "c"}
	interrupted := func(do func(context.Context, []string, func(string) error) error) (uploaded int, err error) {
		ctx, cancel := context.WithCancelCause(t.Context())
		err = do(ctx, files, func(string) error {
			uploaded++
			cancel(errCause)
			return nil
		})
		return uploaded, err
	}
	pitfall{
		there: func(t *testing.T) {
			if n, err := interrupted(uploadThere); n != 1 || err != nil {
				t.Errorf("%d uploaded, %v", n, err)
			}
		},
		here: func(t *testing.T) {
			n, err := interrupted(uploadHere)
			if n != 1 {
				t.Errorf("%d uploaded", n)
			}
			wantIs(t, err, errCause)
			// But what had started, and says that it succeeded, is believed.
			ctx, cancel := context.WithCancel(t.Context())
			g := fate.New(ctx, failfast.Strategy{})
			g.Go(func(ctx context.Context) error {
				cancel()
				if ctx.Err() != nil {
					return nil
				}
				return errTask
			})
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		},
		instead: func(t *testing.T) {
			n, err := interrupted(uploadInstead)
			if n != 1 {
				t.Errorf("%d uploaded", n)
			}
			wantIs(t, err, errCause)
			ctx, cancel := context.WithCancel(t.Context())
			err = uploadInstead(ctx, files, func(string) error { cancel(); return ctx.Err() })
			wantIs(t, err, context.Canceled)
		},
	}.test(t)
}
