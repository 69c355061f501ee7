package table

// Rows returns the table, by number. What it returns is the caller's own.
func Rows() []Row {
	rows := []Row{
		{Number: 1, Face: "a handful of tasks; the first error stops the rest", Take: "`failfast.Strategy{}`", Beside: "errgroup, conc, by hand", Import: "github.com/sharedfate/fate/failfast"},
		{Number: 2, Face: "the same, at most N at once", Take: "`failfast.Strategy{Limit: n}`", Beside: "errgroup, conc, pond, ants", Import: "github.com/sharedfate/fate/failfast"},
		{Number: 3, Face: "millions of small items", Take: "`fate.ForEach`, `Map`, `Stream`", Beside: "workers over a channel, errgroup, conc, a loop", Import: "github.com/sharedfate/fate"},
		{Number: 4, Face: "a service that lives as long as the process", Take: "`daemon`", Beside: "by hand, oklog/run", Import: "github.com/sharedfate/fate/daemon"},
		{Number: 5, Face: "every error, not the first", Take: "`collectall.Strategy{}`", Beside: "errors.Join by hand, conc, go-multierror, multierr", Import: "github.com/sharedfate/fate/collectall"},
		{Number: 6, Face: "write a metric and forget it", Take: "`emit`", Beside: "a channel, errgroup's TryGo, a bare `go`", Import: "github.com/sharedfate/fate/emit"},
		{Number: 7, Decides: []Behaviour{{"Go at the limit", []string{"shed", "errgroup"}}}, Face: "too much work must be dropped; nobody may wait", Take: "`shed.Strategy{Limit: n}`", Beside: "errgroup's TryGo, a channel", Import: "github.com/sharedfate/fate/shed"},
		{Number: 8, Face: "stop some children, not all", Take: "`Child.Cancel`, `selective`", Beside: "a context for each, by hand", Import: "github.com/sharedfate/fate"},
		{Number: 9, Face: "wait for some children, not for others", Take: "`fate.Daemon()`", Beside: "two WaitGroups, two errgroups", Import: "github.com/sharedfate/fate"},
		{Number: 10, Face: "children that must be started again", Take: "`supervise`", Beside: "suture, a loop", Import: "github.com/sharedfate/fate/supervise"},
		{Number: 11, Face: "stages, each with errors of its own", Take: "`fate.Stage`", Beside: "channels by hand, conc", Import: "github.com/sharedfate/fate"},
		{Number: 12, Face: "a handler that gathers typed answers", Take: "`fate.Go` under failfast", Beside: "errgroup and captured variables", Import: "github.com/sharedfate/fate"},
		{Number: 13, Face: "only wait, or not even that", Take: "`sync.WaitGroup`, a loop", Beside: "a group", Import: "sync"},
		{Number: 14, Face: "tasks of different weight, or a limit that groups share", Take: "`limiter`", Beside: "errgroup and semaphore.Weighted", Import: "github.com/sharedfate/fate/limiter"},
		{Number: 15, Face: "code that may panic, or call runtime.Goexit", Take: "`fate.Panics`", Beside: "conc, recover by hand", Import: "github.com/sharedfate/fate"},
		{Number: 16, Face: "the first that succeeds, or k of n", Take: "`quorum`", Beside: "a channel and a cancel, errgroup", Import: "github.com/sharedfate/fate/quorum"},
		{Number: 17, Face: "log the cause once, not per task", Take: "`context.Cause(g.Context())`", Beside: "errgroup.WithContext", Import: "github.com/sharedfate/fate"},
		{Number: 18, Face: "find where a fan-out spends its time", Take: "`fate.Name`", Beside: "the same without names", Import: "github.com/sharedfate/fate"},
	}
	for i := range rows {
		rows[i].Fits = fits(rows[i].Number)
	}
	return rows
}
