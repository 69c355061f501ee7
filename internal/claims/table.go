package claims

import (
	"context"
	"time"

	"github.com/sharedfate/fate/internal/price"
)

// Who does the work, as tables name them.
const (
	failfastName    = "failfast"
	errgroupName    = "errgroup"
	zeroGroupName   = "errgroup.Group"
	withContextName = "errgroup.WithContext"
	waitGroupName   = "WaitGroup.Go"
	bareName        = "go + WaitGroup"
	setLimitName    = "errgroup SetLimit(8)"
	poolName        = "channel, 8 workers"
	closureName     = "a closure"
)

// Parts of a claim that is true of one engine and not of another.
const (
	perGoroutine = "one goroutine per task"
	thisEngine   = "this engine"
	whereShort   = " where tasks are short"
	whereBlocked = " where tasks block"
)

// Claims returns the table, in the order in which it is shown.
func Claims() []Claim {
	return []Claim{groupCost(), taskCost(), noise(), pool(), closure(), allocator()}
}

// row has a name for each work, as those of package price have.
func row(name, work string, tasks int, ours price.Side, beside string, theirs price.Side) price.Row {
	return price.Row{Name: name, Work: work, Tasks: tasks, Ours: ours, Beside: beside, Theirs: theirs}
}

func groupCost() Claim {
	tens := Bounds{Below: 100}
	type joiner = func(context.Context, int, form) error
	empty := func(who string, join joiner) Check {
		return Check{Of: who, Who: who, Look: Difference, Bounds: tens,
			Row: row("group-0", "a group of no task", 1, none(same(join)), waitGroupName, none(same(sameWaitGroup)))}
	}
	one := func(who string, join joiner) Check {
		return Check{Of: who, Who: who, Look: Difference, Bounds: tens,
			Row: row("group-1", "a group of 1 task", 1, same(join), waitGroupName, same(sameWaitGroup))}
	}
	return Claim{
		Name: "group-cost",
		Says: "errgroup costs tens of nanoseconds per group over a bare WaitGroup",
		Rule: "Tens: a group with the same tasks takes less than 100 ns longer. A zero errgroup.Group and one made by errgroup.WithContext are two parts.",
		Checks: []Check{
			empty(zeroGroupName, sameZeroGroup),
			one(zeroGroupName, sameZeroGroup),
			empty(withContextName, sameWithContext),
			one(withContextName, sameWithContext),
		},
	}
}

func taskCost() Claim {
	about := Bounds{AtLeast: 500, Below: 2000}
	check := func(of, who string, run starter, beside string, other starter) Check {
		return Check{Of: of, Who: who, Look: PerTask, Bounds: about,
			Row: row("task-1000", "%s tasks, each sets its own slot", 1000, slots(run), beside, slots(other))}
	}
	return Claim{
		Name: "task-cost",
		Says: "a task costs about a microsecond",
		Rule: "About: between half as much and twice as much, for each of 1000 tasks that do next to nothing.",
		Checks: []Check{
			check(bareName, bareName, bare, errgroupName, byErrgroup),
			check(errgroupName, errgroupName, byErrgroup, bareName, bare),
			check(thisEngine, failfastName, ours, bareName, bare),
		},
	}
}

func noise() Claim {
	little := Bounds{AtLeast: 0.9, Below: 1.1}
	var checks []Check
	for _, w := range []struct {
		of, name, work string
		tasks          int
		side           func(starter) price.Side
	}{
		{"1 µs of CPU", "cpu-1us", "%s tasks of 1 µs CPU", 1000, func(run starter) price.Side { return spinning(run, time.Microsecond) }},
		{"10 µs of CPU", "cpu-10us", "%s tasks of 10 µs CPU", 1000, func(run starter) price.Side { return spinning(run, 10*time.Microsecond) }},
		{"I/O", "io", "%s tasks of a round trip over local TCP", 64, roundTrips},
	} {
		check := func(who string, run starter, beside string, other starter) Check {
			return Check{Of: w.of, Who: who, Look: Ratio, Bounds: little, Row: row(w.name, w.work, w.tasks, w.side(run), beside, w.side(other))}
		}
		checks = append(checks,
			check(errgroupName, byErrgroup, bareName, bare),
			check(failfastName, ours, bareName, bare),
			check(failfastName, ours, errgroupName, byErrgroup),
		)
	}
	return Claim{
		Name:   "noise",
		Says:   "beyond a microsecond of work, or any I/O, the difference is noise",
		Rule:   "Noise: nobody differs from anybody by a tenth or more; the ratio of each pair of contenders is between 0.9 and 1.1.",
		Checks: checks,
	}
}

func pool() Claim {
	const noticed = 100e6
	check := func(of, name string, items int, b Bounds) Check {
		return Check{Of: of, Who: setLimitName, Look: Difference, Bounds: b,
			Row: row(name, "%s items, each sets its own slot", items, slots(bySetLimit), poolName, slots(byPool))}
	}
	return Claim{
		Name: "pool",
		Says: "a worker pool beats SetLimit from millions of items on, and SetLimit is fine below hundreds of thousands",
		Rule: "Fine: over all items, SetLimit takes less than 100 ms longer than the pool, which nobody who waits for them notices. " +
			"Beats: it takes that much longer or more. Both with empty items, which is SetLimit's worst case.",
		Checks: []Check{
			check("that SetLimit is fine for 10,000 items", "items-10000", 10_000, Bounds{Below: noticed}),
			check("that SetLimit is fine for 100,000 items", "items-100000", 100_000, Bounds{Below: noticed}),
			check("that the pool beats it at 1 M items", "items-1000000", 1_000_000, Bounds{AtLeast: noticed}),
		},
	}
}

func closure() Claim {
	nothing := Bounds{Below: 0.1}
	const work = "%s closures made, beside as many tasks started and joined"
	return Claim{
		Name: "closure",
		Says: "the closure is nothing beside the goroutine",
		Rule: "Nothing: to make the closure of a task takes less than a tenth of the time in which a task is started, run and joined that is one function value.",
		Checks: []Check{
			{Of: perGoroutine, Who: closureName, Look: Ratio, Bounds: nothing, Row: row("closures", work, 1000, closures, bareName, same(sameGo))},
			{Of: thisEngine, Who: closureName, Look: Ratio, Bounds: nothing, Row: row("closures", work, 1000, closures, failfastName, same(sameOurs))},
		},
	}
}

func allocator() Claim {
	const blocked = "%s tasks, each waits until all have started"
	nearlyOne := Bounds{AtLeast: 0.9}
	started := func(of, who, name, work string, side price.Side) Check {
		return Check{Of: of, Who: who, Look: Goroutines, Bounds: nearlyOne, Row: price.Row{Name: name, Work: work, Tasks: 1000, Ours: side}}
	}
	const empty = "%s tasks that do nothing"
	return Claim{
		Name: "allocator",
		Says: "microbenchmarks of groups measure the runtime's goroutine allocator",
		Rule: "They do where each task is given a goroutine: at least 0.9 are started for each task, and where an errgroup is measured, " +
			"half of its time or more is that of bare go statements.",
		Checks: []Check{
			started(perGoroutine, errgroupName, "same-1000", empty, same(sameWithContext)),
			{Of: perGoroutine, Who: bareName, Look: Ratio, Bounds: Bounds{AtLeast: 0.5},
				Row: row("same-1000", empty, 1000, same(sameGo), errgroupName, same(sameWithContext))},
			started(thisEngine+whereShort, failfastName, "same-1000", empty, same(sameOurs)),
			started(thisEngine+whereBlocked, failfastName, "blocked", blocked, waiting(ours)),
		},
	}
}
