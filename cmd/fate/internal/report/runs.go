package report

import (
	"slices"
	"strings"
	"time"
)

// A Selection is what a report was asked to be about, so that a run that ended early can be taken up again.
type Selection struct {
	All        bool     `json:"all,omitempty"`
	Workloads  []string `json:"workloads,omitempty"`  // as they were given; none is the usual ones
	Contenders []string `json:"contenders,omitempty"` // the same
	Dir        string   `json:"dir,omitempty"`        // that was hashed
	Quick      bool     `json:"quick,omitempty"`
	Spread     bool     `json:"spread,omitempty"` // for a picture
}

// A Run is one time that something of a report was measured. What is not among the parts of any run was not measured to its end.
type Run struct {
	Date  time.Time `json:"date"`
	Parts []Part    `json:"parts"`
}

// A Part is what is measured, and left out, as one.
type Part struct {
	Name string        `json:"name"` // "behaviours", "empty", "engine: start-1 beside errgroup"
	Took time.Duration `json:"took_ns"`
}

// Has says whether the part was measured to its end.
func (r *Report) Has(part string) bool {
	return slices.ContainsFunc(r.Runs, func(run Run) bool {
		return slices.ContainsFunc(run.Parts, func(p Part) bool { return p.Name == part })
	})
}

// whenMeasured says which parts were measured when.
func (r *Report) whenMeasured() string {
	var runs []string
	for _, run := range r.Runs {
		runs = append(runs, run.Date.Format("2006-01-02 15:04:05 -0700")+": "+run.parts())
	}
	return strings.Join(runs, "; ")
}

// parts names the parts of a run; those of one workload are counted.
func (run Run) parts() string {
	if len(run.Parts) == 0 {
		return "nothing"
	}
	var names []string
	of := map[string]int{}
	for _, p := range run.Parts {
		name, _, _ := strings.Cut(p.Name, ": ")
		if of[name]++; of[name] == 1 {
			names = append(names, name)
		}
	}
	for i, name := range names {
		if n := of[name]; n > 1 {
			names[i] = name + " (" + count(n, "part") + ")"
		}
	}
	return strings.Join(names, ", ")
}
