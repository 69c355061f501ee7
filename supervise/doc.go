// Package supervise is the strategy that starts children again, as a supervisor in Erlang/OTP does, with a backoff for each child and
// a bound on how often.
//
//	err := supervise.Run(ctx, &supervise.Strategy{
//		Radius: supervise.Later,
//		Children: []supervise.Child{
//			{Name: "db", Run: runDB},
//			{Name: "cache", Run: runCache, Grace: time.Second},
//			{Name: "http", Run: serve, Restart: supervise.Permanent, Grace: 30 * time.Second},
//		},
//	})
//
// Pick it for parts of a program that live long and are better started anew than mended: connections, consumers, pollers. Pick
// package selective where a failure should end some of the others and nobody is to come back, package failfast where it should
// end all. One call that is to be tried again a few times is a loop within its task.
//
// # What is restarted
//
// [Restart] says which ends lead to another run: failures ([Transient], which is also the default), every end ([Permanent]), or
// none ([Temporary]). A task that returns [ErrDone] has done its work whatever the policy; one that returns [ErrStopAll] stops
// everybody. Not restarted, whatever they return: a child cancelled by Child.Cancel or Group.Cancel, and all once the group has stopped.
// [Radius] says who is stopped and started again with the one that ended. A child is never started while its last run
// goes on, even if that does not look at its context.
//
// # How often, and when it gives up
//
// Each child has a backoff of its own. One restart more than Intensity within Period, those of all children counted, stops the
// group with a [GaveUpError]. As the failure of a task in another supervised group, that is a reason to start the inner group
// anew: see [Strategy.Task].
//
// # What happened
//
// A restart is silent by itself. fate.Observe tells of each, and package observe has observers that are ready:
//
//	err := supervise.Run(ctx, strategy, fate.Observe(observe.Slog(logger)))
//
// # Panics
//
// Under fate.New a task's panic ends the process, as under every strategy: there is nothing to restart. [Run] takes fate.Panics(fate.Return)
// unless told otherwise, since who asks for a supervisor wants its children back. A panic then is a failure, a *fate.PanicError with
// the stack, and so is runtime.Goexit, with fate.ErrGoexit.
package supervise
