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
	nested []plan    // offered from inside
	end    fate.Kind // Cancelled: returns its context's error, if there is one
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
	begun    atomic.Int32
	ended    any // what it ended with: nil, an error, or what it panicked with
}

// A mishap is what a probe fails or panics with. Each is another one.
type mishap struct {
	text  string
	plain bool // not a child's, which may be cancelled on purpose
}

func (m *mishap) Error() string { return m.text }

func (p *probe) run(ctx context.Context) error {
	s := p.scene
	p.begun.Add(1)
	if n, runs := s.begun.Add(1), s.rec.runs.Load(); n > runs {
		s.report(admitted, "task %d began when %d were admitted", n, runs)
	}
	s.inside.Add(1)
	defer s.inside.Add(-1)
	defer s.checkJoined()
	s.checkJoined()

	time.Sleep(p.plan.sleep)
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
	for _, n := range p.plan.nested {
		s.offer(byGo, n)
	}
	switch p.plan.end {
	case fate.Failed:
		err := &mishap{"fatetest: failed on purpose", p.way <= byTryGo}
		p.ended = err
		return err
	case fate.Panicked:
		p.ended = &mishap{"fatetest: panicked on purpose", p.way <= byTryGo}
		panic(p.ended)
	case fate.Exited:
		p.ended = fate.ErrGoexit
		runtime.Goexit()
	case fate.Cancelled:
		if err := ctx.Err(); err != nil {
			p.ended = err
			return err
		}
	}
	return nil
}
