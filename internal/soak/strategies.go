package soak

import (
	"fmt"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/quorum"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// strategy draws a strategy, watched by a ledger. So many of a hundred have a limit.
func strategy(sc *Scene, limited int) *ledger {
	limit := 0
	if sc.chance(limited) {
		limit = 1 + sc.few(20)
	}
	s := among[fate.Strategy](sc,
		failfast.Strategy{Limit: limit},
		collectall.Strategy{Limit: limit, Keep: sc.few(20)},
		collectall.Strategy{Limit: limit, StopAfter: sc.few(50)},
		selective.Strategy{Limit: limit, Scope: among(sc, selective.Nobody, selective.Later, selective.Dependents, selective.Group)},
		quorum.Strategy{Limit: limit, Need: 1 + sc.few(1000)},
		&restarter{limit: limit, most: sc.few(3), after: time.Duration(sc.few(300)) * time.Microsecond, with: sc.chance(30)},
	)
	if sc.chance(20) {
		limit = 1 + sc.few(20)
		s = shed.Strategy{Limit: limit, Then: among(sc, nil, s)}
	}
	return newLedger(s, limit, sc.chance(25))
}

// restarter restarts each failure up to so many times, and others with it perhaps.
type restarter struct {
	limit, most int
	after       time.Duration
	with        bool
}

func (r *restarter) String() string { return fmt.Sprintf("restarter %+v", *r) }

func (r *restarter) Admit(t fate.Tally) fate.Admission {
	if r.limit > 0 && t.Running >= uint64(r.limit) {
		return fate.Hold
	}
	return fate.Run
}

// errTogether is why others are cancelled that are to be restarted with one that failed.
var errTogether = &mishap{-1, 0}

func (r *restarter) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	switch {
	case e.Attempt >= r.most:
		return fate.Continue
	case e.Cause == errTogether:
		return fate.Restart(0)
	case !e.Kind.Failure():
		return fate.Continue
	case r.with:
		return fate.Restart(r.after).With(func(c *fate.Child) bool { return c.ID()%2 == e.ID%2 }, errTogether)
	}
	return fate.Restart(r.after)
}

func (r *restarter) Conclude(s fate.Summary) error { return s.Join() }
