package soak

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/limiter"
	"github.com/sharedfate/fate/shed"
)

// limited is the episode of several groups that share one limiter, beside callers that belong to no group, while somebody
// resizes it.
func limited(sc *Scene) {
	w := &weighing{sc: sc, over: make(chan struct{})}
	w.least = int64(1 + sc.few(30))
	w.largest = w.least
	w.l = sc.Limiter(w.least)
	w.ceiling.Store(w.least)
	for range sc.few(20) * sc.Dice.IntN(2) {
		w.sizes = append(w.sizes, int64(1+sc.few(30)))
	}
	rise := sc.chance(50)
	if rise {
		slices.Sort(w.sizes)
		w.sizes = slices.DeleteFunc(w.sizes, func(n int64) bool { return n < w.least })
	}
	for _, size := range w.sizes {
		w.least, w.largest = min(w.least, size), max(w.largest, size)
	}
	if !rise && len(w.sizes) > 0 {
		w.ceiling.Store(w.largest) // a smaller size takes nothing from those who have more
	}
	for range 1 + sc.few(4) {
		w.sides = append(w.sides, w.side())
	}
	var acquires []acquire
	for range sc.few(100) {
		acquires = append(acquires, acquire{int64(sc.few(10)), sc.chance(30), time.Duration(sc.few(300)) * time.Microsecond, sc.brief()})
	}
	gap := time.Duration(sc.few(200)) * time.Microsecond
	time.AfterFunc(time.Duration(1+sc.few(2000))*time.Microsecond, func() { close(w.over) })

	var all sync.WaitGroup
	for _, s := range w.sides {
		all.Go(s.run)
	}
	all.Go(func() {
		for _, a := range acquires {
			w.acquire(a)
		}
	})
	all.Go(func() {
		for _, size := range w.sizes {
			if rise {
				w.ceiling.Store(size) // before it may be used
			}
			w.l.Resize(size)
			time.Sleep(gap)
		}
	})
	all.Wait()
	<-w.over
	if s := w.l.Stats(); s.InUse != 0 || s.Waiting != 0 || s.Wanted != 0 || w.inside.now.Load() != 0 {
		sc.Fault("all has ended, and the limiter has %v, with %d inside", s, w.inside.now.Load())
	}
}

// weighing is what the groups share.
type weighing struct {
	sc      *Scene
	l       Limiter
	over    chan struct{}
	sizes   []int64 // one after the other
	least   int64
	largest int64
	ceiling atomic.Int64 // more than that can't be in use
	inside  gauge        // of weight
	sides   []*side
}

// enter holds a weight against the size in force.
func (w *weighing) enter(n int64) {
	// The ceiling first would be too low for what a rise lets in meanwhile.
	if in, most := w.inside.add(n), w.ceiling.Load(); in > most {
		w.sc.Fault("a weight of %d is inside, and the size is %d at most", in, most)
	}
}

func (w *weighing) leave(n int64) { w.inside.now.Add(-n) }

type acquire struct {
	weight int64
	try    bool
	within time.Duration
	pause  pause
}

// acquire takes a weight by hand.
func (w *weighing) acquire(a acquire) {
	if a.try {
		if !w.l.TryAcquire(a.weight) {
			return
		}
	} else {
		ctx, cancel := context.WithTimeout(context.Background(), a.within)
		defer cancel()
		if err := w.l.Acquire(ctx, a.weight); err != nil {
			w.checkRefusal(err, a.weight, context.DeadlineExceeded)
			return
		}
	}
	w.enter(a.weight)
	a.pause.pass(context.Background(), w.over)
	w.leave(a.weight)
	w.l.Release(a.weight)
}

// checkRefusal looks at why a weight was not let in.
func (w *weighing) checkRefusal(err error, weight int64, others ...error) {
	if heavy, ok := err.(*limiter.TooHeavyError); ok { // itself: it may be the cause with which another stopped a group
		if heavy.Weight != weight || weight <= heavy.Size || weight <= w.least {
			w.sc.Fault("a weight of %d is refused, and the least size is %d: %v", weight, w.least, err)
		}
		return
	}
	if !slices.ContainsFunc(others, func(e error) bool { return errors.Is(err, e) }) {
		w.sc.Fault("a weight of %d is refused: %v", weight, err)
	}
}

// A side is one of the groups.
type side struct {
	*weighing
	ledger *ledger
	g      *fate.Group
	parent context.CancelCauseFunc
	loads  []*load
	stop   string
	began  *trigger
	sheds  bool
}

// A load is a task with a weight.
type load struct {
	weight int64
	way    uint8
	end    end
	pause  pause
	runs   atomic.Int64
	taken  atomic.Bool // it was accepted
}

const (
	goes uint8 = iota // what only takes weight before it takes a slot
	tries
	asTask // what only takes it after
)

// side draws a group. In one with a limit, either all of its tasks wait for weight before the slot, or all after.
func (w *weighing) side() *side {
	sc := w.sc
	limit := sc.few(6) * sc.Dice.IntN(2)
	s := among[fate.Strategy](sc, failfast.Strategy{Limit: limit}, collectall.Strategy{Limit: limit})
	d := &side{weighing: w}
	if limit > 0 && sc.chance(20) {
		s, d.sheds = shed.Strategy{Limit: limit, Then: s}, true
	}
	d.ledger = newLedger(s, limit, sc.chance(20))
	ctx, cancel := context.WithCancelCause(context.Background())
	d.parent = cancel
	d.g = fate.New(ctx, sc.Strategy(d.ledger), fate.Panics(fate.Return), fate.Backlog(sc.few(20)))
	after := sc.chance(50)
	rare := sc.chance(50) // something goes wrong
	for range sc.few(300) {
		l := &load{weight: int64(sc.few(10)), way: among(sc, goes, tries), pause: sc.pause(false)}
		if limit > 0 && after || limit == 0 && sc.chance(40) {
			l.way = asTask
		}
		if rare {
			l.end = among(sc, append(make([]end, 40), fails, panics, exits, echoes)...)
		}
		d.loads = append(d.loads, l)
	}
	d.stop = among(sc, "", "", "Stop", "the parent")
	d.began = when(1+sc.few(len(d.loads)), func() {
		switch d.stop {
		case "Stop":
			d.g.Stop(errStop)
		case "the parent":
			d.parent(errParent)
		}
	})
	return d
}

func (d *side) run() {
	for i, l := range d.loads {
		d.offer(i, l)
	}
	err := d.g.Wait()
	d.began.close()
	d.parent(nil)
	d.check(err)
}

func (d *side) offer(i int, l *load) {
	task := func(ctx context.Context) error {
		l.runs.Add(1)
		d.enter(l.weight)
		defer d.leave(l.weight)
		d.began.pull()
		l.pause.pass(ctx, d.over)
		return l.end.finish(ctx, d.over, func() *mishap { return &mishap{i, 1} })
	}
	switch l.way {
	case goes:
		err := d.l.Go(d.g, l.weight, task)
		if l.taken.Store(err == nil); err == nil {
			return
		}
		allowed := []error{fate.ErrStopped}
		if d.sheds {
			allowed = append(allowed, fate.ErrShed)
		}
		d.checkRefusal(err, l.weight, allowed...)
	case tries:
		l.taken.Store(d.l.TryGo(d.g, l.weight, task))
	case asTask:
		l.taken.Store(d.g.Go(d.l.Task(l.weight, task)))
	}
}

func (d *side) check(err error) {
	t := d.g.Tally()
	fault := func(format string, args ...any) {
		d.sc.Fault("a group under a limiter, %v, ended by %q: %s\n%v", d.ledger, d.stop, fmt.Sprintf(format, args...), t)
	}
	var ran, taken uint64
	for _, l := range d.loads {
		switch n := l.runs.Load(); {
		case n > 1, n > 0 && !l.taken.Load():
			fault("a task ran %d times, accepted: %v", n, l.taken.Load())
		case n == 1:
			ran++
		}
		if l.taken.Load() {
			taken++
		}
	}
	d.sc.group(t, ran, 0)
	d.sc.Count("weights let in", ran)
	if wrong := d.ledger.judgeCounts(t); wrong != "" {
		fault("%s", wrong)
	}
	if wrong := d.ledger.judge(t, err, errStop, errParent); wrong != "" {
		fault("%s", wrong)
	}
	switch {
	case ran > t.OK+t.Failures()+t.Cancelled:
		fault("%d have run", ran)
	case d.stop == "" && t.Failures() == 0 && ran != taken:
		fault("%d were accepted, %d have run, and nothing has stopped the group", taken, ran)
	}
}
