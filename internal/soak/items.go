package soak

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/quorum"
)

// items is the episode of one function over many items: ForEach, Map or Stream.
func items(sc *Scene) {
	b := newBatch(sc, among(sc, 10, 300, 3000, 20000))
	l := strategy(sc, 60)
	b.mode = among(sc, fate.Return, fate.Rethrow)
	opts := []fate.Option{fate.Panics(b.mode)}
	if sc.chance(30) {
		opts = append(opts, fate.Backlog(sc.few(100)))
	}
	opts, b.observed = observe(sc, opts)
	b.input.draw(sc, len(b.all))
	r := reader{leaves: -1}
	form := among(sc, "ForEach", "Map", "Stream")
	r.draw(sc, len(b.all))
	ctx := b.begin(sc, sc.chance(20))
	s := sc.Strategy(l)

	var out []int
	var o outcome
	var exited bool
	o.thrown, exited = aside(func() {
		switch form {
		case "ForEach":
			o.err = sc.ForEach(ctx, s, b.input.each(len(b.all)), func(ctx context.Context, i int) error {
				_, err := b.one(ctx, i)
				return err
			}, opts...)
		case "Map":
			in := make([]int, len(b.all))
			for i := range in {
				in[i] = i
			}
			out, o.err = sc.Map(ctx, s, in, b.one, opts...)
		case "Stream":
			r.read(sc.Stream(ctx, s, b.input.each(len(b.all)), b.one, opts...))
		}
	})
	b.end()
	sc.Count("items of "+form, b.runs())
	b.check(form, l, &r, o, exited, out)
}

// value is the result of an item. No item has 0.
func value(i int) int { return 3*i + 1 }

// An item is one item, and what became of it.
type item struct {
	end   end
	pause pause
	runs  atomic.Int64
	last  atomic.Int64 // what the last run came to: 0 if it has not returned
}

const (
	returnedValue int64 = iota + 1 // and no error
	returnedError                  // and the value
)

// A batch is the items of one episode, and what happened while they ran.
type batch struct {
	sc       *Scene
	mode     fate.PanicMode
	all      []item
	input    input
	over     chan struct{}
	left     atomic.Bool // the call that runs the items has returned
	inside   gauge
	began    *trigger
	observed *observed
	cut      bool // the parent has ended
	cancel   context.CancelCauseFunc
	mishaps
}

func newBatch(sc *Scene, most int) *batch {
	b := &batch{sc: sc, all: make([]item, sc.few(most)), over: make(chan struct{})}
	for i := range b.all {
		b.all[i].end = sc.end()
		if b.all[i].end == heeds {
			b.all[i].end = echoes // an item that waits may be waited for by the reader
		}
		b.all[i].pause = sc.brief()
	}
	if sc.chance(30) { // nothing goes wrong
		for i := range b.all {
			b.all[i].end = succeeds
		}
	}
	return b
}

// begin returns the context for the items. Once some of them have begun, it ends, if cut says so.
func (b *batch) begin(sc *Scene, cut bool) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	b.cancel = cancel
	b.began = when(1+sc.few(len(b.all)), func() {
		if cut {
			b.cut = true
			cancel(errParent)
		}
	})
	return ctx
}

func (b *batch) end() {
	b.left.Store(true)
	b.began.close()
	b.cancel(nil)
}

func (b *batch) one(ctx context.Context, i int) (int, error) {
	it := &b.all[i]
	n := it.runs.Add(1)
	it.last.Store(0)
	if b.left.Load() {
		b.sc.Fault("item %d begins after the call has returned", i)
	}
	b.inside.enter()
	defer b.inside.leave()
	b.began.pull()
	it.pause.pass(ctx, b.over)
	err := it.end.finish(ctx, b.over, func() *mishap { return b.make(i, n) })
	if err != nil {
		it.last.Store(returnedError)
	} else {
		it.last.Store(returnedValue)
	}
	return value(i), err
}

func (b *batch) runs() (n uint64) {
	for i := range b.all {
		n += uint64(b.all[i].runs.Load())
	}
	return n
}

// ran is how many items have run.
func (b *batch) ran() (n, again, well uint64) {
	for i := range b.all {
		if runs := b.all[i].runs.Load(); runs > 0 {
			n, again = n+1, again+uint64(runs)-1
		}
		if b.all[i].last.Load() == returnedValue {
			well++
		}
	}
	return n, again, well
}

// check holds what came of the call against what must.
func (b *batch) check(form string, l *ledger, r *reader, o outcome, exited bool, out []int) {
	t := l.summary.Tally
	fault := func(format string, args ...any) {
		b.sc.Fault("%s of %d items, %v, panics %v, %v, %v: %s\n%v", form, len(b.all), l, b.mode, &b.input, r, fmt.Sprintf(format, args...), t)
	}
	var causes []error
	if b.cut {
		causes = append(causes, errParent)
	}
	ran, again, well := b.ran()
	b.sc.group(t, ran+again, uint64(b.inside.most.Load()))
	wrong := l.judgeCounts(t)
	if wrong == "" {
		wrong = b.observed.judge(t)
	}
	if wrong == "" {
		wrong = l.missing(b.mishaps.list(), func(m *mishap) bool { return b.all[m.task].runs.Load() == m.run })
	}
	switch {
	case wrong != "":
		fault("%s", wrong)
	case b.inside.now.Load() != 0:
		fault("%d run after the call", b.inside.now.Load())
	case l.limit > 0 && b.inside.most.Load() > int64(l.limit):
		fault("%d ran at once", b.inside.most.Load())
	case t.Offered > uint64(len(b.all)):
		fault("there are more tasks than items")
	case again != t.Restarted:
		fault("%d runs were restarts", again)
	case well != t.OK:
		fault("%d items ended well", well)
	}
	b.checkEnd(form, l, r, o, exited, causes, fault)
	if form == "Map" {
		b.checkResults(out, fault)
	}
	if form == "Stream" {
		b.checkRead(l, r, fault)
	}
}

// checkEnd looks at how the call ended: what the input and the reader do comes before what the tasks did.
func (b *batch) checkEnd(form string, l *ledger, r *reader, o outcome, exited bool, causes []error, fault report) {
	t := l.summary.Tally
	switch {
	case r.threw.Load():
		if o.thrown != errReader {
			fault("the loop's body panicked, and the loop with %v", o.thrown)
		}
		return
	case b.input.broke.Load() && b.input.how == inputPanics:
		p, wrapped := o.thrown.(*fate.PanicError)
		if form == "Stream" && (!wrapped || p.Value != errInput) || form == "ForEach" && o.thrown != errInput {
			fault("the input panicked, and the call with %v", o.thrown)
		}
		return
	case b.input.broke.Load():
		if !exited {
			fault("the input has exited, and the call has not: %v", o)
		}
		return
	case exited:
		fault("the call has exited")
		return
	}
	if form != "Stream" {
		if wrong := l.judgeOutcome(b.mode, t, o, causes...); wrong != "" {
			fault("%s", wrong)
		}
		return
	}
	// A loop panics as Wait does. What Wait returned, it yields or not: see checkRead.
	if thrown, ok := o.thrown.(*fate.RethrownError); (o.thrown != nil) != ok || ok != (b.mode == fate.Rethrow && t.Panicked > 0) {
		fault("the loop panicked with %v", o.thrown)
	} else if ok && uint64(len(thrown.Panics)) != t.Panicked {
		fault("the loop panicked with %d panics", len(thrown.Panics))
	}
}

func (b *batch) checkResults(out []int, fault report) {
	if len(out) != len(b.all) && out != nil {
		fault("there are %d results", len(out))
		return
	}
	for i, v := range out {
		last := b.all[i].last.Load()
		switch {
		case last != 0 && v != value(i), b.all[i].runs.Load() == 0 && v != 0:
			fault("the result of item %d is %d; its last run: %d", i, v, last)
		}
	}
}

// checkRead looks at what a stream yielded.
func (b *batch) checkRead(l *ledger, r *reader, fault report) {
	t := l.summary.Tally
	for n, got := range r.got {
		if n < len(b.all) && b.belongs(n, got) {
			continue
		}
		// Only at the end there is one pair more, with the group's error.
		if got.err == nil || got.value != 0 || n < len(r.got)-1 {
			fault("pair %d is %d, %v", n, got.value, got.err)
			return
		}
		r.last = got.err
	}
	whole := t.Skipped == 0 && uint64(len(r.got)) >= t.Offered
	q, quorate := decider(l.Strategy).(quorum.Strategy)
	quorate = quorate && t.OK >= uint64(q.Need) // then the rest is left out without a word
	switch {
	case r.left || quorate || b.input.broke.Load() || b.mode == fate.Rethrow && t.Panicked > 0:
	case !whole && r.last == nil && !r.failed:
		fault("%d pairs were read of %d, and nothing says why", len(r.got), t.Offered)
	case t.Offered < uint64(b.input.len(len(b.all))) && r.last == nil && !r.failed:
		fault("%d items were taken from the input, and nothing says why", t.Offered)
	}
}

// belongs reports whether a pair is the nth item's.
func (b *batch) belongs(n int, got pair) bool {
	it := &b.all[n]
	switch {
	case got.err == nil:
		return got.value == value(n) && it.last.Load() == returnedValue
	case errors.Is(got.err, fate.ErrShed):
		return got.value == 0 && it.runs.Load() == 0
	case got.err == fate.ErrGoexit:
		return it.end == exits && it.runs.Load() > 0
	}
	m := mishapOf(got.err)
	return m != nil && m.task == n || got.value == value(n) && it.end == echoes
}

type pair struct {
	value int
	err   error
}
