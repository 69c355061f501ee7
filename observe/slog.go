package observe

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/sharedfate/fate"
)

// Slog returns an observer that logs.
//
//	Debug  task started; task ended, without failure; task skipped; task shed
//	Info   group stopped
//	Warn   task failed; task restarts; task late
//	Error  task panicked
//
// Attributes are group and child (their names, if they have one), id (the task's place in the order of submission), attempt (if it is not
// the first), kind, took, after (the delay of a restart), and grace (how long a late task was waited for). A failure's error is logged once, as err, where it happens: that of a panic
// with the panic, together with its stack, and not again when that task ends. The stop has its cause, as cause, and what it cut short or
// kept from starting does not repeat that.
//
// Records are given the group's context, for handlers that take from it. A level that the logger does not want costs no more than asking
// for it. Slog panics if l is nil.
func Slog(l *slog.Logger) fate.Observer {
	if l == nil {
		panic("observe: Slog: the logger is nil")
	}
	log := logger{l}
	return fate.Observer{
		Start: func(g *fate.Group, e fate.Event) { log.task(g, slog.LevelDebug, "task started", e) },
		End:   log.end,
		Skip:  func(g *fate.Group, e fate.Event) { log.task(g, slog.LevelDebug, "task skipped", e) },
		Shed:  func(g *fate.Group, e fate.Event) { log.task(g, slog.LevelDebug, "task shed", e) },
		Panic: func(g *fate.Group, e fate.Event) {
			attrs := []slog.Attr{slog.Any("err", e.Err)}
			if p, ok := e.Err.(*fate.PanicError); ok {
				attrs = append(attrs, slog.String("stack", string(p.Stack)))
			}
			log.task(g, slog.LevelError, "task panicked", e, attrs...)
		},
		Restart: func(g *fate.Group, e fate.Event, after time.Duration) {
			attrs := []slog.Attr{slog.Duration("took", e.Took), slog.Duration("after", after)}
			if e.Err != nil && e.Kind != fate.Panicked {
				attrs = append(attrs, slog.Any("err", e.Err))
			}
			log.task(g, slog.LevelWarn, "task restarts", e, attrs...)
		},
		Late: func(g *fate.Group, e fate.Event, grace time.Duration) {
			log.task(g, slog.LevelWarn, "task late", e, slog.Duration("grace", grace))
		},
		Stop: func(g *fate.Group, cause error) {
			log.record(g, slog.LevelInfo, "group stopped", slog.Any("cause", cause))
		},
	}
}

type logger struct{ *slog.Logger }

func (l logger) end(g *fate.Group, e fate.Event) {
	kind, took := slog.String("kind", e.Kind.String()), slog.Duration("took", e.Took)
	switch e.Kind {
	case fate.Failed, fate.Exited:
		l.task(g, slog.LevelWarn, "task failed", e, kind, took, slog.Any("err", e.Err))
	default:
		l.task(g, slog.LevelDebug, "task ended", e, kind, took)
	}
}

// task logs something about a task.
func (l logger) task(g *fate.Group, level slog.Level, message string, e fate.Event, more ...slog.Attr) {
	if !l.Enabled(context.WithoutCancel(g.Context()), level) {
		return
	}
	attrs := make([]slog.Attr, 0, 8)
	if e.Name != "" {
		attrs = append(attrs, slog.String("child", e.Name))
	}
	attrs = append(attrs, slog.Uint64("id", e.ID))
	if e.Attempt > 0 {
		attrs = append(attrs, slog.Int("attempt", e.Attempt))
	}
	l.record(g, level, message, append(attrs, more...)...)
}

// record logs something about the group.
func (l logger) record(g *fate.Group, level slog.Level, message string, attrs ...slog.Attr) {
	if name := g.Name(); name != "" {
		attrs = slices.Insert(attrs, 0, slog.String("group", name))
	}
	// That the group has stopped is no reason to log nothing, and no handler should take it for one.
	l.LogAttrs(context.WithoutCancel(g.Context()), level, message, attrs...)
}
