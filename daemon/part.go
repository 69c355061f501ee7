package daemon

import (
	"context"
	"fmt"
	"time"

	"github.com/sharedfate/fate"
)

// DefaultStartWithin is the StartWithin of a [Part] that has none.
const DefaultStartWithin = 30 * time.Second

// A Part is one of the things that a service consists of: a function that runs until its context ends. It has either Run or Serve.
//
// The context has the values of the one that Start was given, and ends when the part is to stop; context.Cause then says why. An error that
// says no more than that the context has ended is no failure; any other is, also during a stop. What a panic does is said at
// [Config].
type Part struct {
	Name string // says who it is in every error; no two parts of a service have the same

	// Run is ready as soon as it runs: the next part is started at once.
	Run func(ctx context.Context) error

	// Serve says itself when it is ready, by calling ready, and the next part is started then. Calling it again does nothing. If it ends
	// with nil where Ends allows that, it has been ready.
	Serve func(ctx context.Context, ready func()) error

	// StartWithin is how long Serve may take until it is ready; 0 is DefaultStartWithin. A service whose part takes longer stops with a
	// *[NotReadyError].
	StartWithin time.Duration

	// Grace is how long a stop waits for the part, once its context has ended, before it goes on to the part started before it; 0 is
	// [fate.DefaultGrace]. Nothing is ended by force.
	Grace time.Duration

	// Ends says what it means if the part returns nil before it is told to stop.
	Ends End
}

// End says what it means that a part ends by itself, with nil.
type End uint8

const (
	// Never makes it a failure, [ErrEnded]: a service of which a part has gone does not do what it is there for. It is the default.
	Never End = iota
	// Alone makes it no matter: the others go on. When all parts have ended so, the service has ended.
	Alone
	// StopsAll makes it the end of the service, which stops as by Stop.
	StopsAll
)

func (e End) String() string {
	switch e {
	case Never:
		return "never"
	case Alone:
		return "alone"
	case StopsAll:
		return "stops all"
	}
	return "unknown end"
}

// check panics if a part can't be one.
func (p Part) check(place int) {
	wrong := func(format string, args ...any) {
		panic(fmt.Sprintf("daemon: New: part %d, %q: ", place, p.Name) + fmt.Sprintf(format, args...))
	}
	switch {
	case p.Name == "":
		wrong("it has no Name")
	case (p.Run == nil) == (p.Serve == nil):
		wrong("it must have Run or Serve, and not both")
	case p.StartWithin < 0:
		wrong("StartWithin is %v: must be 0 (%v) or more", p.StartWithin, DefaultStartWithin)
	case p.Grace < 0:
		wrong("Grace is %v: must be 0 (%v) or more", p.Grace, fate.DefaultGrace)
	case p.Ends > StopsAll:
		wrong("Ends is %d: must be Never, Alone or StopsAll", p.Ends)
	}
}

// filled has the defaults in the place of zeros.
func (p Part) filled() Part {
	if p.StartWithin == 0 {
		p.StartWithin = DefaultStartWithin
	}
	if p.Grace == 0 {
		p.Grace = fate.DefaultGrace
	}
	return p
}
