// Package table is the decision table as data: the situations that a programmer faces, what to take in each, what else there is and when that
// is enough, and the questions that tell them apart.
//
// It holds no figure and no observation. Those come from a run, and package decision of the tool joins the two.
package table

// A Row is one situation.
type Row struct {
	Number int    // from 1; the page and the names of measured rows, "row7-...", go by it
	Face   string // what a programmer faces, in a few words
	Story  string // the same in a sentence or two; Markdown
	Take   string // what to take, in a few words; Markdown

	Import  string   // the path of the package that the code is about
	Code    []string // lines quoted from Example; one with Gap stands for lines that are left out
	Example string   // "./failfast ExampleStrategy": the directory and the function that the code stands in

	Beside string // the equivalents, in a few words
	Peers  string // the equivalents, and what they do otherwise; Markdown
	Enough string // when something else is enough, or better; Markdown

	Decides  []Behaviour // what decides it
	Commands []string    // that show it: tests, the Example, the benchmarks
	Fits     Fits        // for whom it is
}

// Gap stands in Code for lines that are left out.
const Gap = "// ..."

// A Behaviour is what was observed of some contenders of package compare, and decides a situation.
type Behaviour struct {
	Name       string   // of a behaviour of package compare: "first error wins"
	Contenders []string // of package compare, ours first: "failfast", "errgroup"
}

// A Question is one thing that tells situations apart.
type Question struct {
	Name    string // the flag and the key: "errors"
	Ask     string // the question: "What must be told at the end?"
	Answers []Answer

	// Extra says that what it asks for is an option, which goes with a row that answers the other questions.
	Extra bool
}

// An Answer is one of the answers that a question may be given.
type Answer struct {
	Name  string // "all"
	Means string // "every error, in the order of the tasks"
	It    string // what a row does that is for it, after "it": "tells every error"
	You   string // what you wish for who give it, after "you": "want every error"

	// Special says that nobody means it who does not say so: a row that is only for special answers is not chosen unless one of them is
	// given.
	Special bool
}

// Fits says for each question, by its name, for which of its answers a row is. A question that it does not name makes no difference to it.
type Fits map[string][]string
