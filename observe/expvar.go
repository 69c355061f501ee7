package observe

import (
	"expvar"
	"time"

	"github.com/sharedfate/fate"
)

// Expvar returns an observer that counts, and publishes the counts as a map of package expvar with the name:
//
//	running    tasks that have started and not ended
//	started, restarted
//	ok, failed, panicked, exited, cancelled, skipped, shed
//	stopped    groups
//
// Those in the third line are the counts of [fate.Tally], of all groups that are given the observer together. Counts never go back; running does. To count by group, give each one of
// its own.
//
// A name can be published once in a process, and for good: make the observer where the program starts, and keep it. Expvar panics if the name is
// taken or empty.
func Expvar(name string) fate.Observer {
	if name == "" {
		panic("observe: Expvar: the name is empty")
	}
	if expvar.Get(name) != nil {
		panic("observe: Expvar: the name " + name + " is taken: keep the observer, and give it to as many groups as you like")
	}
	m := expvar.NewMap(name)
	count := func(key string) *expvar.Int {
		n := new(expvar.Int)
		m.Set(key, n)
		return n
	}
	running, started, restarted, stopped := count("running"), count("started"), count("restarted"), count("stopped")
	skipped, shed := count("skipped"), count("shed")
	var ended [fate.Cancelled + 1]*expvar.Int
	for k := range ended {
		ended[k] = count(fate.Kind(k).String())
	}
	return fate.Observer{
		Start: func(*fate.Group, fate.Event) { started.Add(1); running.Add(1) },
		End:   func(_ *fate.Group, e fate.Event) { ended[e.Kind].Add(1); running.Add(-1) },
		Skip: func(_ *fate.Group, e fate.Event) {
			if e.Kind == fate.Cancelled {
				ended[fate.Cancelled].Add(1)
			} else {
				skipped.Add(1)
			}
		},
		Shed:    func(*fate.Group, fate.Event) { shed.Add(1) },
		Restart: func(*fate.Group, fate.Event, time.Duration) { restarted.Add(1); running.Add(-1) },
		Stop:    func(*fate.Group, error) { stopped.Add(1) },
	}
}
