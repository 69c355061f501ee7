package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ItemsQuestion is the name of the question whose answer may be a number as well.
const ItemsQuestion = "items"

// millionsFrom is how many items are millions: below hundreds of thousands, how tasks are handed out is not what a program waits for.
const millionsFrom = 100_000

// Questions returns what tells the rows apart, in the order in which one would ask. What it returns is the caller's own.
//
// They are about what a programmer knows before he knows any strategy. Each has an answer that is not special, so that whoever leaves it out
// means something ordinary.
func Questions() []Question {
	return []Question{
		{Name: "lives", Ask: "How long does it live, and who waits for its end?", Answers: []Answer{
			{Name: "call", Means: "as long as the call that starts it, which waits", It: "ends with the call that starts it", You: "have it end with the call"},
			{Name: "process", Means: "as long as the process, until it is told to stop", It: "lives as long as the process", You: "have something that lives as long as the process", Special: true},
			{Name: "forget", Means: "nobody waits: it is handed over, and the caller goes on", It: "is handed over and forgotten", You: "want to hand it over and go on", Special: true},
		}},
		{Name: "results", Ask: "What comes back, beside errors?", Answers: []Answer{
			{Name: "none", Means: "nothing, or what the tasks write down by themselves", It: "brings nothing back", You: "want nothing back"},
			{Name: "typed", Means: "typed values, one of each task", It: "brings typed values back", You: "want typed values back", Special: true},
			{Name: "stages", Means: "what one stage makes, the next one takes", It: "runs stage after stage", You: "have stages", Special: true},
		}},
		{Name: "failure", Ask: "What does one task's failure mean for the others?", Answers: []Answer{
			{Name: "stop", Means: "all are stopped: they are worth something only together", It: "stops all at a failure", You: "want a failure to stop all"},
			{Name: "nothing", Means: "nothing: each is worth doing without it", It: "goes on after a failure", You: "want the others to go on after a failure"},
			{Name: "some", Means: "some are stopped, by a failure or by you, and not all", It: "stops some and not all", You: "want some stopped and not all", Special: true},
			{Name: "restart", Means: "what has failed is started again", It: "starts again what has failed", You: "want what fails to be started again", Special: true},
			{Name: "enough", Means: "none once enough have succeeded: the first, or k of n", It: "ends once enough have succeeded", You: "are done once enough have succeeded", Special: true},
		}},
		{Name: "errors", Ask: "What must be told at the end?", Answers: []Answer{
			{Name: "none", Means: "nothing: nothing can fail, or nobody asks", It: "tells of no error", You: "need no error told"},
			{Name: "first", Means: "the first error", It: "tells the first error", You: "want the first error"},
			{Name: "all", Means: "every error, in the order of the tasks", It: "tells every error", You: "want every error"},
			{Name: "cause", Means: "why it all ended, once and not per task", It: "tells the cause once", You: "want the cause told once", Special: true},
		}},
		{Name: "at-limit", Ask: "What becomes of work that comes while as much runs as may?", Answers: []Answer{
			{Name: "none", Means: "there is no limit", It: "sets no limit", You: "set no limit"},
			{Name: "wait", Means: "it waits, and whoever brings it may have to", It: "waits at the limit", You: "want work to wait at the limit"},
			{Name: "drop", Means: "it is dropped, and counted", It: "drops work at the limit", You: "want work dropped", Special: true},
			{Name: "weights", Means: "it waits, and tasks weigh differently", It: "counts tasks by weight", You: "have tasks of different weight", Special: true},
			{Name: "shared", Means: "it waits, and several groups share the limit", It: "shares a limit among groups", You: "have groups that share a limit", Special: true},
		}},
		{Name: ItemsQuestion, Ask: "How many tasks or items are there?", Answers: []Answer{
			{Name: "few", Means: "fewer than 100,000, or each takes its time", It: "is for tasks that can be counted", You: "have fewer than 100,000 tasks"},
			{Name: "millions", Means: "more, of a microsecond or so each", It: "is for millions of small items", You: "have 100,000 items or more", Special: true},
		}},
		{Name: "wait", Ask: "For whom does the end wait?", Extra: true, Answers: []Answer{
			{Name: "all", Means: "for all", It: "waits for all", You: "want to wait for all"},
			{Name: "some", Means: "for some; the others help them, and are stopped then", It: "waits for some and stops the others", You: "want to wait for some and not for others", Special: true},
		}},
		{Name: "panics", Ask: "May the code panic, or call runtime.Goexit?", Extra: true, Answers: []Answer{
			{Name: "no", Means: "no: a panic is a bug, and ends the process", It: "lets a panic end the process", You: "have no code that may panic"},
			{Name: "yes", Means: "the code may panic, and the process must live on", It: "makes a panic an error", You: "have code that may panic", Special: true},
		}},
		{Name: "profile", Ask: "Do you want to see where it spends its time?", Extra: true, Answers: []Answer{
			{Name: "no", Means: "no", It: "does not show where time is spent", You: "need no profile"},
			{Name: "yes", Means: "profiles and traces must show where time is spent", It: "shows where time is spent", You: "want to see where time is spent", Special: true},
		}},
	}
}

// CountOf returns the answer to "items" that a number stands for: 20, 1e6, 100_000. It is an error if that is no number of items.
func CountOf(text string) (answer string, err error) {
	n, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil || n < 1 || math.IsInf(n, 0) || n != math.Trunc(n) { // NaN is not its own Trunc
		return "", fmt.Errorf("%q is no number of items: must be a whole number from 1 on, as 20, 1e6 or 100_000", text)
	}
	if n < millionsFrom {
		return "few", nil
	}
	return "millions", nil
}

// answer finds one by its name.
func (q Question) answer(name string) (Answer, bool) {
	for _, a := range q.Answers {
		if a.Name == name {
			return a, true
		}
	}
	return Answer{}, false
}

// names are those of its answers.
func (q Question) names() []string {
	var all []string
	for _, a := range q.Answers {
		all = append(all, a.Name)
	}
	return all
}
