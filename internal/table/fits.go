package table

import "maps"

// fits says for whom the row with that number is; nil if there is no such row.
//
// A row is for every answer that its code serves as it stands or with another value of the same strategy. It is for those who need no error
// told only if what it does besides, as to stop the rest, is reason enough for it: or sync.WaitGroup would never be enough.
func fits(number int) Fits {
	switch number {
	case 1: // failfast
		return strategy(Fits{"lives": {"call"}, "results": {"none"}, "failure": {"stop"}, "errors": {"none", "first"}, "at-limit": {"none"}, "items": {"few"}})
	case 2: // failfast with a limit
		return strategy(Fits{"lives": {"call"}, "results": {"none"}, "failure": {"stop"}, "errors": {"none", "first"}, "at-limit": {"wait"}, "items": {"few"}})
	case 3: // ForEach, Map, Stream, under failfast or collectall
		return strategy(Fits{"lives": {"call"}, "results": {"none", "typed"}, "failure": {"stop", "nothing"}, "errors": {"none", "first", "all"}, "at-limit": {"none", "wait"}, "items": {"millions"}})
	case 4: // daemon: what a part's failure means is in its Config
		return strategy(Fits{"lives": {"process"}, "results": {"none"}, "failure": {"stop", "nothing"}, "errors": {"none", "first", "all"}, "at-limit": {"none"}, "items": {"few"}})
	case 5: // collectall, whose StopAfter can make it stop; futures and Map go with it
		return strategy(Fits{"lives": {"call"}, "results": {"none", "typed"}, "failure": {"nothing", "stop"}, "errors": {"all"}, "at-limit": {"none", "wait"}, "items": {"few"}})
	case 6: // emit: whoever emits never waits, and a panic of the sink fails its batch
		f := strategy(Fits{"lives": {"forget"}, "results": {"none"}, "failure": {"nothing"}, "errors": {"none"}, "at-limit": {"none", "drop"}})
		f["panics"] = []string{"no", "yes"}
		return f
	case 7: // shed: Then is the strategy for those let in
		return strategy(Fits{"lives": {"call", "process"}, "results": {"none", "typed"}, "failure": {"stop", "nothing"}, "errors": {"none", "first", "all"}, "at-limit": {"drop"}})
	case 8: // Child.Cancel under any strategy, selective
		return strategy(Fits{"lives": {"call", "process"}, "results": {"none"}, "failure": {"some"}, "errors": {"none", "first", "all"}, "at-limit": {"none", "wait"}, "items": {"few"}})
	case 9: // fate.Daemon
		return Fits{"lives": {"call"}, "results": {"none", "typed"}, "failure": {"stop", "nothing", "some"}, "items": {"few"}, "wait": {"some"}}
	case 10: // supervise: a panic is a failure, and started again as another
		f := strategy(Fits{"lives": {"call", "process"}, "results": {"none"}, "failure": {"restart"}, "at-limit": {"none"}, "items": {"few"}})
		f["panics"] = []string{"no", "yes"}
		return f
	case 11: // Stage: each with a strategy and a limit of its own
		return strategy(Fits{"lives": {"call"}, "results": {"stages"}, "failure": {"stop", "nothing"}, "errors": {"none", "first", "all"}, "at-limit": {"none", "wait"}})
	case 12: // futures under failfast
		return strategy(Fits{"lives": {"call"}, "results": {"typed"}, "failure": {"stop"}, "errors": {"first"}, "at-limit": {"none", "wait"}, "items": {"few"}})
	case 13: // sync.WaitGroup, a loop: results go into variables, and a channel with room for so many is a limit
		return strategy(Fits{"lives": {"call"}, "results": {"none", "typed"}, "failure": {"nothing"}, "errors": {"none"}, "at-limit": {"none", "wait"}, "items": {"few"}})
	case 14: // limiter, with groups of any strategy
		return strategy(Fits{"lives": {"call", "process"}, "results": {"none", "typed"}, "failure": {"stop", "nothing"}, "errors": {"none", "first", "all"}, "at-limit": {"weights", "shared"}})
	case 15: // fate.Panics: a panic that becomes an error must be told to somebody
		return Fits{"lives": {"call", "process"}, "errors": {"first", "all", "cause"}, "panics": {"yes"}}
	case 16: // quorum: what it returns if there are not enough has every failure
		return strategy(Fits{"lives": {"call"}, "results": {"none", "typed"}, "failure": {"enough"}, "errors": {"none", "first", "all"}, "at-limit": {"none", "wait"}, "items": {"few"}})
	case 17: // context.Cause under failfast
		return strategy(Fits{"lives": {"call", "process"}, "results": {"none", "typed"}, "failure": {"stop"}, "errors": {"cause"}, "at-limit": {"none", "wait"}})
	case 18: // fate.Name
		return Fits{"lives": {"call", "process"}, "profile": {"yes"}}
	}
	return nil
}

// strategy adds what is true of each row that is no option: it is not by itself what an option is for.
func strategy(f Fits) Fits {
	maps.Copy(f, Fits{"wait": {"all"}, "panics": {"no"}, "profile": {"no"}})
	return f
}
