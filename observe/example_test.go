package observe_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/observe"
)

// plain writes records without what is another each time.
func plain(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "took" {
			return slog.Attr{}
		}
		return a
	}}))
}

func ExampleSlog() {
	log := observe.Slog(plain(slog.LevelDebug))
	g := fate.New(context.Background(), failfast.Strategy{Limit: 1}, fate.Name("report"), fate.Observe(log))
	ready := make(chan struct{})
	g.Spawn("cache", func(context.Context) error { <-ready; return errors.New("no disk") })
	g.Go(func(context.Context) error { return nil })
	close(ready)
	_ = g.Wait()
	// Output:
	// level=DEBUG msg="task started" group=report child=cache id=0
	// level=WARN msg="task failed" group=report child=cache id=0 kind=failed err="no disk"
	// level=INFO msg="group stopped" group=report cause="no disk"
	// level=DEBUG msg="task skipped" group=report id=1
}

// What is of no interest is left out.
func ExampleSlog_failuresOnly() {
	log := observe.Slog(plain(slog.LevelDebug))
	only := fate.Observer{Panic: log.Panic, End: func(g *fate.Group, e fate.Event) {
		if e.Kind.Failure() {
			log.End(g, e)
		}
	}}
	g := fate.New(context.Background(), collectall.Strategy{Limit: 1}, fate.Observe(only))
	g.Go(func(context.Context) error { return nil })
	g.Go(func(context.Context) error { return errors.New("no disk") })
	_ = g.Wait()
	// Output:
	// level=WARN msg="task failed" id=1 kind=failed err="no disk"
}

func ExampleCounts() {
	var counts observe.Counts // to be published by expvar.Publish("fetches", &counts), which serves it at /debug/vars
	for _, tasks := range []int{2, 3} {
		g := fate.New(context.Background(), collectall.Strategy{Limit: 1}, fate.Observe(counts.Observer()))
		for range tasks {
			g.Go(func(context.Context) error { return nil })
		}
		g.Go(func(context.Context) error { return errors.New("no route") })
		_ = g.Wait()
	}
	fmt.Println(counts.Failed.Load(), "failed")
	fmt.Println(&counts)
	// Output:
	// 2 failed
	// {"running": 0, "started": 7, "restarted": 0, "ok": 5, "failed": 2, "panicked": 0, "exited": 0, "cancelled": 0, "skipped": 0, "shed": 0, "late": 0, "stopped": 0}
}
