package observe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"expvar"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/observe"
	"github.com/sharedfate/fate/shed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errTask = errors.New("the task's error")

func succeeds(context.Context) error { return nil }
func fails(context.Context) error    { return errTask }
func panics(context.Context) error   { panic("boom") }
func exits(context.Context) error    { runtime.Goexit(); return nil }

func untilDone(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// records is recordsOf for an observer that is given to groups.
func records(level slog.Level, f func(o fate.Option)) []string {
	return recordsOf(level, func(o fate.Observer) { f(fate.Observe(o)) })
}

// recordsOf runs f with an observer that logs from the level on and returns the records, without what is another each time.
func recordsOf(level slog.Level, f func(o fate.Observer)) []string {
	var out bytes.Buffer
	handler := slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case slog.TimeKey, "took":
			return slog.Attr{}
		case "stack":
			return slog.Bool("stack", strings.Contains(a.Value.String(), "observe_test.panics("))
		}
		return a
	}})
	f(observe.Slog(slog.New(handler)))
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func wantRecords(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("logged\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestSlogLogsWhatBecomesOfTasks(t *testing.T) {
	got := records(slog.LevelDebug, func(o fate.Option) {
		g := fate.New(t.Context(), collectall.Strategy{Limit: 1}, o, fate.Name("thumbs"), fate.Panics(fate.Return))
		g.Go(succeeds)
		g.Spawn("db", fails)
		g.Go(panics)
		_ = g.Wait()
	})
	slices.Sort(got) // when a task starts, the end of the one before may not have been told yet
	wantRecords(t, got,
		`level=DEBUG msg="task ended" group=thumbs id=0 kind=ok`,
		`level=DEBUG msg="task ended" group=thumbs id=2 kind=panicked`,
		`level=DEBUG msg="task started" group=thumbs child=db id=1`,
		`level=DEBUG msg="task started" group=thumbs id=0`,
		`level=DEBUG msg="task started" group=thumbs id=2`,
		`level=ERROR msg="task panicked" group=thumbs id=2 err="fate: a task panicked: boom" stack=true`,
		`level=WARN msg="task failed" group=thumbs child=db id=1 kind=failed err="the task's error"`)
}

// A cause is logged once as the failure that it is, once as the cause of the stop, and not with each task that it cut short or skipped.
func TestSlogLogsACauseOnceAndNotPerTask(t *testing.T) {
	run := func(o fate.Option) {
		g := fate.New(t.Context(), failfast.Strategy{Limit: 2}, o)
		gate := make(chan struct{})
		g.Spawn("sibling", func(ctx context.Context) error { close(gate); return untilDone(ctx) })
		<-gate
		held := make(chan struct{})
		g.Go(func(ctx context.Context) error { <-held; return fails(ctx) })
		g.Go(succeeds)
		close(held)
		_ = g.Wait()
	}
	got := records(slog.LevelDebug, run)
	slices.Sort(got)
	wantRecords(t, got,
		`level=DEBUG msg="task ended" child=sibling id=0 kind=cancelled`,
		`level=DEBUG msg="task skipped" id=2`,
		`level=DEBUG msg="task started" child=sibling id=0`,
		`level=DEBUG msg="task started" id=1`,
		`level=INFO msg="group stopped" cause="the task's error"`,
		`level=WARN msg="task failed" id=1 kind=failed err="the task's error"`)
	wantRecords(t, records(slog.LevelInfo, run),
		`level=WARN msg="task failed" id=1 kind=failed err="the task's error"`,
		`level=INFO msg="group stopped" cause="the task's error"`)
	wantRecords(t, records(slog.LevelError, run), "")
}

func TestSlogLogsWhatIsShedAndWhatIsCancelledBeforeItStarts(t *testing.T) {
	got := records(slog.LevelDebug, func(o fate.Option) {
		gate := make(chan struct{})
		wait := func(context.Context) error { <-gate; return nil }
		full := fate.New(t.Context(), shed.Strategy{Limit: 1}, o)
		full.Go(wait)
		full.Spawn("late", succeeds)
		busy := fate.New(t.Context(), failfast.Strategy{Limit: 1}, o)
		busy.Go(wait)
		busy.Spawn("held", succeeds).Cancel(errTask)
		close(gate)
		_, _ = full.Wait(), busy.Wait()
	})
	for _, want := range []string{`level=DEBUG msg="task shed" child=late id=1`, `level=DEBUG msg="task skipped" child=held id=1`} {
		if !slices.Contains(got, want) {
			t.Errorf("logged %q, want %s in it", got, want)
		}
	}
}

func TestSlogLogsRestarts(t *testing.T) {
	wantRecords(t, recordsOf(slog.LevelDebug, func(log fate.Observer) {
		g := fate.New(t.Context(), failfast.Strategy{}, fate.Name("service"))
		log.Restart(g, fate.Event{ID: 3, Name: "db", Kind: fate.Failed, Err: errTask, Attempt: 2}, time.Second)
		log.Restart(g, fate.Event{ID: 3, Name: "db", Kind: fate.Panicked, Err: errTask, Attempt: 3}, time.Second) // its error is with the panic
		log.Restart(g, fate.Event{ID: 4}, time.Minute)
	}),
		`level=WARN msg="task restarts" group=service child=db id=3 attempt=2 after=1s err="the task's error"`,
		`level=WARN msg="task restarts" group=service child=db id=3 attempt=3 after=1s`,
		`level=WARN msg="task restarts" group=service id=4 after=1m0s`)
}

// Handlers take what they need from the context, also when the group has stopped.
func TestSlogGivesHandlersTheGroupsContext(t *testing.T) {
	type key struct{}
	h := &contextual{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "request 7"))
	g := fate.New(ctx, failfast.Strategy{}, fate.Observe(observe.Slog(slog.New(h))))
	g.Go(func(context.Context) error { cancel(); return errTask })
	_ = g.Wait()
	if len(h.seen) < 2 {
		t.Errorf("%d records", len(h.seen))
	}
	for _, ctx := range h.seen {
		if ctx.Value(key{}) != "request 7" || ctx.Err() != nil {
			t.Errorf("a record had a context with %v, %v", ctx.Value(key{}), ctx.Err())
		}
	}
}

// contextual keeps the contexts of records.
type contextual struct {
	slog.Handler
	seen []context.Context // one task: no lock
}

func (h *contextual) Enabled(context.Context, slog.Level) bool { return true }

func (h *contextual) Handle(ctx context.Context, _ slog.Record) error {
	h.seen = append(h.seen, ctx)
	return nil
}

func TestCountsAreWhatTheTalliesSay(t *testing.T) {
	var counts observe.Counts
	option := fate.Observe(counts.Observer())
	var sum fate.Tally
	var mu sync.Mutex
	var groups sync.WaitGroup
	for seed := range uint64(8) {
		groups.Go(func() {
			rnd := rand.New(rand.NewPCG(seed, 1))
			strategies := []fate.Strategy{failfast.Strategy{Limit: 2}, collectall.Strategy{Limit: 2, StopAfter: 30}, shed.Strategy{Limit: 2}}
			g := fate.New(t.Context(), strategies[seed%3], option, fate.Panics(fate.Return), fate.Backlog(2))
			for range 200 {
				task := []fate.Task{succeeds, succeeds, succeeds, fails, panics, exits}[rnd.IntN(6)]
				if seed < 3 {
					task = succeeds
				}
				g.TryGo(task)
				g.Spawn("child", task).Cancel(nil)
			}
			g.Stop(errTask)
			g.Go(succeeds)
			_ = g.Wait()
			mu.Lock()
			defer mu.Unlock()
			tally := g.Tally()
			sum.OK += tally.OK
			sum.Failed += tally.Failed
			sum.Panicked += tally.Panicked
			sum.Exited += tally.Exited
			sum.Cancelled += tally.Cancelled
			sum.Skipped += tally.Skipped
			sum.Shed += tally.Shed
		})
	}
	groups.Wait()
	got := published(t, &counts)
	want := map[string]uint64{"ok": sum.OK, "failed": sum.Failed, "panicked": sum.Panicked, "exited": sum.Exited, "cancelled": sum.Cancelled,
		"skipped": sum.Skipped, "shed": sum.Shed, "running": 0, "stopped": 8, "restarted": 0, "late": 0, "started": got["started"]}
	if !maps.Equal(got, want) {
		t.Errorf("counted are %v, want %v", got, want)
	}
	if got["ok"] == 0 || got["skipped"] == 0 || got["started"] < got["ok"] {
		t.Errorf("counted are %v: too little has happened", got)
	}
}

// published reads a variable as those do who read what package expvar serves.
func published(t *testing.T, v expvar.Var) map[string]uint64 {
	t.Helper()
	counts := map[string]uint64{}
	if err := json.Unmarshal([]byte(v.String()), &counts); err != nil {
		t.Fatal(err)
	}
	return counts
}

func TestCountsShowWhatIsRunning(t *testing.T) {
	var counts observe.Counts
	g := fate.New(t.Context(), failfast.Strategy{}, fate.Observe(counts.Observer()))
	gate := make(chan struct{})
	var started sync.WaitGroup
	started.Add(3)
	for range 3 {
		g.Go(func(context.Context) error { started.Done(); <-gate; return nil })
	}
	started.Wait()
	if n := counts.Running.Load(); n != 3 {
		t.Errorf("%d are running, want 3", n)
	}
	close(gate)
	_ = g.Wait()
	if n := counts.Running.Load(); n != 0 {
		t.Errorf("%d are running after Wait", n)
	}
}

func TestCountsOfRestarts(t *testing.T) {
	var counts observe.Counts
	o := counts.Observer()
	o.Start(nil, fate.Event{})
	o.Restart(nil, fate.Event{Kind: fate.Failed, Err: errTask}, time.Second)
	o.Start(nil, fate.Event{Attempt: 1})
	o.End(nil, fate.Event{Attempt: 1})
	got := published(t, &counts)
	for what, want := range map[string]uint64{"started": 2, "restarted": 1, "ok": 1, "failed": 0, "running": 0} {
		if got[what] != want {
			t.Errorf("%s is %d, want %d", what, got[what], want)
		}
	}
}

func TestSlogWithoutALoggerPanicsNamingTheCall(t *testing.T) {
	defer func() {
		if v := recover(); v != "observe: Slog: the logger is nil" {
			t.Errorf("panicked with %v", v)
		}
	}()
	observe.Slog(nil)
}

// A child that takes longer than its Grace is worth a warning, and counted.
func TestWhoIsLateIsLoggedAndCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text bytes.Buffer
		var counts observe.Counts
		log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelWarn}))
		g := fate.New(t.Context(), collectall.Strategy{}, fate.Observe(observe.Slog(log)), fate.Observe(counts.Observer()))
		g.Spawn("slow", func(ctx context.Context) error { <-ctx.Done(); time.Sleep(time.Hour); return nil }, fate.Grace(time.Second))
		synctest.Wait()
		_ = g.StopInOrder(nil)
		_ = g.Wait()
		if n := counts.Late.Load(); n != 1 || !strings.Contains(text.String(), `level=WARN msg="task late" child=slow id=0 grace=1s`) {
			t.Errorf("%d were late; logged is\n%s", n, &text)
		}
	})
}
