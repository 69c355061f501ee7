package fatetest

import (
	"fmt"
	"strings"
)

// A law is the sentence it enforces.
type law string

// What the constructor gives.
const (
	constructs law = "The constructor gives a strategy, not nil and not a nil pointer."
	ownEach    law = "The constructor gives a pointer of its own at each call: a strategy that remembers belongs to one group at a time."
	valid      law = "Validate accepts what the constructor gives."
	hintsHold  law = "Hints are the same at each call, their numbers are not negative, and AtLimit is Run, Hold or Shed."
)

// What is true of every call.
const (
	noPanic     law = "No call panics, whatever happened before, and none ends its goroutine."
	noWaiting   law = "A call returns at once: the group calls under its lock, so one that blocks or sleeps holds up every task."
	noGoroutine law = "A strategy starts no goroutine: everything concurrent is the group's, or something outlives Wait."
	pureValue   law = "A strategy that is a value answers from its arguments alone, also between another group's calls; one that must remember is a pointer."
	untimed     law = "A strategy whose Hints say Untimed answers the same however long a task took."
	unasked     law = "A strategy whose Hints say FailuresOnly would answer Continue to every success."
)

// What Admit answers.
const (
	asHinted    law = "A strategy whose Hints say AtLimit answers so while Limit tasks are running, and Run while fewer are."
	knownAnswer law = "Admit answers Run, Hold or Shed."
	idleHolds   law = "While nothing is running, Admit never answers Hold: nobody would ever ask again. A task that has ended, in any way, takes no slot."
	idleSheds   law = "While nothing is running and nothing has failed, Admit never answers Shed: no limit can be reached. A task that has ended takes no slot."
	monotone    law = "More running tasks never admit more: an Admit that does not answer Run at some count of Running does not at a higher one."
)

// What Settle answers.
const (
	stopCause   law = "A Stop verdict has a cause, or nobody can tell why the group stopped."
	cancelWhom  law = "A Cancel verdict has a selector that says whom it cancels."
	cancelCause law = "A Cancel verdict has a cause, or the cancelled cannot tell why."
	withWhom    law = "A Restart.With has a selector that says who is restarted too."
	withCause   law = "A Restart.With has a cause, or Settle cannot tell who was cancelled for it."
	restartable law = "A strategy whose Hints say AtLimit Hold, Untimed and FailuresOnly never answers Restart: a group need not ask it about items, and can't run one again."
)

// What an Expecter answers.
const (
	noRestart law = "Expect never answers Restart: there is no task that it could start again."
	passedOn  law = "A strategy around one that has an Expect has one too: else the one inside is not told how many tasks there will be."
)

// What Conclude returns.
const (
	noTypedNil  law = "Conclude returns nil or an error, never a nil pointer dressed as an error."
	summaryKept law = "Conclude does not change the summary's errors."
	errorStays  law = "An error once returned never changes."
	linearText  law = "An error over many failures costs in proportion to their number, not to its square."
	successNil  law = "If every task of many succeeded, Wait returns nil."
	failureTold law = "If tasks failed and none succeeded, Wait returns an error."
	stopTold    law = "If the strategy stopped the group at a failure, Wait returns an error."
	causeTold   law = "If a stop from outside cut tasks short, and none succeeded or failed, Wait's error leads (errors.Is) to the stop's cause."
	realError   law = "Wait's error leads (errors.Is) to something that happened: a task's failure or the cause of a stop."
)

// What a group promises with any strategy. A strategy that keeps all laws above breaks one of these only by what it does outside
// its three calls: in a selector, in its errors, or by what it holds on to.
const (
	waitReturns law = "Wait returns once every task can end."
	joins       law = "No task runs or starts once Wait has returned."
	runsOnce    law = "An accepted task runs exactly once and once more for each restart, or is counted as skipped, shed or cancelled; a refused one never runs."
	obeysAgain  law = "A Restart is obeyed, unless the group has stopped or the task was cancelled on purpose: the end counts no more, and the task runs again or is settled as cancelled."
	attempts    law = "Event.Attempt is how often the task was restarted before, and Tally.Restarted how many runs were not the first of a task."
	neverBeside law = "A task that is restarted never runs twice at once."
	whyEnded    law = "Event.Cause is why the task's context had ended, and nil if it had not."
	tallyHolds  law = "At every moment Offered is all that ended, in any way, plus Held and Running."
	shownOnce   law = "Each run of a task is settled once, with what it returned, also after a stop."
	echoes      law = "A task that returns its context's error once that has ended is settled as cancelled, not as failed."
	admitted    law = "No more tasks run than were admitted, and each admitted one starts at once."
	startsAll   law = "A task starts while the limit is not reached, even if every earlier one blocks for ever."
	oneAtATime  law = "Calls of one group never overlap, and none comes after Conclude."
	concludes   law = "Conclude is called once, with the final tally, every failure that was not restarted in submission order, and the cause of a stop that kept a task from running."
	sameAnswer  law = "Wait gives what Conclude returned, to everyone who calls it and as often as it is called."
	rethrows    law = "Under Panics(Rethrow), Wait panics if a task did, with every panic and with what Conclude returned."
	wakes       law = "A Go that waits at the limit returns false as soon as the group stops, whatever the tasks do."
	closed      law = "After Wait has returned, Go and TryGo return false, and Spawn a child that has ended with an error."
	contextEnds law = "The group's context ends when the group stops, with the cause of the first stop, and always once Wait has returned."
)

// A violation is a law that a strategy broke, and how.
type violation struct {
	law     law
	after   string // what led to it: a history, of all that do the first of the shortest, or a scene
	saw     string
	history *history // what after says, if it is a history
}

func (v violation) String() string {
	var b strings.Builder
	b.WriteString(string(v.law))
	if v.after != "" {
		fmt.Fprintf(&b, "\n\tafter: %s", v.after)
	}
	if v.saw != "" {
		fmt.Fprintf(&b, "\n\tsaw:   %s", strings.ReplaceAll(v.saw, "\n", "\n\t       "))
	}
	return b.String()
}
