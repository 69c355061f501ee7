package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// What a program's exit code says. 2 is what a Go program ends with that panicked.
const (
	ExitOK     = 0   // the service has stopped as it should: told by a signal or a context, or by its own end
	ExitFailed = 1   // it could not be started, or has failed, and all its parts have ended
	ExitLate   = 3   // parts of it had not ended when the stop was waited for no longer, whatever else happened
	ExitSignal = 128 // plus the number of the signal that came second, and ended the program at once: 130 for SIGINT, 143 for SIGTERM
)

// A Program is a service as a whole program: what [Main] does, with something of it changed. The zero value changes nothing.
type Program struct {
	// Signals is where the signals come from; nil are SIGINT and SIGTERM as the process gets them. For others, hand
	// a channel with room for two to signal.Notify.
	Signals <-chan os.Signal

	// Deadline is how long the whole stop may take, from whatever began it; 0 leaves it to the Graces of the parts.
	Deadline time.Duration

	// Stderr is where the errors go; nil is os.Stderr.
	Stderr io.Writer
}

// Main runs a service as the whole program: it starts it, waits, and ends the process. It is [Program.Run] followed by os.Exit, with the
// zero Program, and is called from func main:
//
//	func main() { daemon.Main(daemon.New(parts...)) }
//
// Functions that main has deferred do not run: what is to be closed is a part.
func Main(s *Service) { os.Exit(Program{}.Run(context.Background(), s)) }

// Run starts the service and returns, when it has stopped, the code to end the process with: ExitOK, ExitFailed, ExitLate, or ExitSignal and a
// signal's number. The first signal stops the service in order, and so does the end of ctx. What Err then says is written to Stderr, and
// nothing if that is nil.
//
// Once Deadline is over, the contexts of all parts that remain are cancelled, and Run returns at once, with the parts that had not ended named
// on Stderr. A second signal makes it return at once as well, in any case: somebody has lost patience. What still runs then ends with the process.
//
// It panics if ctx or s is nil, or if Deadline is negative.
func (p Program) Run(ctx context.Context, s *Service) int {
	switch {
	case ctx == nil:
		panic("daemon: Run: the context is nil")
	case s == nil:
		panic("daemon: Run: the service is nil")
	case p.Deadline < 0:
		panic("daemon: Run: Deadline is " + p.Deadline.String() + ": must be 0 (no other than the parts' own) or more")
	}
	if p.Stderr == nil {
		p.Stderr = os.Stderr
	}
	if p.Signals == nil {
		signals := make(chan os.Signal, 2)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
		defer signal.Stop(signals)
		p.Signals = signals
	}
	n, _, err := s.begin(ctx)
	if err != nil {
		return p.exit(err)
	}
	signals := 0
	var deadline <-chan time.Time
	asked := n.asked
	for {
		select {
		case <-n.stopped:
			return p.exit(n.error())
		case sig, open := <-p.Signals:
			switch signals++; {
			case !open:
				p.Signals = nil // none will come any more
			case signals == 1:
				n.ask(reason{cause: ErrStopped})
			default:
				return p.exitNow(n, sig)
			}
		case <-asked:
			asked = nil
			if p.Deadline > 0 {
				t := time.NewTimer(p.Deadline)
				defer t.Stop()
				deadline = t.C
			}
		case <-deadline:
			return p.exit(n.cut(errDeadline))
		}
	}
}

var errDeadline = errors.New("the program's Deadline is over")

func (p Program) exit(err error) int {
	if err == nil {
		return ExitOK
	}
	fmt.Fprintln(p.Stderr, err)
	if _, late := errors.AsType[*LateError](err); late {
		return ExitLate
	}
	return ExitFailed
}

// exitNow ends the program in the middle of its stop.
func (p Program) exitNow(n *generation, sig os.Signal) int {
	if err := n.cut(fmt.Errorf("a second signal, %v", sig)); err != nil {
		fmt.Fprintln(p.Stderr, err)
	}
	if number, ok := sig.(syscall.Signal); ok {
		return ExitSignal + int(number)
	}
	return ExitFailed
}
