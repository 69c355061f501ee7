package strategies

import (
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/quorum"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
	"github.com/sharedfate/fate/supervise"
)

// The strategies of this module, registered as a third party's would be. Each converts its fields to the strategy in one
// step, so that a field added there does not compile here until it is added too, with its help text.
func init() {
	Register("failfast", "the first failure stops the group and is what Wait returns",
		func(p struct {
			Limit int `help:"how many tasks run at once; 0 is no limit"`
		}) (fate.Strategy, error) {
			return failfast.Strategy(p), nil
		})

	Register("collectall", "every task runs and every failure is reported",
		func(p struct {
			Limit     int `help:"how many tasks run at once; 0 is no limit"`
			Keep      int `help:"how many failures are held, the rest is counted; 0 holds all"`
			StopAfter int `help:"how many failures stop the group; 0 is never"`
		}) (fate.Strategy, error) {
			return collectall.Strategy(p), nil
		})

	Register("shed", "a task offered at the limit is refused instead of waiting",
		func(p struct {
			Limit int           `help:"how many tasks run at once; must be given"`
			Then  fate.Strategy `help:"decides about the tasks let in; collectall if left out"`
		}) (fate.Strategy, error) {
			return shed.Strategy(p), nil
		})

	Register("selective", "a failure cancels some of the other children",
		func(p struct {
			Limit int             `help:"how many tasks run at once; 0 is no limit"`
			Scope selective.Scope `help:"whom a failure cancels: nobody, later, dependents or group; nobody if left out"`
		}) (fate.Strategy, error) {
			return selective.Strategy(p), nil
		})

	Register("quorum", "the group stops once enough tasks have succeeded, or can't any more",
		func(p struct {
			Need  int `help:"how many tasks must succeed; must be given"`
			Limit int `help:"how many tasks run at once; 0 is no limit"`
		}) (fate.Strategy, error) {
			return quorum.Strategy(p), nil
		})

	// What is code or state in the strategy is not configured, so that it can't be converted in one step.
	Register("supervise", "what ends is started again, by itself or with others, until that is too often",
		func(p struct {
			Limit     int               `help:"how many tasks run at once; 0 is no limit"`
			Restart   supervise.Restart `help:"what is started again: transient (after a failure), permanent (always) or temporary (never); transient if left out"`
			Radius    supervise.Radius  `help:"who is started again with it: itself, later or all; itself if left out"`
			Intensity int               `help:"how many restarts are borne within the period; -1 is no bound, 5 if left out"`
			Period    time.Duration     `help:"the time that intensity is about, and how long a run must last to count as healthy; 30s if left out"`
		}) (fate.Strategy, error) {
			return &supervise.Strategy{Limit: p.Limit, Restart: p.Restart, Radius: p.Radius, Intensity: p.Intensity, Period: p.Period}, nil
		})
}
