package fate_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// told is one call of an observer.
type told struct {
	what  string
	group *fate.Group
	fate.Event
	tally fate.Tally // at that moment
}

func (c told) String() string {
	text := fmt.Sprintf("%s %d", c.what, c.ID)
	if c.what == "stop" {
		text = c.what
	}
	if c.Name != "" {
		text += " " + c.Name
	}
	if c.what == "end" || c.Kind != fate.OK {
		text += " " + c.Kind.String()
	}
	if c.Err != nil {
		text += ": " + strings.TrimPrefix(c.Err.Error(), "fate: ")
	}
	return text
}

// listener keeps what an observer is told.
type listener struct {
	mu  sync.Mutex
	all []told
}

func (l *listener) observer() fate.Observer {
	note := func(what string) func(*fate.Group, fate.Event) {
		return func(g *fate.Group, e fate.Event) {
			tally := g.Tally()
			l.mu.Lock()
			defer l.mu.Unlock()
			l.all = append(l.all, told{what, g, e, tally})
		}
	}
	stop := note("stop")
	return fate.Observer{
		Start: note("start"), End: note("end"), Skip: note("skip"), Shed: note("shed"), Panic: note("panic"),
		Stop: func(g *fate.Group, cause error) { stop(g, fate.Event{Err: cause}) },
	}
}

func (l *listener) option() fate.Option { return fate.Observe(l.observer()) }

func (l *listener) calls() []told {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

func (l *listener) texts() []string {
	var all []string
	for _, c := range l.calls() {
		all = append(all, c.String())
	}
	return all
}

func (l *listener) want(t *testing.T, want ...string) {
	t.Helper()
	if got := l.texts(); !slices.Equal(got, want) {
		t.Errorf("the observer was told\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// addsUp checks that of each task that was offered one of three was told, in order, and that all of it is what the tally says.
func (l *listener) addsUp(t *testing.T, tally fate.Tally) {
	t.Helper()
	byTask := map[uint64]string{}
	counted := fate.Tally{Expected: tally.Expected} // which no observer is told
	stops := 0
	for _, c := range l.calls() {
		if c.what == "stop" {
			stops++
			continue
		}
		byTask[c.ID] += c.what + " "
		if c.what != "start" && !balanced(c.tally) {
			t.Errorf("while %v was told the tally was %v", c, c.tally)
		}
		switch {
		case c.what == "shed":
			counted.Shed++
		case c.what == "skip" && c.Kind == fate.Cancelled, c.what == "end" && c.Kind == fate.Cancelled:
			counted.Cancelled++
		case c.what == "skip":
			counted.Skipped++
		case c.what == "end" && c.Kind == fate.OK:
			counted.OK++
		case c.what == "end" && c.Kind == fate.Failed:
			counted.Failed++
		case c.what == "end" && c.Kind == fate.Panicked:
			counted.Panicked++
		case c.what == "end" && c.Kind == fate.Exited:
			counted.Exited++
		}
	}
	if stops > 1 {
		t.Errorf("%d stops were told", stops)
	}
	counted.Offered = uint64(len(byTask))
	if counted != tally {
		t.Errorf("what was told adds up to %v, the tally is %v", counted, tally)
	}
	allowed := []string{"start end ", "start panic end ", "skip ", "shed "}
	for id, course := range byTask {
		if id >= tally.Offered || !slices.Contains(allowed, course) {
			t.Errorf("of task %d of %d was told: %s", id, tally.Offered, course)
		}
	}
}

func TestAnObserverIsToldHowTasksEnd(t *testing.T) {
	for _, mode := range []fate.PanicMode{fate.Rethrow, fate.Return} {
		var l listener
		g := fate.New(t.Context(), collectall.Strategy{Limit: 1}, l.option(), fate.Panics(mode))
		g.Go(succeeds)
		g.Spawn("db", fails)
		g.Go(panicsNow)
		g.Go(goexits)
		recovered(func() { _ = g.Wait() })
		want := []string{
			"start 0", "end 0 ok",
			"start 1 db", "end 1 db failed: the task's error",
			"start 2", "panic 2 panicked: a task panicked: the task's error", "end 2 panicked: a task panicked: the task's error",
			"start 3", "end 3 exited: task called runtime.Goexit",
		}
		got := l.texts()
		slices.Sort(got) // when a task starts, the end of the one before may not have been told yet
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("the observer was told %q, want %q", got, want)
		}
		l.addsUp(t, g.Tally())
		for _, c := range l.calls() {
			if c.Kind == fate.Panicked {
				p, ok := c.Err.(*fate.PanicError)
				if !ok || !strings.Contains(string(p.Stack), "fate_test.panicsNow(") {
					t.Errorf("%v has the error %v, want a *PanicError with the task's stack", c, c.Err)
				}
			}
		}
	}
}

// Panic is called while the task's frames are on the stack, and before the process ends under Panics(Crash).
func TestAnObserverIsToldOfAPanicInItsGoroutine(t *testing.T) {
	for _, name := range []string{"observer panics", "observer calls Goexit"} {
		toldOfACrash(t, name)
	}
}

func toldOfACrash(t *testing.T, name string) {
	out, trace, code := crash(t, name)
	if code != 2 || out != "" {
		t.Errorf("exit code %d, want 2; it printed after the crash: %s", code, out)
	}
	for _, want := range []string{"observer: panicked, " + errCrash.Error() + ", on the task's stack: true\n", "panic: ", "fate_test.crashingTask("} {
		if !strings.Contains(trace, want) {
			t.Errorf("it did not print %q:\n%s", want, trace)
		}
	}
}

// observedCrash is a crash whose observer does something else after it has said what it was told.
func observedCrash(after func()) {
	var stack [1 << 14]byte
	g := fate.New(context.Background(), failfast.Strategy{}, fate.Observe(fate.Observer{
		Panic: func(_ *fate.Group, e fate.Event) {
			on := strings.Contains(string(stack[:runtime.Stack(stack[:], false)]), "fate_test.crashingTask(")
			fmt.Fprintf(os.Stderr, "observer: %v, %v, on the task's stack: %v\n", e.Kind, errors.Unwrap(e.Err), on)
			after()
		},
	}))
	g.Go(crashingTask)
	fmt.Println(g.Wait(), afterWait)
}

func TestAnObserverIsToldOfWhatIsShed(t *testing.T) {
	for _, s := range []fate.Strategy{shed.Strategy{Limit: 1}, unhinted{shed.Strategy{Limit: 1}}, failfast.Strategy{Limit: 1}} {
		var l listener
		g := fate.New(t.Context(), s, l.option(), fate.Backlog(0))
		gate := make(chan struct{})
		g.Go(until(gate))
		for range 2 {
			if g.TryGo(succeeds) {
				t.Fatalf("%v: accepted at the limit", s)
			}
		}
		if _, ok := s.(failfast.Strategy); !ok {
			if c := g.Spawn("late", succeeds); c.Err() != fate.ErrShed {
				t.Fatalf("%v: the child's error is %v", s, c.Err())
			}
		}
		// As soon as the offer has returned, and in the order of the offers.
		heard := slices.DeleteFunc(l.texts(), func(s string) bool { return s == "start 0" })
		want := []string{"shed 1: shed at the limit", "shed 2: shed at the limit", "shed 3 late: shed at the limit"}
		if !slices.Equal(heard, want[:len(heard)]) || len(heard) < 2 {
			t.Errorf("%v: the observer was told %q, want %q", s, heard, want)
		}
		close(gate)
		_ = g.Wait()
		l.addsUp(t, g.Tally())
	}
}

// A held task may be shed later, by a strategy that changes its mind.
func TestAnObserverIsToldOfHeldTasksThatAreShed(t *testing.T) {
	var l listener
	closing := false
	g := fate.New(t.Context(), policy{
		admit: func(t fate.Tally) fate.Admission {
			switch {
			case closing:
				return fate.Shed
			case t.Running > 0:
				return fate.Hold
			}
			return fate.Run
		},
		settle: func(fate.Tally, fate.Event) fate.Verdict { closing = true; return fate.Continue },
	}, l.option())
	gate := make(chan struct{})
	g.Go(until(gate))
	g.Spawn("held", succeeds)
	close(gate)
	_ = g.Wait()
	l.want(t, "start 0", "end 0 ok", "shed 1 held: shed at the limit")
}

func TestAnObserverIsToldOfAStopAndOfWhatItSkips(t *testing.T) {
	const skipped = "group stopped: the stop's cause"
	stops := map[string]func(g *fate.Group, cancel context.CancelCauseFunc, fail chan<- error){
		"Stop":    func(g *fate.Group, _ context.CancelCauseFunc, _ chan<- error) { g.Stop(errCause); g.Stop(errTask) },
		"parent":  func(_ *fate.Group, cancel context.CancelCauseFunc, _ chan<- error) { cancel(errCause) },
		"failure": func(_ *fate.Group, _ context.CancelCauseFunc, fail chan<- error) { fail <- errCause },
	}
	for name, stop := range stops {
		for _, s := range []fate.Strategy{failfast.Strategy{Limit: 1}, unhinted{failfast.Strategy{Limit: 1}}} {
			t.Run(fmt.Sprintf("%s/%v", name, s), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var l listener
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					g := fate.New(ctx, s, l.option(), fate.Backlog(1))
					fail := make(chan error)
					g.Go(func(ctx context.Context) error {
						select {
						case err := <-fail:
							return err
						case <-ctx.Done():
							return ctx.Err()
						}
					})
					g.Spawn("held", succeeds)
					go g.Go(succeeds) // waits for room
					synctest.Wait()
					stop(g, cancel, fail)
					synctest.Wait()
					g.Go(succeeds)
					_ = g.Wait()
					g.Stop(errTask)
					g.Go(succeeds) // is not counted either
					got := l.texts()
					end := "end 0 cancelled: context canceled"
					if name == "failure" {
						end = "end 0 failed: the stop's cause"
					}
					want := []string{"start 0", end, "stop: the stop's cause", "skip 1 held: " + skipped, "skip 2: " + skipped, "skip 3: " + skipped}
					slices.Sort(got)
					slices.Sort(want)
					if !slices.Equal(got, want) {
						t.Errorf("the observer was told %q, want %q", got, want)
					}
					for _, c := range l.calls() {
						if c.what == "skip" && (!errors.Is(c.Err, fate.ErrStopped) || !errors.Is(c.Err, errCause)) {
							t.Errorf("%v has the error %#v", c, c.Err)
						}
					}
					l.addsUp(t, g.Tally())
				})
			})
		}
	}
}

func TestAGroupThatIsNotStoppedTellsOfNoStop(t *testing.T) {
	var l listener
	g := fate.New(t.Context(), collectall.Strategy{}, l.option())
	g.Go(fails)
	_ = g.Wait()
	l.want(t, "start 0", "end 0 failed: the task's error")
}

// The parent may end when nothing happens in the group any more: Wait tells, in its own goroutine.
func TestAParentsEndIsToldAtTheLatestByWait(t *testing.T) {
	var l listener
	ctx, cancel := context.WithCancelCause(t.Context())
	g := fate.New(ctx, collectall.Strategy{}, l.option())
	cancel(errCause)
	_ = g.Wait()
	l.want(t, "stop: the stop's cause")
}

func TestAnObserverIsToldOfDosStops(t *testing.T) {
	var l listener
	_ = fate.Do(t.Context(), collectall.Strategy{}, func(*fate.Group) error { return errBody }, l.option())
	l.want(t, "stop: the body failed")
}

// A child that is cancelled before it started is told as one that was skipped, so that each Start has an End, and each End a Start.
func TestChildrenCancelledBeforeTheyStartAreToldAsSkipped(t *testing.T) {
	for _, s := range []fate.Strategy{selective.Strategy{Limit: 1}, unhinted{selective.Strategy{Limit: 1}}} {
		var l listener
		g := fate.New(t.Context(), s, l.option())
		gate := make(chan struct{})
		g.Go(until(gate))
		g.Spawn("one", succeeds).Cancel(errCause)
		g.Spawn("two", succeeds)
		g.Spawn("three", succeeds)
		g.Cancel(nil, nil)
		heard := slices.DeleteFunc(l.texts(), func(s string) bool { return s == "start 0" })
		want := []string{"skip 1 one cancelled: the stop's cause", "skip 2 two cancelled: context canceled", "skip 3 three cancelled: context canceled"}
		if !slices.Equal(heard, want) {
			t.Errorf("the observer was told %q, want %q", heard, want)
		}
		close(gate)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		l.addsUp(t, g.Tally())
	}
}

// Also if the strategy is at fault when it is asked about the first of several.
func TestChildrenCancelledAreToldThoughTheStrategyPanics(t *testing.T) {
	var l listener
	g := fate.New(t.Context(), policy{
		admit:  func(t fate.Tally) fate.Admission { return fate.Admission(min(t.Running, 1)) },
		settle: func(fate.Tally, fate.Event) fate.Verdict { panic(errFault) },
	}, l.option(), fate.Panics(fate.Return))
	started := make(chan struct{})
	g.Go(func(ctx context.Context) error { close(started); return untilDone(ctx) })
	<-started
	for range 3 {
		g.Spawn("held", succeeds)
	}
	g.Cancel(errCause, nil)
	wantIs(t, g.Wait(), errFault)
	l.addsUp(t, g.Tally())
	wantTally(t, g, fate.Tally{Offered: 4, Cancelled: 4})
}

// Whatever happens, of each task one of three is told, and all of it is what the tally says.
func TestWhatObserversAreToldAddsUpToTheTally(t *testing.T) {
	strategies := []fate.Strategy{
		failfast.Strategy{}, failfast.Strategy{Limit: 3}, collectall.Strategy{Limit: 2}, collectall.Strategy{Limit: 2, StopAfter: 20},
		shed.Strategy{Limit: 3}, selective.Strategy{Limit: 3, Scope: selective.Dependents}, unhinted{collectall.Strategy{Limit: 2}},
	}
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		s := strategies[seed%uint64(len(strategies))]
		var l listener
		ctx, cancel := context.WithCancelCause(t.Context())
		g := fate.New(ctx, s, l.option(), fate.Backlog(rnd.IntN(4)), fate.Panics(fate.Return), fate.Name("mixed"))
		tasks := []fate.Task{succeeds, succeeds, succeeds, succeeds, fails, panicsNow, goexits}
		task := func(rnd *rand.Rand) fate.Task { return tasks[rnd.IntN(len(tasks))] }
		var producers sync.WaitGroup
		for p := range uint64(4) {
			rnd := rand.New(rand.NewPCG(seed, p+2))
			producers.Go(func() {
				for range 100 {
					switch rnd.IntN(20) {
					default:
						g.Go(task(rnd))
					case 0, 1, 2, 3:
						g.TryGo(task(rnd))
					case 4, 5, 6:
						g.Spawn("a", task(rnd), fate.DependsOn("b"))
					case 7:
						g.Spawn("b", task(rnd)).Cancel(errCause)
					case 8:
						g.Cancel(nil, func(c *fate.Child) bool { return c.Name() == "a" })
					case 9:
						if p > 0 || rnd.IntN(3) > 0 {
							break
						}
						if rnd.IntN(2) == 0 {
							g.Stop(errCause)
						} else {
							cancel(errCause)
						}
					}
				}
			})
		}
		producers.Wait()
		_ = g.Wait()
		l.addsUp(t, g.Tally())
		cancel(nil)
		if t.Failed() {
			t.Fatalf("seed %d, %v", seed, s)
		}
	}
}

func TestObserversOfItems(t *testing.T) {
	eachWay(t, func(t *testing.T, run overItems) {
		for _, s := range []fate.Strategy{failfast.Strategy{Limit: 3}, collectall.Strategy{Limit: 3}, collectall.Strategy{}, shed.Strategy{Limit: 2}, unhinted{collectall.Strategy{Limit: 3}}} {
			var l listener
			var group atomic.Pointer[fate.Group]
			seen := func(g *fate.Group, _ fate.Event) { group.Store(g) }
			_ = run(t.Context(), s, 200, func(ctx context.Context, i int) error {
				switch i {
				case 50:
					return fails(ctx)
				case 60:
					return goexits(ctx)
				case 70:
					return panicsNow(ctx)
				}
				return nil
			}, l.option(), fate.Observe(fate.Observer{Start: seen}), fate.Panics(fate.Return))
			l.addsUp(t, group.Load().Tally())
			if n := group.Load().Tally().Offered; n < 40 {
				t.Errorf("%v: only %d items were offered", s, n)
			}
		}
	})
}

// Breaking a loop over a stream stops its group.
func TestAnObserverIsToldThatAStreamWasLeft(t *testing.T) {
	var l listener
	for range fate.Stream(t.Context(), failfast.Strategy{Limit: 1}, numbers(1000), double, l.option()) {
		break
	}
	stops := 0
	for _, text := range l.texts() {
		if text == "stop: the stream's reader has left" {
			stops++
		}
	}
	if stops != 1 {
		t.Errorf("it was told %d times that the reader has left: %q", stops, l.texts())
	}
}

func TestEventsOfAnObserverAreThoseOfTheStrategy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l listener
		w := &witness{of: collectall.Strategy{}}
		g := fate.New(t.Context(), w, l.option())
		g.Spawn("child", endsAfter(time.Second, errTask))
		g.Go(endsAfter(2*time.Second, nil))
		_ = g.Wait()
		var ends []fate.Event
		for _, c := range l.calls() {
			if c.what == "end" {
				ends = append(ends, c.Event)
			}
		}
		if !slices.Equal(ends, w.events) || len(ends) != 2 || ends[0].Took != time.Second {
			t.Errorf("the observer was told %v, the strategy %v", ends, w.events)
		}
	})
}

// A strategy that need not see successes is not asked about them because somebody watches; Took is measured all the same.
func TestAnObserverChangesNothingForTheStrategy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &frugal{witness{of: failfast.Strategy{}}}
		var l listener
		g := fate.New(t.Context(), w, l.option())
		g.Go(endsAfter(time.Second, nil))
		g.Spawn("child", endsAfter(2*time.Second, nil))
		g.Go(endsAfter(3*time.Second, errTask))
		_ = g.Wait()
		wantKinds(t, &w.witness, fate.Failed)
		for _, c := range l.calls() {
			if want := time.Duration(c.ID+1) * time.Second; c.what == "end" && c.Took != want {
				t.Errorf("%v: took %v, want %v", c, c.Took, want)
			}
		}
	})
}

// frugal is a witness with the hints of what it is a witness of.
type frugal struct{ witness }

func (f *frugal) Hints() fate.Hints { return f.of.(fate.Hinter).Hints() }

func TestSeveralObserversAreToldInTheirOrder(t *testing.T) {
	var first, second listener
	var order []string
	mark := func(name string) fate.Option {
		return fate.Observe(fate.Observer{End: func(*fate.Group, fate.Event) { order = append(order, name) }})
	}
	g := fate.New(t.Context(), failfast.Strategy{}, first.option(), mark("a"), mark("b"), second.option(), fate.Observe(fate.Observer{}))
	g.Go(succeeds)
	_ = g.Wait()
	first.want(t, "start 0", "end 0 ok")
	second.want(t, first.texts()...)
	if !slices.Equal(order, []string{"a", "b"}) {
		t.Errorf("they were told in the order %v", order)
	}
}

func TestGroupsMayShareAnObserver(t *testing.T) {
	var l listener
	shared := l.option()
	var groups sync.WaitGroup
	for i := range 4 {
		groups.Go(func() {
			g := fate.New(t.Context(), collectall.Strategy{Limit: 2}, shared, fate.Name(fmt.Sprint(i)))
			for range 10 * (i + 1) {
				g.Go(fails)
			}
			_ = g.Wait()
		})
	}
	groups.Wait()
	ends := map[string]int{}
	for _, c := range l.calls() {
		if c.what == "end" {
			ends[c.group.Name()]++
		}
	}
	if want := map[string]int{"0": 10, "1": 20, "2": 30, "3": 40}; !maps.Equal(ends, want) {
		t.Errorf("ends by group are %v, want %v", ends, want)
	}
}

// Whoever it happens to tells it, and Wait does not return before.
func TestWaitReturnsWhenAllHasBeenTold(t *testing.T) {
	for _, what := range []string{"end", "shed", "skip", "stop", "cancelled"} {
		synctest.Test(t, func(t *testing.T) {
			var calls, told atomic.Int32
			slow := func(*fate.Group, fate.Event) { calls.Add(1); time.Sleep(time.Hour); told.Add(1) }
			o := fate.Observer{}
			switch what {
			case "end":
				o.End = slow
			case "shed":
				o.Shed = slow
			case "skip", "cancelled":
				o.Skip = slow
			case "stop":
				o.Stop = func(*fate.Group, error) { slow(nil, fate.Event{}) }
			}
			g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Observe(o), fate.Backlog(1))
			gate := make(chan struct{})
			g.Go(until(gate))
			held := g.Spawn("held", succeeds)
			go func() {
				switch what {
				case "shed":
					g.TryGo(succeeds)
				case "skip", "stop":
					g.Stop(errCause)
				case "cancelled":
					held.Cancel(errCause)
				}
			}()
			synctest.Wait()
			close(gate)
			_ = g.Wait()
			if n := told.Load(); n == 0 || n < calls.Load() {
				t.Errorf("%s: Wait has returned when %d of %d were told", what, n, calls.Load())
			}
		})
	}
}

func TestASlowObserverDelaysItsTaskAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		slow := fate.Observer{End: func(_ *fate.Group, e fate.Event) {
			if e.ID == 0 {
				<-gate
			}
		}}
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Observe(slow))
		first := g.Spawn("first", succeeds)
		last := g.Spawn("last", succeeds)
		synctest.Wait()
		for _, c := range []*fate.Child{first, last} {
			select {
			case <-c.Done():
			default:
				t.Errorf("%s has not ended", c.Name())
			}
		}
		close(gate)
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestObserversMayCallTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all listener
		use := func(g *fate.Group, e fate.Event) {
			_ = g.String()
			g.Cancel(nil, func(c *fate.Child) bool { return c.Name() == "daemon" })
			g.TryGo(succeeds)
			g.Stop(errCause)
		}
		// The other way about: what it offers is not shed again, of which it would be told before it comes to the stop.
		refused := func(g *fate.Group, e fate.Event) {
			g.Stop(errCause)
			use(g, e)
		}
		o := fate.Observer{Start: use, End: use, Skip: func(g *fate.Group, _ fate.Event) { g.Stop(nil) }, Shed: refused,
			Stop: func(g *fate.Group, _ error) { g.Cancel(nil, nil) }}
		g := fate.New(t.Context(), shed.Strategy{Limit: 2}, fate.Observe(o), all.option())
		g.Spawn("daemon", untilDone, fate.Daemon())
		g.Go(succeeds)
		g.Go(succeeds)
		g.Go(succeeds)
		_ = g.Wait()
		all.addsUp(t, g.Tally())
	})
}

func TestAFaultyObserverSurfacesAndNeverWedges(t *testing.T) {
	faults := map[string]func(){"panics": func() { panic(errFault) }, "calls Goexit": runtime.Goexit}
	for fault, strike := range faults {
		for _, at := range []string{"Start", "End", "Skip", "Shed", "Panic", "Stop"} {
			for _, mode := range []fate.PanicMode{fate.Rethrow, fate.Return} {
				t.Run(fmt.Sprintf("%s/%s/%v", fault, at, mode), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { faultyObserver(t, at, strike, mode) })
				})
			}
		}
	}
}

func faultyObserver(t *testing.T, at string, strike func(), mode fate.PanicMode) {
	var before, after listener
	bad := fate.Observer{}
	var struck atomic.Int32
	fault := func(*fate.Group, fate.Event) { struck.Add(1); strike() }
	switch at {
	case "Start":
		bad.Start = func(g *fate.Group, e fate.Event) {
			if e.ID == 1 {
				fault(g, e)
			}
		}
	case "End":
		bad.End = fault
	case "Skip":
		bad.Skip = fault
	case "Shed":
		bad.Shed = fault
	case "Panic":
		bad.Panic = fault
	case "Stop":
		bad.Stop = func(g *fate.Group, _ error) { fault(g, fate.Event{}) }
	}
	g := fate.New(t.Context(), collectall.Strategy{Limit: 1}, before.option(), fate.Observe(bad), after.option(), fate.Panics(mode), fate.Backlog(3))
	gate := make(chan struct{})
	g.Go(until(gate))
	g.Go(panicsNow)
	held := g.Spawn("held", succeeds)
	g.Go(untilDone)
	apart(func() { g.TryGo(succeeds) })
	apart(func() { held.Cancel(errCause) })
	close(gate)
	synctest.Wait()
	apart(func() { g.Stop(errCause) })
	var err error
	for range 2 { // an observer that calls Goexit may end the goroutine of the first
		if done := !exits(func() {
			if v := recovered(func() { err = g.Wait() }); v != nil {
				err = v.(error)
			}
		}); done {
			break
		}
	}
	if struck.Load() == 0 {
		t.Error("it did not happen")
	}
	faulty := false
	if list, ok := err.(*fate.Errors); ok {
		faulty = ofObserver(list.Cause)
	} else if r, ok := err.(*fate.RethrownError); ok {
		faulty = len(r.Panics) > 0 && ofObserver(r.Panics[0])
	}
	if !faulty {
		t.Errorf("Wait gives %v, want an observer's fault in it", err)
	}
	before.addsUp(t, g.Tally())
	got, want := after.texts(), before.texts()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the observer before it was told %q, the one after it %q", want, got)
	}
}

func ofObserver(err error) bool {
	p, ok := err.(*fate.PanicError)
	return ok && strings.HasPrefix(p.Error(), "fate: an observer panicked: ")
}

// It is no panic of a task's, and under Crash it ends no process: it surfaces in Wait, as a strategy's does.
func TestAnObserversPanicIsNoTasksPanic(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{}, fate.Observe(fate.Observer{Start: func(*fate.Group, fate.Event) { panic(errFault) }}))
	g.Go(succeeds)
	r := rethrown(t, g)
	if len(r.Panics) != 1 || !ofObserver(r.Panics[0]) || !errors.Is(r, errFault) {
		t.Errorf("Wait panicked with %v", r)
	}
	wantTally(t, g, fate.Tally{Offered: 1, OK: 1})
}

func ExampleObserve() {
	g := fate.New(context.Background(), failfast.Strategy{Limit: 1}, fate.Name("report"), fate.Observe(fate.Observer{
		Start: func(g *fate.Group, e fate.Event) { fmt.Println(g.Name(), e.ID, "starts") },
		End:   func(g *fate.Group, e fate.Event) { fmt.Println(g.Name(), e.ID, e.Kind, e.Err) },
		Skip:  func(g *fate.Group, e fate.Event) { fmt.Println(g.Name(), e.ID, "never starts:", e.Err) },
		Stop:  func(g *fate.Group, cause error) { fmt.Println(g.Name(), "stops:", cause) },
	}))
	ready := make(chan struct{})
	g.Go(func(context.Context) error { <-ready; return errors.New("no disk") })
	g.Go(func(context.Context) error { return nil })
	close(ready)
	fmt.Println(g.Wait())
	// Output:
	// report 0 starts
	// report 0 failed no disk
	// report stops: no disk
	// report 1 never starts: fate: group stopped: no disk
	// no disk
}

// The event of a success has the cause as well, also where the strategy need not see it.
func TestObserversAreToldWhyTheContextOfASuccessHadEnded(t *testing.T) {
	for _, s := range []fate.Strategy{failfast.Strategy{}, unhinted{failfast.Strategy{}}} {
		ends := make(chan fate.Event, 2)
		g := fate.New(t.Context(), s, fate.Observe(fate.Observer{End: func(_ *fate.Group, e fate.Event) { ends <- e }}))
		both := make(chan struct{}, 2)
		done := func(ctx context.Context) error {
			both <- struct{}{}
			<-ctx.Done()
			return nil
		}
		g.Go(done)
		g.Spawn("child", done)
		<-both
		<-both
		g.Stop(errCause)
		_ = g.Wait()
		for range 2 {
			if e := <-ends; e.Kind != fate.OK || e.Cause != errCause {
				t.Errorf("under %v told of %+v", s, e)
			}
		}
	}
}
