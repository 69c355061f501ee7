package supervise_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/supervise"
)

// failing fails at each of the moments, counted from the beginning, and then runs until it is stopped. It notes when its runs began.
func failing(began time.Time, runs *[]time.Duration, moments ...time.Duration) fate.Task {
	return func(ctx context.Context) error {
		*runs = append(*runs, time.Since(began))
		if n := len(*runs); n <= len(moments) {
			time.Sleep(moments[n-1] - time.Since(began))
			return errTask
		}
		return untilDone(ctx)
	}
}

// Intensity restarts within a Period are borne, one more is not; one that is a Period ago is not within it.
func TestIntensityAndPeriod(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	for _, c := range []struct {
		story   string
		moments []time.Duration
		up      time.Duration // when it gives up; 0 is never
	}{
		{"exactly as many as are borne", []time.Duration{1 * s, 2 * s, 3 * s}, 0},
		{"one more", []time.Duration{1 * s, 2 * s, 3 * s, 4 * s}, 4 * s},
		{"one more, just within the period", []time.Duration{1 * s, 2 * s, 3 * s, 11*s - ms}, 11*s - ms},
		{"one more, exactly a period after the first", []time.Duration{1 * s, 2 * s, 3 * s, 11 * s}, 0},
		{"the window slides", []time.Duration{1 * s, 2 * s, 3 * s, 11 * s, 12 * s, 13 * s, 21 * s, 22 * s, 23 * s, 30 * s}, 30 * s},
		{"all at once", []time.Duration{0, 0, 0, 0}, 0 + 1},
		{"long apart", []time.Duration{10 * s, 20 * s, 30 * s, 40 * s, 50 * s, 60 * s}, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			var runs []time.Duration
			g := fate.New(t.Context(), &supervise.Strategy{Intensity: 3, Period: 10 * s, Backoff: at(0)})
			child := g.Spawn("child", failing(began, &runs, c.moments...))
			other := g.Spawn("other", untilDone)
			time.Sleep(100 * s)
			synctest.Wait()
			if c.up == 0 {
				if hasEnded(child) || len(runs) != len(c.moments)+1 {
					t.Errorf("%s: began at %v, ended %v", c.story, runs, hasEnded(child))
				}
				g.Stop(errCause)
				_ = g.Wait()
				return
			}
			err := g.Wait()
			gave, ok := err.(*supervise.GaveUpError)
			if !ok || gave.Name != "child" || gave.ID != 0 || gave.Restarts != 3 || gave.Period != 10*s || gave.Err != errTask {
				t.Errorf("%s: Wait is %#v", c.story, err)
			}
			if len(runs) != len(c.moments) || !hasEnded(other) || context.Cause(g.Context()) != error(gave) {
				t.Errorf("%s: began at %v; the cause is %v", c.story, runs, context.Cause(g.Context()))
			}
			if want := (fate.Tally{Offered: 2, Failed: 1, Cancelled: 1, Restarted: uint64(len(c.moments) - 1)}); g.Tally() != want {
				t.Errorf("%s: %v; want %v", c.story, g.Tally(), want)
			}
		})
	}
}

// The restarts of all children count together.
func TestIntensityIsTheGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var a, b []time.Duration
		err := supervise.Run(t.Context(), &supervise.Strategy{Intensity: 3, Backoff: at(0), Children: []supervise.Child{
			{Name: "a", Run: failing(began, &a, 1*time.Second, 3*time.Second)},
			{Name: "b", Run: failing(began, &b, 2*time.Second, 4*time.Second)},
		}})
		var gave *supervise.GaveUpError
		if !errors.As(err, &gave) || gave.Name != "b" || len(a) != 3 || len(b) != 2 || time.Since(began) != 4*time.Second {
			t.Errorf("%v after %v; began at %v and %v", err, time.Since(began), a, b)
		}
	})
}

func TestDefaultsOfIntensityAndPeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		err := supervise.Run(t.Context(), &supervise.Strategy{Children: []supervise.Child{
			{Name: "child", Run: func(context.Context) error { runs++; return errTask }}}})
		var gave *supervise.GaveUpError
		if !errors.As(err, &gave) || gave.Restarts != supervise.DefaultIntensity || gave.Period != supervise.DefaultPeriod || runs != 6 {
			t.Errorf("%d runs, and Run returned %v", runs, err)
		}
	})
}

func TestUnboundedBearsAnyNumber(t *testing.T) {
	runs := 0
	err := supervise.Run(t.Context(), &supervise.Strategy{Intensity: supervise.Unbounded, Backoff: at(0), Children: []supervise.Child{
		{Name: "child", Run: func(context.Context) error {
			if runs++; runs < 1000 {
				return errTask
			}
			return nil
		}}}})
	if err != nil || runs != 1000 {
		t.Errorf("%d runs, and Run returned %v", runs, err)
	}
}

// A permanent child that returns nil too often is a reason to give up as well. There is no error then.
func TestGivingUpOnWhatReturnsNil(t *testing.T) {
	err := supervise.Run(t.Context(), &supervise.Strategy{Restart: supervise.Permanent, Intensity: 2, Backoff: at(0), Children: []supervise.Child{
		{Name: "child", Run: func(context.Context) error { return nil }}}})
	if gave, ok := err.(*supervise.GaveUpError); !ok || gave.Err != nil || errors.Unwrap(gave) != nil {
		t.Errorf("Run returned %#v", err)
	}
}

// What a panic or Goexit ended with is kept, with the stack.
func TestGivingUpKeepsTheStack(t *testing.T) {
	err := supervise.Run(t.Context(), &supervise.Strategy{Intensity: 1, Backoff: at(0), Children: []supervise.Child{{Name: "child", Run: explodes}}})
	p, ok := errors.AsType[*fate.PanicError](err)
	if !ok || p.Value != errTask || !strings.Contains(string(p.Stack), "explodes") || !errors.Is(err, errTask) {
		t.Errorf("Run returned %v", err)
	}
	err = supervise.Run(t.Context(), &supervise.Strategy{Intensity: 1, Backoff: at(0), Children: []supervise.Child{
		{Name: "child", Run: func(context.Context) error { runtime.Goexit(); return nil }}}})
	var gave *supervise.GaveUpError
	if !errors.As(err, &gave) {
		t.Errorf("Run returned %v", err)
	}
	wantIs(t, err, fate.ErrGoexit)
}

func explodes(context.Context) error { panic(errTask) }

// Under Rethrow what is restarted is restarted, and the panic that is one too many comes out of Run once all have ended.
func TestRethrow(t *testing.T) {
	runs, ended := 0, false
	defer func() {
		r, ok := recover().(*fate.RethrownError)
		if !ok || len(r.Panics) != 1 || r.Panics[0].Value != errTask || runs != 3 || !ended {
			t.Errorf("after %d runs Run panicked with %v", runs, r)
		}
		var gave *supervise.GaveUpError
		if !errors.As(r, &gave) {
			t.Errorf("the panic does not say that it gave up: %v", r)
		}
	}()
	started := make(chan struct{})
	_ = supervise.Run(t.Context(), &supervise.Strategy{Intensity: 2, Backoff: at(0), Children: []supervise.Child{
		{Name: "other", Run: func(ctx context.Context) error { close(started); <-ctx.Done(); ended = true; return nil }},
		{Name: "child", Run: func(context.Context) error { <-started; runs++; panic(errTask) }},
	}}, fate.Panics(fate.Rethrow))
	t.Error("Run returned")
}

// The others' failures are joined behind the reason.
func TestGivingUpLosesNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := supervise.Run(t.Context(), &supervise.Strategy{Intensity: 1, Backoff: at(time.Second), Children: []supervise.Child{
			{Name: "temporary", Restart: supervise.Temporary, Run: func(context.Context) error { return errOther }},
			{Name: "closing", Run: func(ctx context.Context) error { <-ctx.Done(); return errCause }},
			{Name: "child", Run: func(context.Context) error { return errTask }},
		}})
		for _, want := range []error{errTask, errOther, errCause} {
			wantIs(t, err, want)
		}
		want := "supervise: gave up when \"child\" ended after 1 restarts within 30s: the task's error\ntemporary: another task's error\nclosing: the stop's cause"
		if err == nil || err.Error() != want {
			t.Errorf("%v; want %s", err, want)
		}
	})
}

// The backoff grows with each restart in a row, for each child by itself, and begins anew after a run of a Period.
func TestBackoffIsEachChildsOwnAndStartsAnewAfterAHealthyRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var loops, steady []time.Duration
		began := time.Now()
		const period = 100 * time.Second
		s := &supervise.Strategy{Intensity: supervise.Unbounded, Period: period, Backoff: supervise.Exponential(time.Second, 8*time.Second), Children: []supervise.Child{
			{Name: "loops", Run: func(ctx context.Context) error {
				loops = append(loops, time.Since(began))
				switch n := len(loops); n {
				case 7:
					time.Sleep(period - 1)
				case 8:
					time.Sleep(period)
				case 10:
					return supervise.ErrDone
				}
				return errTask
			}},
			{Name: "steady", Backoff: at(time.Minute), Run: func(context.Context) error {
				steady = append(steady, time.Since(began))
				time.Sleep(time.Second)
				if len(steady) == 3 {
					return nil
				}
				return errTask
			}},
		}}
		if err := supervise.Run(t.Context(), s); err != nil {
			t.Error(err)
		}
		sec := func(all ...int) (d []time.Duration) {
			for _, n := range all {
				d = append(d, time.Duration(n)*time.Second)
			}
			return d
		}
		// 1, 2, 4, then 8 each; a nanosecond less than a period is not healthy; a period is.
		want := sec(0, 1, 3, 7, 15, 23, 31)
		want = append(want, 31*time.Second+period-1+8*time.Second)
		want = append(want, want[7]+period+time.Second)
		want = append(want, want[8]+2*time.Second)
		if !slices.Equal(loops, want) {
			t.Errorf("began at %v; want %v", loops, want)
		}
		if want := sec(0, 61, 122); !slices.Equal(steady, want) {
			t.Errorf("the other began at %v; want %v", steady, want)
		}
	})
}

// With Later, a crash loop at the end delays nobody before it.
func TestACrashLoopDelaysNobodyBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		fails := map[string]chan error{"a": make(chan error), "b": make(chan error)}
		s := &supervise.Strategy{Radius: supervise.Later, Backoff: at(time.Second), Children: []supervise.Child{
			{Name: "a", Run: d.child("a", fails["a"], 0)},
			{Name: "b", Run: d.child("b", fails["b"], 0), Backoff: at(time.Hour)},
		}}
		g := fate.New(t.Context(), s)
		s.Start(g)
		synctest.Wait()
		fails["b"] <- errTask
		time.Sleep(time.Minute)
		fails["a"] <- errTask
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		d.want(t, "0s a begins", "0s b begins", "0s b ends: the task's error", "1m0s a ends: the task's error", "1m1s a begins", "1h0m0s b begins")
		g.Stop(nil)
		_ = g.Wait()
	})
}

func TestExponential(t *testing.T) {
	b := supervise.Exponential(100*time.Millisecond, 10*time.Second)
	for attempt, want := range map[int]time.Duration{
		-1: 100 * time.Millisecond, 0: 100 * time.Millisecond, 1: 200 * time.Millisecond, 6: 6400 * time.Millisecond,
		7: 10 * time.Second, 62: 10 * time.Second, 63: 10 * time.Second, 64: 10 * time.Second, 1 << 30: 10 * time.Second,
	} {
		if got := b(attempt); got != want {
			t.Errorf("attempt %d: %v; want %v", attempt, got, want)
		}
	}
	const most = time.Duration(1<<63 - 1)
	if got := supervise.Exponential(most, most)(1); got != most {
		t.Errorf("got %v", got)
	}
	if got := supervise.Exponential(0, time.Hour)(100); got != 0 {
		t.Errorf("got %v", got)
	}
	mustPanic(t, "Exponential", []string{"supervise: Exponential", "-1ns"}, func() { supervise.Exponential(-1, 1) })
	mustPanic(t, "Exponential", []string{"supervise: Exponential", "2ns", "1ns"}, func() { supervise.Exponential(2, 1) })
	mustPanic(t, "Jitter", []string{"supervise: Jitter", "nil"}, func() { supervise.Jitter(nil, nil) })
}

func TestJitterIsBetweenAHalfAndAll(t *testing.T) {
	for random, want := range map[float64]time.Duration{0: 4 * time.Second, 0.5: 3 * time.Second, 0.75: 2500 * time.Millisecond} {
		if got := supervise.Jitter(at(4*time.Second), func() float64 { return random })(0); got != want {
			t.Errorf("random %v: %v; want %v", random, got, want)
		}
	}
	b := supervise.Jitter(at(4*time.Second), nil)
	seen := map[time.Duration]bool{}
	for range 1000 {
		d := b(0)
		if d < 2*time.Second || d > 4*time.Second {
			t.Fatalf("%v", d)
		}
		seen[d] = true
	}
	if len(seen) < 100 {
		t.Errorf("%d different ones of 1000", len(seen))
	}
}

// What is left out is the documented default: up to 100ms, doubled each time, up to 10s.
func TestDefaultBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		last, most := time.Now(), 100*time.Millisecond
		runs := 0
		_ = supervise.Run(t.Context(), &supervise.Strategy{Intensity: supervise.Unbounded, Children: []supervise.Child{
			{Name: "child", Run: func(context.Context) error {
				if runs++; runs > 1 {
					if took := time.Since(last); took < most/2 || took > most {
						t.Errorf("restart %d came after %v; want between %v and %v", runs-1, took, most/2, most)
					}
					most = min(2*most, 10*time.Second)
				}
				last = time.Now()
				if runs == 12 {
					return nil
				}
				return errTask
			}}}})
	})
}

// Neither the history nor what is remembered of each child grows with the restarts.
func TestMemoryDoesNotGrowWithRestarts(t *testing.T) {
	const runs = 30_000
	var before, after runtime.MemStats
	synctest.Test(t, func(t *testing.T) {
		n := 0
		s := &supervise.Strategy{Intensity: 100, Period: time.Second, Backoff: at(20 * time.Millisecond), Radius: supervise.All}
		g := fate.New(t.Context(), s)
		g.Spawn("child", func(context.Context) error {
			switch n++; n {
			case 1000:
				runtime.GC()
				runtime.ReadMemStats(&before)
			case runs:
				runtime.GC()
				runtime.ReadMemStats(&after)
				return supervise.ErrDone
			}
			return errTask
		})
		if err := g.Wait(); err != nil || n != runs {
			t.Fatalf("%d runs, %v", n, err)
		}
	})
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 200_000 {
		t.Errorf("the heap has grown by %d bytes in %d runs", grown, runs-1000)
	}
}

// What is remembered of a task's restarts is forgotten when it has ended.
func TestTasksThatHaveEndedAreForgotten(t *testing.T) {
	const tasks = 30_000
	g := fate.New(t.Context(), &supervise.Strategy{Limit: 8, Intensity: supervise.Unbounded, Backoff: at(0)})
	heap := func() int64 {
		for tally := g.Tally(); tally.Held+tally.Running > 0; tally = g.Tally() {
			runtime.Gosched()
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	var before int64
	for i := range tasks {
		if i == tasks/10 {
			before = heap()
		}
		failed := false
		g.Go(func(context.Context) error {
			if !failed {
				failed = true
				return errTask
			}
			return nil
		})
	}
	if grown := heap() - before; grown > 300_000 {
		t.Errorf("the heap has grown by %d bytes with %d tasks", grown, tasks*9/10)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

// What a sibling's restart ends counts as a run: a healthy one starts the backoff anew, another changes nothing about it.
func TestARunThatASiblingEndedMayHaveBeenHealthy(t *testing.T) {
	for ran, want := range map[time.Duration]string{99 * time.Second: "2s", 100 * time.Second: "1s"} {
		synctest.Test(t, func(t *testing.T) {
			d := newDiary()
			first, second := make(chan error), make(chan error)
			s := &supervise.Strategy{Radius: supervise.Later, Period: 100 * time.Second, Backoff: at(0), Children: []supervise.Child{
				{Name: "first", Run: d.child("first", first, 0)},
				{Name: "second", Run: d.child("second", second, 0), Backoff: supervise.Exponential(time.Second, time.Hour)},
			}}
			g := fate.New(t.Context(), s)
			s.Start(g)
			synctest.Wait()
			second <- errTask
			time.Sleep(time.Second + ran)
			first <- errTask
			synctest.Wait()
			d.began = time.Now()
			d.clear()
			second <- errTask
			time.Sleep(time.Minute)
			synctest.Wait()
			d.want(t, "0s second ends: the task's error", want+" second begins")
			g.Stop(nil)
			_ = g.Wait()
		})
	}
}

// It gives up once: what fails while the others are being stopped is joined behind the reason.
func TestItGivesUpOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := supervise.Run(t.Context(), &supervise.Strategy{Intensity: 1, Backoff: at(0), Children: []supervise.Child{
			{Name: "fails meanwhile", Run: func(context.Context) error { time.Sleep(2 * time.Second); return errOther }},
			{Name: "slow to stop", Run: func(ctx context.Context) error { <-ctx.Done(); time.Sleep(3 * time.Second); return nil }},
			{Name: "child", Run: func(context.Context) error { time.Sleep(time.Second / 2); return errTask }},
		}})
		var gave *supervise.GaveUpError
		if !errors.As(err, &gave) || gave.Name != "child" {
			t.Errorf("Run returned %v", err)
		}
		wantIs(t, err, errOther)
	})
}
