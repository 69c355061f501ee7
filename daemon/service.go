package daemon

import (
	"context"
	"fmt"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

// Config is how a service is made beside its parts. The zero value is what [New] takes.
type Config struct {
	// Strategy decides what a part's failure means for the others; nil is failfast.Strategy{}, under which it stops the service. Where a
	// strategy stops its group, the parts are stopped in order. A strategy that remembers goes on remembering when the service is
	// started again.
	//
	// A failure counts as the strategy says: the service has failed if Conclude returns an error, and then Err has every failure. A limit
	// below the number of parts keeps the service from ever being ready.
	Strategy fate.Strategy

	// Options are those of the group, such as fate.Name. fate.Panics says what a part's panic does: by default it ends the process at
	// once, with the part's stack; under Return it is the part's failure; under Rethrow it is one too, and ends the process once
	// all parts have stopped, for there is no caller whose Wait could panic. A Backlog means nothing here.
	Options []fate.Option
}

// A Service is several parts that are started in order and stopped in reverse order. It is made by [New]. It can be started again after
// it has stopped, any number of times: each time is a new generation, and never are there two at once. All methods may be called by
// several goroutines at once.
//
// A generation has one goroutine of its own beside those of its parts, which ends when they all have.
type Service struct {
	config Config
	parts  []Part

	mu  sync.Mutex
	now *generation // the one that was started last, or is to come; under mu
}

// New makes a service of these parts, in the order in which they are to be started. Nothing is started yet. It panics if there is no part, or
// one that can't be: the [Part]'s fields say what is allowed.
func New(parts ...Part) *Service { return Config{}.New(parts...) }

// New is as the function of that name. It also panics if the strategy is one that fate.New would refuse.
func (c Config) New(parts ...Part) *Service {
	if len(parts) == 0 {
		panic("daemon: New: there must be a part")
	}
	if c.Strategy == nil {
		c.Strategy = failfast.Strategy{}
	}
	if err := fate.Validate(c.Strategy); err != nil {
		panic(fmt.Errorf("daemon: New: %w", err))
	}
	s := &Service{config: c, parts: make([]Part, len(parts))}
	// Own, and two more: a Spawn must never wait, or it would not notice a stop; and no part waits for another's place but the one that is
	// being started.
	s.config.Options = append(append([]fate.Option(nil), c.Options...), fate.Backlog(1))
	names := map[string]bool{}
	for i, p := range parts {
		p.check(i)
		if names[p.Name] {
			panic(fmt.Sprintf("daemon: New: part %d, %q: there is another of that name", i, p.Name))
		}
		names[p.Name] = true
		s.parts[i] = p.filled()
	}
	s.now = newGeneration(s)
	return s
}

// Start starts the parts in order, each when the one before is ready, and returns nil when all are. If one fails before, takes too
// long, or the service is stopped meanwhile, those that run are stopped in order, and Start returns after that stop with what [Service.Err]
// says, or with an error that wraps ErrStopped or ctx's cause.
//
// The end of ctx stops the service as Stop does, during Start and after. The parts' contexts have its values, and neither its end nor its
// deadline: they could not be stopped in order otherwise.
//
// Starting a service that runs changes nothing: Start waits until it is ready too, and no longer than until its ctx ends. While parts run
// that were told to stop, Start starts nothing and returns a *[RunningError] that names them. It panics if ctx is nil.
func (s *Service) Start(ctx context.Context) error {
	if ctx == nil {
		panic("daemon: Start: the context is nil")
	}
	n, own, err := s.begin(ctx)
	if err != nil {
		return err
	}
	var done <-chan struct{}
	if !own {
		done = ctx.Done() // it is not ours to stop
	}
	select {
	case <-n.ready:
	case <-n.stopped:
		select {
		case <-n.ready: // and is not any more
		default:
			return n.notStarted()
		}
	case <-done:
		return notStarted(context.Cause(ctx))
	}
	return nil
}

// begin returns the generation that runs, or begins a new one: then it is the caller's own.
func (s *Service) begin(ctx context.Context) (n *generation, own bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		n := s.now
		switch {
		case !n.begun && ctx.Err() != nil:
			return nil, false, notStarted(context.Cause(ctx))
		case !n.begun:
			n.begin(ctx)
			return n, true, nil
		case !n.isAsked():
			return n, false, nil
		}
		if names := n.running(); len(names) > 0 {
			return nil, false, &RunningError{names}
		}
		s.mu.Unlock()
		err := n.awaitOver(ctx) // which is just about to come
		s.mu.Lock()
		if err != nil {
			return nil, false, err
		}
		switch {
		case s.now != n:
			continue // another Start was quicker
		case ctx.Err() != nil:
			return nil, false, notStarted(context.Cause(ctx)) // the one that has stopped stays: Err and Done are about it
		}
		s.now = newGeneration(s)
		s.now.begin(ctx)
		return s.now, true, nil
	}
}

func (s *Service) current() *generation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Stop stops the service: its parts one by one, the last one started first, each when the one before has ended or its Grace is over.
// It returns when that is done what [Service.Err] says then.
//
// If ctx ends before, Stop cancels the contexts of all parts that remain, at once, and returns the failures so far and a
// *[LateError] that names the parts that have not stopped. They are waited for all the same, by Done. A ctx that has ended already makes it a stop without order.
//
// Stopping a service that has stopped, or was never started, changes nothing; the first returns the same again, the second nil. A part that
// calls Stop waits for its own end, and gets no answer before its Grace is over; it should rather return. Stop panics if ctx is nil.
func (s *Service) Stop(ctx context.Context) error {
	if ctx == nil {
		panic("daemon: Stop: the context is nil")
	}
	s.mu.Lock()
	n := s.now
	begun := n.begun
	s.mu.Unlock()
	if !begun {
		return nil
	}
	n.ask(reason{cause: ErrStopped})
	select {
	case <-n.stopped: // though ctx may have ended too
		return n.error()
	default:
	}
	select {
	case <-n.stopped:
		return n.error()
	case <-ctx.Done():
		return n.cut(context.Cause(ctx))
	}
}

// Close is Stop with no other deadline than the parts' own, which makes a service an io.Closer.
func (s *Service) Close() error { return s.Stop(context.Background()) }

// Ready returns a channel that is closed once every part is ready. It belongs to the generation that was started last or, before the
// first Start, to the first one.
func (s *Service) Ready() <-chan struct{} { return s.current().ready }

// Done returns a channel that is closed when the service has stopped, by whatever cause: when each part has ended or, in the order of the
// stop, has had its Grace. It belongs to the same generation as that of Ready.
func (s *Service) Done() <-chan struct{} { return s.current().stopped }

// Err returns nil until Done's channel is closed, and after a service has stopped as it should: by Stop, by the end of Start's context, or
// by the end of parts whose Ends allows it, and without a failure. Else it returns, one a line: the *[NotReadyError] if that was why, what
// the strategy concludes, the other failures in the order in which they happened, each a *[fate.TaskError] with the part's name, and a
// *[LateError] that names the parts that did not stop in time.
//
// When a late part ends after all, what it returns is added, and so is what the strategy concludes, which is asked when all have
// ended. An error once returned does not change.
func (s *Service) Err() error { return s.current().error() }

func notStarted(why error) error { return fmt.Errorf("daemon: not started: %w", why) }
