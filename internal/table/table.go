// Package table is the decision table as data: the situations that a programmer faces, what to take in each, what else there is and when that
// is enough, and the questions that tell them apart.
//
// It holds no figure and no observation. Those come from a run, and package decision of the tool joins the two.
package table

// A Row is one situation. Links in its Markdown are relative to the directory docs, and "#4-..." leads to the row's section of
// docs/choosing.md.
type Row struct {
	Number int    `json:"number"` // from 1; the page and the names of measured rows, "row7-...", go by it
	Face   string `json:"face"`   // what a programmer faces, in a few words, as they stand within a sentence
	Story  string `json:"story"`  // the same in a sentence or two; Markdown
	Take   string `json:"take"`   // what to take, in a few words; Markdown
	Notes  string `json:"notes"`  // what there is to know of it beside the code, or nothing; Markdown

	Import  string   `json:"import"`  // the path of the package that the code is about
	Code    []string `json:"code"`    // lines quoted from Example; one with Gap stands for lines that are left out
	Example string   `json:"example"` // "./failfast ExampleStrategy": the directory and the function that the code stands in

	Beside string `json:"beside"` // the equivalents, in a few words
	Usual  string `json:"usual"`  // the one of them that most would take, as names in measured rows of who is beside ours begin: "errgroup"
	Peers  string `json:"peers"`  // the equivalents, and what they do otherwise; Markdown
	Enough string `json:"enough"` // when something else is enough, or better; Markdown

	Decides  []Behaviour `json:"decides"`  // what decides it, as package compare observes it
	Shown    []Shown     `json:"shown"`    // what else decides it, each shown by a test
	Commands []string    `json:"commands"` // that show it: tests, the Example, the benchmarks
	Fits     Fits        `json:"fits"`     // for whom it is
}

// Gap stands in Code for lines that are left out.
const Gap = "// ..."

// A Behaviour is what was observed of some contenders of package compare, and decides a situation.
type Behaviour struct {
	Name       string   `json:"name"`       // of a behaviour of package compare: "first error wins"
	Contenders []string `json:"contenders"` // of package compare, ours first: "failfast", "errgroup"
}

// A Shown is something that a test shows and no behaviour of package compare.
type Shown struct {
	Says string `json:"says"` // a sentence
	Dir  string `json:"dir"`  // "./internal/peers", where Test is
	Test string `json:"test"`
}

// A Question is one thing that tells situations apart.
type Question struct {
	Name    string   `json:"name"` // the flag and the key: "errors"
	Ask     string   `json:"ask"`  // the question: "What must be told at the end?"
	Answers []Answer `json:"answers"`

	// Extra says that what it asks for is an option, which goes with a row that answers the other questions.
	Extra bool `json:"extra,omitempty"`
}

// An Answer is one of the answers that a question may be given.
type Answer struct {
	Name  string `json:"name"`  // "all"
	Means string `json:"means"` // "every error, in the order of the tasks"
	It    string `json:"it"`    // what a row does that is for it, after "it": "tells every error"
	You   string `json:"you"`   // what they wish for who give it, after "you": "want every error"

	// Special says that nobody means it who does not say so: a row that is only for special answers is not chosen unless one of them is
	// given.
	Special bool `json:"special,omitempty"`
}

// Fits says for each question, by its name, for which of its answers a row is. A question that it does not name makes no difference to it.
type Fits map[string][]string
