package fate

import (
	"runtime/debug"
	"time"
)

// An Observer is told what becomes of a group's tasks, for logs, metrics and traces. Any of its functions may be nil. Package observe has some that
// are ready.
//
// Of each task that is counted as offered it is told exactly one of three: a Start and then an End, a Skip, or a Shed. A task that is
// restarted has a Restart in the place of that End, and then the same again: another Start, or a Skip if it is not restarted after all. Whatever has
// happened has been told when [Group.Wait] returns.
//
// The functions are called in the goroutine where it happens (that of the task, or of whoever offers, cancels, stops or waits), without any lock, and
// several may be called at once; a slow one delays the goroutine that it is called in, and Wait, and nobody else. They may call the group's
// methods, but not Wait. By then the [Tally] has what they are told.
//
// A function that panics, or calls runtime.Goexit, stops the group as a strategy's fault does: Wait then panics with a *[RethrownError]
// whose *[PanicError] says that it was an observer, or returns that under Panics(Return). The strategy is not asked to conclude. The
// other functions are called all the same. What calls Goexit in Start takes the task's goroutine: the task has ended before it ran, with ErrGoexit.
type Observer struct {
	// Start is called before the task runs. Of the event it has ID, Name and Attempt.
	Start func(*Group, Event)

	// End is called when the task has ended and its end has been settled, with the event that the strategy was shown.
	End func(*Group, Event)

	// Skip is called of a task that was offered and never will start: Err is an ErrStopped with the group's cause, or, of a child that was cancelled
	// before it started, Kind is Cancelled and Err the child's cause. A stop by the parent is told when the group notices it.
	Skip func(*Group, Event)

	// Shed is called of a task that was refused at the limit. Err is ErrShed.
	Shed func(*Group, Event)

	// Panic is called of a task that panicked, in its goroutine and with its frames on the stack; Err is a *[PanicError]. Under
	// Panics(Crash) the process ends when it returns, else End follows.
	Panic func(*Group, Event)

	// Restart is called when a task has ended and is to run again after the delay. It stands in the place of the End of that run, whose
	// event it is given. One that is restarted together with others may wait longer: for their ends, and for as long as they do.
	Restart func(g *Group, e Event, after time.Duration)

	// Late is called of a child that was cancelled by a stop in order, or to be restarted with another, and has not ended when its [Grace] is over. Its
	// End comes whenever it ends.
	Late func(g *Group, e Event, grace time.Duration)

	// Stop is called once, when the group stops, with the cause: by the strategy, by a call of Stop, or because the parent has ended. A group that
	// came to its end without being stopped has no such call.
	Stop func(g *Group, cause error)
}

// Observe has the observer told what becomes of the group's tasks. Given several times, all the observers are told, in the order in which
// they were given.
//
// A group with observers takes no short ways: Event.Took is measured whatever the strategy's Hints say, and begins before Start;
// an offer that is refused takes the lock; and the items of [ForEach], [Map] and [Stream] are jobs of their own, as tasks
// are. What is told costs allocations. A group without observers pays nothing.
func Observe(o Observer) Option {
	return func(opts *options) { opts.watchers = append(opts.watchers, o) }
}

// observers is what a group keeps for those who watch it; nil if nobody does.
type observers struct {
	all []Observer

	// Guarded by the group's lock.
	reports []report // of what has happened under the lock, for whoever holds it to deliver after it
	busy    int      // how many are delivering
}

// report is something that an observer is to be told.
type report struct {
	to    func(*Group, Event)
	event Event
}

// add, under the lock, notes an event for those who want to be told.
func (o *observers) add(e Event, which func(*Observer) func(*Group, Event)) {
	for i := range o.all {
		if to := which(&o.all[i]); to != nil {
			o.reports = append(o.reports, report{to, e})
		}
	}
}

func onStart(o *Observer) func(*Group, Event) { return o.Start }
func onEnd(o *Observer) func(*Group, Event)   { return o.End }
func onSkip(o *Observer) func(*Group, Event)  { return o.Skip }
func onShed(o *Observer) func(*Group, Event)  { return o.Shed }
func onPanic(o *Observer) func(*Group, Event) { return o.Panic }

func onStop(o *Observer) func(*Group, Event) {
	if o.Stop == nil {
		return nil
	}
	stop := o.Stop
	return func(g *Group, e Event) { stop(g, e.Err) }
}

// reportEnd, under the lock and if there are observers, notes that a job has ended, or was cancelled before it started.
func (g *Group) reportEnd(x *exit) {
	o, e := g.opts.observers, x.event()
	switch {
	case !x.started:
		o.add(e, onSkip)
		return
	case e.Kind == Panicked:
		o.add(e, onPanic)
	}
	o.add(e, onEnd)
}

// reportRestart, under the lock and if there are observers, notes that a job has ended, and is to run again.
func (g *Group) reportRestart(x *exit, after time.Duration) {
	o, e := g.opts.observers, x.event()
	if e.Kind == Panicked {
		o.add(e, onPanic)
	}
	o.add(e, func(o *Observer) func(*Group, Event) { return delayed(o.Restart, after) })
}

// reportLate, under the lock, notes that a child has not ended within its grace.
func (g *Group) reportLate(c *Child) {
	if o := g.opts.observers; o != nil {
		e := Event{ID: c.id, Name: c.label, Attempt: c.attempt}
		o.add(e, func(o *Observer) func(*Group, Event) { return delayed(o.Late, c.grace) })
	}
}

// delayed is f for the time.
func delayed(f func(*Group, Event, time.Duration), d time.Duration) func(*Group, Event) {
	if f == nil {
		return nil
	}
	return func(g *Group, e Event) { f(g, e, d) }
}

// event is the event about an item.
func (it item) event(kind Kind, err error) Event {
	return Event{ID: it.id, Name: it.job.name(), Kind: kind, Err: err, Attempt: attempt(it.job)}
}

// reportSkip, under the lock, notes that a job was skipped because the group has stopped, or is being stopped in order.
func (g *Group) reportSkip(id uint64, j job) {
	if o := g.opts.observers; o != nil {
		o.add(Event{ID: id, Name: j.name(), Err: &stoppedError{g.why()}}, onSkip)
	}
}

// reportShed, under the lock, notes that a job was shed.
func (g *Group) reportShed(id uint64, j job) {
	if o := g.opts.observers; o != nil {
		o.add(Event{ID: id, Name: j.name(), Err: ErrShed}, onShed)
	}
}

// reportStop, under the lock, notes that the group has stopped. It is not inlined, so that its frame does not stand
// on a task's stack in a group without observers: see exit.
//
//go:noinline
func (g *Group) reportStop(cause error) {
	if o := g.opts.observers; o != nil {
		o.add(Event{Err: cause}, onStop)
	}
}

// observeStart tells of a job that is about to run, in its goroutine.
func (g *Group) observeStart(it item) {
	if o := g.opts.observers; o != nil {
		g.tell(o.all, it.event(OK, nil), onStart)
	}
}

// observeCrash tells of a job that panicked with v, in its goroutine, before the process ends for it.
func (g *Group) observeCrash(it item, v any) {
	o := g.opts.observers
	if o == nil {
		return
	}
	told := false
	defer func() {
		if !told { // an observer called runtime.Goexit, and that must not save the process
			panic(v)
		}
	}()
	g.tell(o.all, it.event(Panicked, &PanicError{Value: v, Stack: debug.Stack()}), onPanic)
	told = true
}

func (g *Group) tell(all []Observer, e Event, which func(*Observer) func(*Group, Event)) {
	defer func() {
		if len(all) > 0 { // an observer called runtime.Goexit: the others are told all the same
			g.tell(all, e, which)
		}
	}()
	for len(all) > 0 {
		to := which(&all[0])
		all = all[1:]
		if to != nil {
			g.call(report{to, e})
		}
	}
}

// deliveries, under the lock and at the end of what is done under it, returns a function that delivers what is to be told of that, or nil.
// Whoever gets it must call it after the lock, whatever happens: Wait waits for that.
func (g *Group) deliveries() (deliver func()) {
	if o := g.opts.observers; o != nil && len(o.reports) > 0 {
		return g.deliver(o)
	}
	return nil
}

func (g *Group) deliver(o *observers) func() {
	reports := o.reports
	o.reports = nil
	o.busy++
	return func() { g.callAll(o, reports) }
}

func (g *Group) callAll(o *observers, reports []report) {
	defer func() {
		if len(reports) > 0 { // as in tell
			g.callAll(o, reports)
			return
		}
		g.eng.Lock()
		if o.busy--; o.busy == 0 {
			g.eng.Announce()
		}
		g.eng.Unlock()
	}()
	for len(reports) > 0 {
		r := reports[0]
		reports = reports[1:]
		g.call(r)
	}
}

// call tells an observer something. What it does instead of returning stops the group.
func (g *Group) call(r report) {
	returned := false
	defer func() {
		if !returned {
			g.accuse(recover())
		}
	}()
	r.to(g, r.event)
	returned = true
}

// accuse stops the group because an observer panicked with v, or called runtime.Goexit if v is nil.
func (g *Group) accuse(v any) {
	g.eng.Lock()
	g.blame(v, "an observer")
	deliver := g.deliveries()
	g.eng.Unlock()
	g.ctx.cancel()
	perform(deliver)
}

// catchUp, under the lock, waits until observers have been told all there is, or takes part in it, and lets go of the lock
// meanwhile. It reports whether it did so: then more may have happened.
func (g *Group) catchUp() bool {
	o := g.opts.observers
	if o == nil {
		return false
	}
	if deliver := g.deliveries(); deliver != nil {
		g.eng.Unlock()
		defer g.eng.Lock() // also if an observer does not return: join has a lock to release
		deliver()
		return true
	}
	if o.busy > 0 {
		g.eng.Await()
		return true
	}
	return false
}
