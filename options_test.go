package fate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

func TestNameIsInTheGroupsText(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{Limit: 3}, fate.Name("thumbnails"))
	g.Wait()
	for _, want := range []string{"thumbnails", "failfast limit=3", "offered 0"} {
		if !strings.Contains(fmt.Sprint(g), want) {
			t.Errorf("the group's text is %q, want %q in it", g, want)
		}
	}
}

func TestTheLastOfTwoOptionsCounts(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{}, fate.Panics(fate.Rethrow), fate.Panics(fate.Return))
	g.Go(func(context.Context) error { panic(errItem) })
	if err := g.Wait(); !errors.Is(err, errItem) {
		t.Errorf("Wait gave %v, want the panic as an error", err)
	}
}

// fill offers tasks by offer, all of which block, until one is not accepted at once, and says how many were. Call it in a bubble.
func fill(offer func(fate.Task) bool, ctx context.Context) (accepted int) {
	var n atomic.Int32
	go func() {
		for offer(func(context.Context) error { <-ctx.Done(); return nil }) {
			n.Add(1)
		}
	}()
	synctest.Wait()
	return int(n.Load())
}

func TestBacklogIsHowManyAreHeldBeyondTheLimit(t *testing.T) {
	const limit = 3
	for _, c := range []struct {
		name string
		opts []fate.Option
		held int
	}{
		{"the default", nil, fate.DefaultBacklog},
		{"Backlog(0)", []fate.Option{fate.Backlog(0)}, 0},
		{"Backlog(1)", []fate.Option{fate.Backlog(1)}, 1},
		{"Backlog(7)", []fate.Option{fate.Backlog(7)}, 7},
	} {
		for _, s := range limited(limit) {
			for _, by := range []string{"Go", "TryGo"} {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancel(t.Context())
					g := fate.New(ctx, s, c.opts...)
					offer := g.Go
					if by == "TryGo" {
						offer = g.TryGo
					}
					if n := fill(offer, ctx); n != limit+c.held {
						t.Errorf("%s, %v: %d tasks were accepted by %s before it waited or refused, want %d running and %d held",
							c.name, s, n, by, limit, c.held)
					}
					if n := g.Tally(); n.Running != limit || n.Held != uint64(c.held) {
						t.Errorf("%s, %v: the tally is %v", c.name, s, n)
					}
					cancel()
					g.Wait()
				})
			}
		}
	}
}

func TestAWaitingGoGoesOnWhenThereIsRoom(t *testing.T) {
	for _, backlog := range []int{0, 1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{Limit: 2}, fate.Backlog(backlog))
			const n = 40
			var accepted, ran atomic.Int32
			for range n {
				go func() {
					if g.Go(func(context.Context) error { time.Sleep(time.Second); ran.Add(1); return nil }) {
						accepted.Add(1)
					}
				}()
			}
			synctest.Wait()
			if err := g.Wait(); err != nil || accepted.Load() != n || ran.Load() != n {
				t.Errorf("Backlog(%d): %d of %d were accepted and %d ran, error %v", backlog, accepted.Load(), n, ran.Load(), err)
			}
		})
	}
}

func TestWaitingGoesAreServedInTheOrderOfTheirComing(t *testing.T) {
	for _, backlog := range []int{0, 1, 4} {
		synctest.Test(t, func(t *testing.T) {
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Backlog(backlog))
			const n = 20
			var order []int // one task runs at a time
			release := make(chan struct{})
			for i := range n {
				go g.Go(func(context.Context) error { <-release; order = append(order, i); return nil })
				synctest.Wait()
			}
			close(release)
			if err := g.Wait(); err != nil || !slices.Equal(order, slices.Collect(numbers(n))) {
				t.Errorf("Backlog(%d): tasks ran in the order %v, error %v", backlog, order, err)
			}
		})
	}
}

func TestEveryWaitingGoIsAnsweredWhenTheStrategyBeginsToShed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fate.New(t.Context(), &wavering{}, fate.Backlog(0))
		release := make(chan struct{})
		g.Go(func(context.Context) error { <-release; return nil })
		answers := make(chan bool, 5)
		for range cap(answers) {
			go func() { answers <- g.Go(func(context.Context) error { return nil }) }()
		}
		synctest.Wait()
		close(release)
		for range cap(answers) {
			if <-answers {
				t.Error("Go is true of a task that was shed")
			}
		}
		g.Wait()
	})
}

func TestOptionsRefuseWhatTheyCannotMean(t *testing.T) {
	panicsNaming(t, "Backlog: -1", func() { fate.Backlog(-1) })
	panicsNaming(t, "Panics: 3", func() { fate.Panics(3) })
}

func TestPanicModesHaveNames(t *testing.T) {
	for mode, want := range map[fate.PanicMode]string{fate.Crash: "crash", fate.Rethrow: "rethrow", fate.Return: "return", 9: "unknown panic mode"} {
		if got := mode.String(); got != want {
			t.Errorf("mode %d is %q, want %q", mode, got, want)
		}
	}
}

func itemThatPanics(context.Context, int) (int, error) { panic("boom") }

// Without an option a panic ends the process at once, however the task was started: Wait or a loop has no chance to return first.
func TestCrashIsTheDefault(t *testing.T) {
	for name, run := range map[string]func(ctx context.Context, s fate.Strategy){
		"Go":      func(ctx context.Context, s fate.Strategy) { fate.Do(ctx, s, goThatPanics) },
		"ForEach": func(ctx context.Context, s fate.Strategy) { fate.ForEach(ctx, s, numbers(1), eachThatPanics) },
		"Map":     func(ctx context.Context, s fate.Strategy) { fate.Map(ctx, s, []int{1}, itemThatPanics) },
		"Stream":  func(ctx context.Context, s fate.Strategy) { collect(fate.Stream(ctx, s, numbers(1), itemThatPanics)) },
	} {
		t.Run(name, func(t *testing.T) {
			const env = "FATE_CRASH"
			if os.Getenv(env) == "1" {
				run(context.Background(), collectall.Strategy{})
				os.Exit(0) // the crash was too late
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a hang is a failure, not a wait
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestCrashIsTheDefault$/^"+name+"$")
			cmd.Env = append(os.Environ(), env+"=1")
			var stderr strings.Builder
			cmd.Stderr = &stderr
			err := cmd.Run()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 2 {
				t.Fatalf("the process ended with %v, want exit status 2 of a panic; it printed\n%s", err, stderr.String())
			}
			for _, want := range []string{"panic: boom", "itemThatPanics"} {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("the crash does not show %q:\n%s", want, stderr.String())
				}
			}
		})
	}
}

func eachThatPanics(ctx context.Context, i int) error {
	_, err := itemThatPanics(ctx, i)
	return err
}

func goThatPanics(g *fate.Group) error {
	g.Go(func(ctx context.Context) error { return eachThatPanics(ctx, 0) })
	return nil
}
