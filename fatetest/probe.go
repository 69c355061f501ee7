package fatetest

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/sharedfate/fate"
)

// A plan says what a task of a scene does: it sleeps, waits, offers other tasks, and ends, in this order.
type plan struct {
	sleep  time.Duration
	until  until
	nested []plan    // offered from inside, by the first run
	end    fate.Kind // Cancelled: returns its context's error, if there is one
	fails  int       // how many runs end so, before one succeeds; 0 is all
}

// until is what a task waits for.
type until uint8

const (
	atOnce   until = iota // nothing
	heeding               // its context's end, or the end of the scene
	stubborn              // the end of the scene, whatever its context says
)

// A way is how a task is offered.
type way uint8

const (
	byGo way = iota
	byTryGo
	bySpawn
	byDaemon
)

// A probe is one task of a scene, and what became of it.
type probe struct {
	scene    *scene
	plan     plan
	way      way
	child    *fate.Child // if it was spawned
	answered atomic.Bool // Go has returned
	accepted bool
	running  atomic.Int32
	runs     []run // never two at once, or that is reported
}

// A run is what became of one run of a probe.
type run struct {
	ended any   // nil, an error, or what it panicked with
	why   error // the cause of its context's end, if that had come before
}

// A mishap is what a probe fails or panics with. Each is another one.
type mishap struct {
	text  string
	plain bool // not a child's, which may be cancelled on purpose
}

func (m *mishap) Error() string { return m.text }

func (p *probe) run(ctx context.Context) error {
	if p.running.Add(1) > 1 {
		p.scene.report(neverBeside, "a task began while a run of it had not ended")
	}
	defer p.running.Add(-1)
	n := len(p.runs)
	p.runs = append(p.runs, run{})
	p.begins(n)
	s := p.scene
	s.inside.Add(1)
	defer s.inside.Add(-1)
	defer s.checkJoined()
	s.checkJoined()
	defer func() {
		if ctx.Err() != nil {
			p.runs[n].why = context.Cause(ctx)
		}
	}()

	time.Sleep(p.plan.sleep + slower(n))
	switch p.plan.until {
	case heeding:
		s.heeding.Add(1)
		select {
		case <-ctx.Done():
		case <-s.over:
		}
		s.heeding.Add(-1)
	case stubborn:
		<-s.over
	}
	if n == 0 {
		for _, n := range p.plan.nested {
			s.offer(byGo, n)
		}
	}
	return p.ends(ctx, n)
}

// begins counts a run, and looks whether it may be.
func (p *probe) begins(n int) {
	s := p.scene
	if n == 0 {
		if n, runs := s.begun.Add(1), s.rec.runs.Load(); n > runs {
			s.report(admitted, "task %d began when %d were admitted", n, runs)
		}
		return
	}
	if n, again := s.again.Add(1), s.rec.again.Load(); n > again {
		s.report(runsOnce, "%d tasks ran again after %d answers to Restart", n, again)
	}
	if n == mostRuns {
		stoppers[0].stop(s) // or somebody who waits for its slot would do so for ever
	}
}

// mostRuns is how often a task of a scene is restarted before it stops the group.
const mostRuns = 40

// slower is how much longer the nth run takes: what is restarted at once and for ever must not make time stand still.
func slower(n int) time.Duration {
	if n == 0 {
		return 0
	}
	return min(time.Millisecond<<min(n, 30), 10*time.Minute)
}

// ends ends the nth run.
func (p *probe) ends(ctx context.Context, n int) error {
	end, r := p.plan.end, &p.runs[n]
	if p.plan.fails > 0 && n >= p.plan.fails {
		end = fate.OK
	}
	switch end {
	case fate.Failed:
		err := &mishap{"fatetest: failed on purpose", p.way <= byTryGo}
		r.ended = err
		return err
	case fate.Panicked:
		r.ended = &mishap{"fatetest: panicked on purpose", p.way <= byTryGo}
		panic(r.ended)
	case fate.Exited:
		r.ended = fate.ErrGoexit
		runtime.Goexit()
	case fate.Cancelled:
		if err := ctx.Err(); err != nil {
			r.ended = err
			return err
		}
	}
	return nil
}
