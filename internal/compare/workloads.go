package compare

import (
	"fmt"
	"time"
)

// Workloads returns the workloads that need nothing beyond this module's dependencies, in the order of tables: synthetic ones,
// then real ones.
func Workloads() []Workload {
	return []Workload{
		empty("empty", 1000, 0),
		empty("limited", 1000, 8),
		empty("small", 4, 0),
		empty("single", 1, 0),
		busy("cpu-1us", 1000, time.Microsecond),
		busy("cpu-10us", 1000, 10*time.Microsecond),
		busy("cpu-100us", 100, 100*time.Microsecond),
		busy("cpu-1ms", 20, time.Millisecond),
		blocked("blocked", 1000),
		failing("failing-1pct", 1000, 100),
		failing("failing-all", 1000, 1),
		firstFailure("first-failure", 100),
		overflow("overflow", 1000, 8),
		dashboard("dashboard"),
		hashing("hash", 8),
	}
}

// counted is "1 task" or "7 tasks".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// length writes a duration as the tables do, with a space.
func length(d time.Duration) string {
	if d%time.Millisecond == 0 {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%d µs", d.Microseconds())
}

// PickWorkloads returns those of all that have these names, in the order of all; no name means all of them. Its error lists
// the names that are known.
func PickWorkloads(all []Workload, names ...string) ([]Workload, error) {
	return pick("workload", all, func(w Workload) string { return w.Name }, names)
}

// Accepts reports whether the contender can do the work: whether it keeps the limit, and does all that is asked.
func (w Workload) Accepts(c Contender) bool {
	switch {
	case c.Serial && !w.Plain:
		return false
	case w.Limit > 0 && !c.Limits, w.Limit == 0 && c.NeedsLimit:
		return false
	case w.Overflows && !c.Tries, !w.Overflows && w.Limit > 0 && c.Sheds:
		return false
	}
	return w.Takes == nil || w.Takes(c)
}

// Accepted returns those of the contenders that can do the work, in the same order.
func (w Workload) Accepted(all []Contender) []Contender {
	var some []Contender
	for _, c := range all {
		if w.Accepts(c) {
			some = append(some, c)
		}
	}
	return some
}

func (w Workload) base() string {
	if w.Base == "" {
		return BaseName
	}
	return w.Base
}
