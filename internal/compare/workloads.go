package compare

import "time"

// Workloads returns the workloads that need nothing beyond this module's dependencies, in the order of tables: synthetic ones,
// then real ones.
func Workloads() []Workload {
	return []Workload{
		empty("empty", "1000 tasks that do nothing", 1000, 0),
		empty("limited", "1000 tasks that do nothing, 8 at once", 1000, 8),
		empty("small", "4 tasks that do nothing", 4, 0),
		empty("single", "1 task that does nothing", 1, 0),
		busy("cpu-1us", "1000 tasks of 1 µs of CPU", 1000, time.Microsecond),
		busy("cpu-10us", "1000 tasks of 10 µs of CPU", 1000, 10*time.Microsecond),
		busy("cpu-100us", "100 tasks of 100 µs of CPU", 100, 100*time.Microsecond),
		busy("cpu-1ms", "20 tasks of 1 ms of CPU", 20, time.Millisecond),
		blocked("blocked", "1000 tasks, each waiting until all have started", 1000),
		failing("failing-1pct", "1000 tasks of which every 100th fails; all errors are kept", 1000, 100),
		failing("failing-all", "1000 tasks that all fail; all errors are kept", 1000, 1),
		firstFailure("first-failure", "100 tasks wait; the last to start fails, which cancels the others", 100),
		overflow("overflow", "1000 tasks offered to 8 places; 992 are refused", 1000, 8),
		dashboard("dashboard", "24 requests to 6 HTTP servers, one of them slow (20 ms) and one failing"),
		hashing("hash", "SHA-256 of every file below a directory, 8 at once", 8),
	}
}

// PickWorkloads returns those of all that have these names, in the order of all; no name means all of them. Its error lists
// the names that are known.
func PickWorkloads(all []Workload, names ...string) ([]Workload, error) {
	return pick("workload", all, func(w Workload) string { return w.Name }, names)
}

// Accepts reports whether the contender can do the work: whether it keeps the limit, and does all that is asked.
func (w Workload) Accepts(c Contender) bool {
	switch {
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
