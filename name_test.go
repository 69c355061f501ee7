package fate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

type labels map[string]string

// ownLabels returns the labels of the calling goroutine, as the goroutine profile has them. One at a time may call it.
//
//go:noinline
func ownLabels() labels { return profiledLabels("fate_test.ownLabels+") }

// profiledLabels returns the labels of the goroutine that has a function on its stack, as the goroutine profile has them; nil if none has.
func profiledLabels(function string) labels {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		panic(err)
	}
	for record := range strings.SplitSeq(profile.String(), "\n\n") {
		if !strings.Contains(record, function) {
			continue
		}
		all := labels{}
		if _, text, ok := strings.Cut(record, "# labels: "); ok {
			text, _, _ = strings.Cut(text, "\n")
			if err := json.Unmarshal([]byte(text), &all); err != nil {
				panic(err)
			}
		}
		return all
	}
	return nil
}

// contextLabels returns the labels that a context carries.
func contextLabels(ctx context.Context) labels {
	all := labels{}
	pprof.ForLabels(ctx, func(key, value string) bool { all[key] = value; return true })
	return all
}

func wantLabels(t *testing.T, what string, got, want labels) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("%s has the labels %v, want %v", what, got, want)
	}
}

// labelled checks both: what the goroutine has, and what its context carries.
func labelled(t *testing.T, what string, want labels) fate.Task {
	return func(ctx context.Context) error {
		wantLabels(t, what+"'s goroutine", ownLabels(), want)
		wantLabels(t, what+"'s context", contextLabels(ctx), want)
		return nil
	}
}

func TestANamedGroupLabelsWhatItRuns(t *testing.T) {
	parent := pprof.WithLabels(t.Context(), pprof.Labels("request", "7", fate.GroupLabel, "the one around"))
	group := labels{"request": "7", fate.GroupLabel: "thumbs"}
	child := labels{"request": "7", fate.GroupLabel: "thumbs", fate.ChildLabel: "db"}
	for _, s := range []fate.Strategy{failfast.Strategy{Limit: 1}, unhinted{collectall.Strategy{Limit: 1}}} {
		g := fate.New(parent, s, fate.Name("thumbs"))
		g.Go(labelled(t, "a task", group))
		g.Spawn("db", labelled(t, "a child", child))
		g.TryGo(labelled(t, "a task after a child", group))
		fate.Go(g, func(ctx context.Context) (int, error) { return 0, labelled(t, "a future", group)(ctx) })
		g.Spawn("", labelled(t, "a child without a name", group))
		if err := g.Wait(); err != nil || g.Name() != "thumbs" {
			t.Errorf("group %q ended with %v", g.Name(), err)
		}
		wantLabels(t, "the group's context", contextLabels(g.Context()), group)
		eachWay(t, func(t *testing.T, run overItems) {
			item := labelled(t, "an item", group)
			err := run(parent, s, 5, func(ctx context.Context, _ int) error { return item(ctx) }, fate.Name("thumbs"))
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLabelsOfATaskAreInheritedAndAddedTo(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, fate.Name("thumbs"))
	want := labels{fate.GroupLabel: "thumbs", fate.ChildLabel: "db"}
	g.Spawn("db", func(ctx context.Context) error {
		apart(func() { wantLabels(t, "a goroutine that a child starts", ownLabels(), want) })
		pprof.Do(ctx, pprof.Labels("query", "select"), func(ctx context.Context) {
			more := labels{fate.GroupLabel: "thumbs", fate.ChildLabel: "db", "query": "select"}
			_ = labelled(t, "pprof.Do in a child", more)(ctx)
		})
		return labelled(t, "a child after pprof.Do", want)(ctx)
	}, fate.Timeout(1<<40))
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func TestLabelsOfAGroupInATaskOfAnother(t *testing.T) {
	outer := fate.New(t.Context(), failfast.Strategy{}, fate.Name("outer"))
	outer.Spawn("child", func(ctx context.Context) error {
		named := fate.New(ctx, failfast.Strategy{}, fate.Name("inner"))
		named.Go(labelled(t, "a task of the inner group", labels{fate.GroupLabel: "inner", fate.ChildLabel: "child"}))
		return named.Wait()
	})
	if err := outer.Wait(); err != nil {
		t.Error(err)
	}
}

// What a task leaves on its goroutine is not there for the next, however it ends.
func TestLabelsDoNotLeakFromOneTaskToTheNext(t *testing.T) {
	leave := func(end fate.Task) fate.Task {
		return func(ctx context.Context) error {
			pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("left", "behind")))
			return end(ctx)
		}
	}
	want := labels{fate.GroupLabel: "thumbs"}
	for name, end := range map[string]fate.Task{"succeeds": succeeds, "fails": fails, "panics": panicsNow, "calls Goexit": goexits} {
		g := fate.New(t.Context(), collectall.Strategy{Limit: 1}, fate.Name("thumbs"), fate.Panics(fate.Return))
		for range 3 {
			g.Go(leave(end))
			g.Go(labelled(t, "the task after one that "+name, want))
			g.Spawn("child", leave(end))
			g.Go(labelled(t, "the task after a child that "+name, want))
		}
		_ = g.Wait()
		eachWay(t, func(t *testing.T, run overItems) {
			_ = run(t.Context(), collectall.Strategy{Limit: 1}, 20, func(ctx context.Context, i int) error {
				if i%2 == 0 {
					return leave(end)(ctx)
				}
				return labelled(t, "the item after one that "+name, want)(ctx)
			}, fate.Name("thumbs"), fate.Panics(fate.Return))
		})
	}
}

// Between two jobs a goroutine is the group's, not the last child's: the strategy's time is not counted as a child's.
func TestTheStrategysWorkIsNotLabelledAsTheChilds(t *testing.T) {
	for name, end := range map[string]fate.Task{"succeeds": succeeds, "panics": panicsNow, "calls Goexit": goexits} {
		settled := labels{}
		s := policy{settle: func(fate.Tally, fate.Event) fate.Verdict { settled = ownLabels(); return fate.Continue }}
		g := fate.New(t.Context(), s, fate.Name("thumbs"), fate.Panics(fate.Return))
		g.Spawn("child", end)
		_ = g.Wait()
		wantLabels(t, "Settle after a child that "+name, settled, labels{fate.GroupLabel: "thumbs"})
	}
}

// Goroutines that are not the group's keep what they have.
func TestLabelsOfCallersAreLeftAlone(t *testing.T) {
	mine := labels{"caller": "me"}
	pprof.Do(t.Context(), pprof.Labels("caller", "me"), func(context.Context) {
		ctx := context.Background() // without the caller's labels
		g := fate.New(ctx, failfast.Strategy{Limit: 1}, fate.Name("thumbs"), fate.Backlog(0))
		for range 5 {
			g.Go(succeeds)
			wantLabels(t, "the caller of Go", ownLabels(), mine)
			g.Spawn("child", labelled(t, "the child", labels{fate.GroupLabel: "thumbs", fate.ChildLabel: "child"})).Cancel(nil)
		}
		g.Go(labelled(t, "the task", labels{fate.GroupLabel: "thumbs"}))
		_ = g.Wait()
		wantLabels(t, "the caller of Wait", ownLabels(), mine)
		eachWay(t, func(t *testing.T, run overItems) {
			pprof.Do(t.Context(), pprof.Labels("caller", "me"), func(context.Context) {
				_ = run(ctx, failfast.Strategy{Limit: 1}, 3, func(context.Context, int) error { return nil }, fate.Name("thumbs"))
				wantLabels(t, "the caller", ownLabels(), mine)
			})
		})
	})
}

//go:noinline
func aTaskThatBlocks(gate <-chan struct{}) error { <-gate; return nil }

// A profile of what is going on tells whose goroutines these are.
func TestGoroutineProfilesShowNames(t *testing.T) {
	gate, started := make(chan struct{}), make(chan struct{})
	g := fate.New(t.Context(), failfast.Strategy{}, fate.Name("thumbs"))
	g.Spawn("db", func(context.Context) error { close(started); return aTaskThatBlocks(gate) })
	<-started
	wantLabels(t, "the profile", profiledLabels("fate_test.aTaskThatBlocks+"), labels{fate.GroupLabel: "thumbs", fate.ChildLabel: "db"})
	close(gate)
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func TestTheInputOfAStreamIsLabelledAndThatOfForEachIsTheCallers(t *testing.T) {
	var in iter.Seq[int]
	seen := labels{}
	in = func(yield func(int) bool) { seen = ownLabels(); yield(1) }
	item := func(context.Context, int) error { return nil }
	_ = fate.ForEach(t.Context(), failfast.Strategy{Limit: 1}, in, item, fate.Name("thumbs"))
	wantLabels(t, "ForEach's input", seen, labels{})
	for range fate.Stream(t.Context(), failfast.Strategy{Limit: 1}, in, withResult(item), fate.Name("thumbs")) {
	}
	wantLabels(t, "Stream's input", seen, labels{fate.GroupLabel: "thumbs"})
}

// A group without a name sets no labels: what a task leaves stays, as everything does that it leaves on its goroutine.
func TestAGroupWithoutANameLeavesLabelsAlone(t *testing.T) {
	for _, opts := range [][]fate.Option{nil, {fate.Name("")}} {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 1}, opts...)
		g.Go(func(ctx context.Context) error {
			pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("left", "behind")))
			g.Spawn("child", labelledGoroutine(t, labels{"left": "behind"}))
			return nil
		})
		if err := g.Wait(); err != nil || g.Name() != "" {
			t.Errorf("group %q ended with %v", g.Name(), err)
		}
	}
}

func labelledGoroutine(t *testing.T, want labels) fate.Task {
	return func(ctx context.Context) error {
		wantLabels(t, "the goroutine", ownLabels(), want)
		wantLabels(t, "the context", contextLabels(ctx), labels{})
		return nil
	}
}

func TestDerivedContextsOfANamedGroupStartNoGoroutine(t *testing.T) {
	g := fate.New(t.Context(), failfast.Strategy{}, fate.Name("thumbs"))
	var once sync.Once
	derive := func(ctx context.Context) error {
		before := runtime.NumGoroutine()
		derived, cancel := context.WithCancel(ctx)
		defer cancel()
		once.Do(func() {
			if n := goroutinesSince(before); n > 0 {
				t.Errorf("a derived context started %d goroutines", n)
			}
		})
		g.Stop(errCause)
		<-derived.Done()
		if context.Cause(derived) != errCause {
			t.Errorf("its cause is %v", context.Cause(derived))
		}
		return nil
	}
	g.Spawn("child", derive)
	_ = g.Wait()
}

// A name costs the group and its children, and no task and no item.
func TestANameCostsNoTaskAnAllocation(t *testing.T) {
	allocs := func(n int, each func(g *fate.Group), opts ...fate.Option) float64 {
		return testing.AllocsPerRun(20, func() {
			g := fate.New(context.Background(), failfast.Strategy{Limit: 8}, opts...)
			for range n {
				each(g)
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
	task := func(g *fate.Group) { g.Go(succeeds) }
	child := func(g *fate.Group) { g.Spawn("child", succeeds) }
	name := fate.Name("thumbs")
	if n := allocs(0, task, name) - allocs(0, task); n > 8 {
		t.Errorf("a name costs a group %v allocations", n)
	}
	if n := (allocs(1000, task, name) - allocs(0, task, name)) / 1000; n > 0.1 { // a runner now and then
		t.Errorf("a name costs a task %v allocations", n)
	}
	if n := (allocs(1000, child, name) - allocs(1000, child)) / 1000; n > 5.1 {
		t.Errorf("a name costs a child %v allocations", n)
	}
	eachWay(t, func(t *testing.T, run overItems) {
		perItem := func(opts ...fate.Option) float64 {
			const n = 20000
			return testing.AllocsPerRun(5, func() {
				_ = run(context.Background(), failfast.Strategy{Limit: 4}, n, func(context.Context, int) error { return nil }, opts...)
			}) / n
		}
		if named, unnamed := perItem(name), perItem(); named > unnamed+0.01 {
			t.Errorf("an item costs %v allocations with a name, %v without", named, unnamed)
		}
	})
}

func ExampleName_labels() {
	ctx := pprof.WithLabels(context.Background(), pprof.Labels("request", "7"))
	g := fate.New(ctx, failfast.Strategy{Limit: 1}, fate.Name("thumbnails"))
	show := func(ctx context.Context) error {
		pprof.ForLabels(ctx, func(key, value string) bool {
			fmt.Println(key, value)
			return true
		})
		return nil
	}
	g.Go(show)
	g.Spawn("cleaner", show)
	if err := g.Wait(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// fate.group thumbnails
	// request 7
	// fate.child cleaner
	// fate.group thumbnails
	// request 7
}

func BenchmarkName(b *testing.B) {
	none := func(context.Context, int) error { return nil }
	for _, c := range []struct {
		impl string
		opts []fate.Option
	}{{"unnamed", nil}, {"named", []fate.Option{fate.Name("thumbs")}}} {
		b.Run("row=tasks/impl="+c.impl, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g := fate.New(b.Context(), failfast.Strategy{}, c.opts...)
				for range 1000 {
					g.Go(succeeds)
				}
				_ = g.Wait()
			}
		})
		b.Run("row=items/impl="+c.impl, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = fate.ForEach(b.Context(), failfast.Strategy{Limit: 8}, numbers(10_000), none, c.opts...)
			}
		})
	}
}
