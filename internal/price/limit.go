package price

import "github.com/sharedfate/fate/failfast"

// limitRows are what handing tasks over costs where only so many may run at once.
func limitRows() []Row {
	const limit = 8
	row := func(beside string, atMost float64, theirs runner) Row {
		return Row{
			Name: "limit-8", Work: "%s tasks at limit 8, by Go", Tasks: 100_000, Quick: 20_000, Beside: beside, AtMost: atMost,
			Ours: empty(under(failfast.Strategy{Limit: limit})), Theirs: empty(theirs),
		}
	}
	return []Row{
		row("errgroup SetLimit(8)", 0.12, byErrgroup(limit)),
		row(concName, 0.15, byConc(limit)),
		row("channel, 8 workers", 1, byChannel(limit, 0)),
		row("channel with buffer 64", 0, byChannel(limit, 64)),
	}
}
