package soak

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/sharedfate/fate"
)

// stages is the episode of one stage after the other, each with a strategy and items of its own, so to speak: the second is given the
// results of the first.
func stages(sc *Scene) {
	n := sc.few(among(sc, 30, 1000))
	first, second := newBatch(sc, 0), newBatch(sc, 0)
	for _, b := range []*batch{first, second} {
		*b = batch{sc: sc, mode: fate.Return, all: make([]item, n), over: make(chan struct{})}
		wrong := sc.chance(60)
		for i := range b.all {
			if wrong {
				b.all[i].end = among(sc, append(make([]end, 60), fails, panics, exits)...)
			}
		}
	}
	first.input.draw(sc, n)
	r := reader{leaves: -1}
	r.draw(sc, n)
	one, two := strategy(sc, 60), strategy(sc, 60)
	ctx := first.begin(sc, sc.chance(20))
	second.begin(sc, false)

	pages := sc.Stage(fate.From(first.input.each(n)), sc.Strategy(one), first.one, fate.Panics(fate.Return))
	texts := sc.Stage(pages, sc.Strategy(two), func(ctx context.Context, v int) (int, error) {
		i := (v - 1) / 3
		if i < 0 || i >= n || v != value(i) {
			sc.Fault("the second stage is given %d, which the first never gave", v)
			runtime.Goexit()
		}
		_, err := second.one(ctx, i)
		return 2 * v, err
	}, fate.Panics(fate.Return))
	thrown, exited := aside(func() { r.read(texts(ctx)) })
	first.end()
	second.end()

	fault := func(format string, args ...any) {
		sc.Fault("stages of %d items, %v, then %v, %v, %v: %s\n%v\n%v", n, one, two, &first.input, &r,
			fmt.Sprintf(format, args...), one.summary.Tally, two.summary.Tally)
	}
	for i, b := range []*batch{first, second} {
		b.checkStage([]*ledger{one, two}[i], fault)
	}
	switch {
	case r.threw.Load():
		if thrown != errReader {
			fault("the loop's body panicked, and the loop with %v", thrown)
		}
	case first.input.broke.Load() && first.input.how == inputPanics:
		if err, ok := thrown.(error); !ok || !errors.Is(err, errInput) {
			fault("the input panicked, and the loop with %v", thrown)
		}
	case first.input.broke.Load():
		// Its exit goes on from stage to stage, as an exit or a panic.
		if p, _ := thrown.(*fate.PanicError); !exited && (p == nil || p.Value != fate.ErrGoexit) {
			fault("the input has exited, and the loop ended with %v", thrown)
		}
	case thrown != nil || exited:
		fault("the loop panicked with %v, exited %v", thrown, exited)
	}
	checkOrder(&r, fault)
	sc.Count("items of Stage", first.runs()+second.runs())
}

// checkStage is check for one of several stages, which has a share of the items.
func (b *batch) checkStage(l *ledger, fault report) {
	t := l.summary.Tally
	if l.concluded == 0 {
		if b.runs() > 0 {
			fault("items have run, and nothing was concluded")
		}
		return // it was never read
	}
	ran, again, well := b.ran()
	b.sc.group(t, ran+again, uint64(b.inside.most.Load()))
	switch wrong := l.judgeCounts(t); {
	case wrong != "":
		fault("%s", wrong)
	case b.inside.now.Load() != 0:
		fault("%d run after the loop", b.inside.now.Load())
	case l.limit > 0 && b.inside.most.Load() > int64(l.limit):
		fault("%d ran at once", b.inside.most.Load())
	case again > t.Restarted:
		fault("%d runs were restarts", again)
	case well != t.OK:
		fault("%d items ended well", well)
	}
	for _, m := range b.mishaps.list() {
		if l.shown[m] == 0 {
			fault("%v failed, and the strategy was not shown it", m)
		}
	}
}

// checkOrder looks at the results that were read: those of the items, in order, each once.
func checkOrder(r *reader, fault report) {
	before := -1
	for n, got := range r.got {
		if got.err != nil {
			continue
		}
		if i := (got.value/2 - 1) / 3; got.value != 2*value(i) || i <= before {
			fault("result %d is %d, after item %d", n, got.value, before)
		} else {
			before = i
		}
	}
}
