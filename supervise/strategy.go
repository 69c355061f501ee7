package supervise

import (
	"time"

	"github.com/sharedfate/fate"
)

// Defaults of a [Strategy].
const (
	DefaultIntensity = 5
	DefaultPeriod    = 30 * time.Second
)

// Unbounded as an Intensity means that any number of restarts is borne.
const Unbounded = -1

// Strategy restarts what has ended. At the limit Go and Spawn wait; a restart keeps its slot.
//
// It governs tasks of every origin: those of Children, other named ones started by Group.Spawn, tasks started by Go and items of
// fate.ForEach, Map and Stream, which are all tried again by the strategy's own policy. A Radius reaches named children alone,
// because a task without a name has no context of its own.
//
// Wait returns nil if all that were not restarted ended well, with ErrDone, or cancelled on purpose. Otherwise it returns, in this order and joined if
// there are several: the *[GaveUpError]; the failures of those that were not restarted in submission order, with the
// cause of a stop from outside that cut somebody short, as a *[fate.Errors]. What a run that was restarted ended with is not in there.
//
// It remembers, so it is used as a pointer and by one group at a time. It is as new once that group's Wait has returned. Run
// is an exception: it works with a copy. The fields are not to be changed while a group uses them.
type Strategy struct {
	// Limit is how many tasks run at once; 0 is no limit. What waits to be restarted counts.
	Limit int

	// Restart says which ends lead to a restart; Default is Transient.
	Restart Restart

	// Radius says who is restarted together with the one that ended; the zero Radius is Itself.
	Radius Radius

	// Backoff says how long to wait before a restart, where attempt is how many came right before it: 0 for the first. It starts at 0
	// again after a run of a Period or longer. nil is Jitter(Exponential(100ms, 10s), nil). It is called under the group's lock, for
	// one task at a time: it must be quick. A negative time is 0.
	Backoff func(attempt int) time.Duration

	// Intensity is how many restarts are borne within any Period, those of all tasks counted; one more stops the group. 0 is
	// DefaultIntensity, and Unbounded is no bound. What is restarted because of another does not count. For no restarts at
	// all, see Temporary. The moments of so many restarts are held.
	Intensity int

	// Period is the time that Intensity is about, and how long a run must last to count as healthy. 0 is DefaultPeriod.
	Period time.Duration

	// Children are those that Run and Start start, in this order. What they say about restarts holds for every child of their name.
	Children []Child

	// Late, if not nil, is called by Run when everybody was told to stop and given the time to, and some children have not ended. It is
	// called once, before Run waits for them, in a goroutine of Run's.
	Late func(*fate.LateError)

	memory
}

// memory is what a group leaves in its strategy, until it has concluded.
type memory struct {
	children map[string]*Child
	streaks  map[uint64]int // restarts in a row, of tasks that have not ended
	recent   []time.Time    // when the last restarts were, at most Intensity of them
	oldest   int            // in recent, once that is full
	stopping bool           // a Stop was answered
	gaveUp   *GaveUpError   // why, or
	told     *fate.TaskError
}

// Admit holds at the limit.
func (s *Strategy) Admit(t fate.Tally) fate.Admission {
	if s.Limit > 0 && t.Running >= uint64(s.Limit) {
		return fate.Hold
	}
	return fate.Run
}

// Hints says what Admit answers.
func (s *Strategy) Hints() fate.Hints { return fate.Hints{AtLimit: fate.Hold, Limit: s.Limit} }

// Settle restarts, with others if Radius says so, or stops the group in reverse order if it has been too often, or a task says so.
func (s *Strategy) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	c := s.child(e.Name)
	// A sibling of a group around this one is as good: then this group has stopped, and nothing is restarted.
	_, sibling := e.Cause.(*SiblingError)
	switch {
	case s.stopping, e.Cause != nil && !sibling && !timedOut(e):
		// The group is stopping, or the child was cancelled on purpose. Whatever it returns, it is not to come back.
	case e.Kind == fate.Failed && is(e.Err, ErrStopAll):
		s.stopping, s.told = true, &fate.TaskError{ID: e.ID, Name: e.Name, Err: e.Err}
		return fate.Stop(s.told).InOrder()
	case e.Kind == fate.Failed && is(e.Err, ErrDone):
	case c.Restart == Temporary, c.Restart != Permanent && !sibling && !e.Kind.Failure():
	case sibling:
		if e.Took >= s.period() {
			delete(s.streaks, e.ID)
		}
		return fate.Restart(0) // after as long as the other one
	case !s.bears(time.Now()):
		s.stopping, s.gaveUp = true, &GaveUpError{e.Name, e.ID, s.intensity(), s.period(), e.Err}
		return fate.Stop(s.gaveUp).InOrder()
	default:
		return s.restart(c, e)
	}
	delete(s.streaks, e.ID)
	return fate.Continue
}

// restart is the verdict on a task that ended by itself.
func (s *Strategy) restart(c Child, e fate.Event) fate.Verdict {
	attempt := s.streaks[e.ID]
	if e.Took >= s.period() {
		attempt = 0
	}
	if s.streaks == nil {
		s.streaks = make(map[uint64]int)
	}
	s.streaks[e.ID] = attempt + 1
	again := fate.Restart(c.Backoff(attempt))
	why := &SiblingError{e.ID, e.Name, e.Err}
	switch s.Radius {
	case Later:
		return again.With(func(c *fate.Child) bool { return c.ID() > e.ID }, why)
	case All:
		return again.With(func(*fate.Child) bool { return true }, why)
	}
	return again
}

// bears counts one more restart, unless it is one too many. A restart a whole Period ago counts no more.
func (s *Strategy) bears(now time.Time) bool {
	most := s.intensity()
	switch {
	case most == Unbounded:
		return true
	case len(s.recent) < most:
		s.recent = append(s.recent, now)
		return true
	case now.Sub(s.recent[s.oldest]) < s.period():
		return false
	}
	s.recent[s.oldest] = now
	s.oldest = (s.oldest + 1) % most
	return true
}

// timedOut reports whether the run ended because of the child's own Timeout, which is a failure like another.
func timedOut(e fate.Event) bool {
	t, ok := e.Cause.(*fate.TimeoutError)
	return ok && t.Name == e.Name
}

func (s *Strategy) intensity() int {
	if s.Intensity == 0 {
		return DefaultIntensity
	}
	return s.Intensity
}

func (s *Strategy) period() time.Duration {
	if s.Period == 0 {
		return DefaultPeriod
	}
	return s.Period
}
