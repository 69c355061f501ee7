// Package report is what a run of the tool found, as data, as JSON and as tables for a terminal.
//
// It measures nothing, so that its layout is tested with fixed figures.
package report

import (
	"encoding/json"
	"io"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
	"github.com/sharedfate/fate/internal/compare"
)

// A Report is one run, or one that was resumed. What was not asked for or not reached is empty.
type Report struct {
	Format      int                   `json:"format"` // of the file; WriteJSON writes the latest, and Read takes no later one
	Provenance  provenance.Provenance `json:"provenance"`
	Selection   Selection             `json:"selection"`
	Runs        []Run                 `json:"runs,omitempty"` // several if it was resumed
	Seed        uint64                `json:"seed,string"`    // of the orders in which contenders were sampled
	Contenders  []Contender           `json:"contenders"`
	Behaviours  compare.Matrix        `json:"behaviours"`
	Workloads   []compare.Report      `json:"workloads"`
	Prices      []*Prices             `json:"prices,omitempty"`
	Claims      *Claims               `json:"claims,omitempty"`
	LeftOut     []string              `json:"left_out,omitempty"` // parts that there was no time for
	Interrupted bool                  `json:"interrupted,omitempty"`
}

// A Contender is what a reader must know of one to judge its figures.
type Contender struct {
	Name string `json:"name"`
	Ours bool   `json:"ours,omitempty"`
	What string `json:"what"`
	Lack string `json:"lack,omitempty"`
}

// Describe lists the contenders of a run, in their order.
func Describe(cs []compare.Contender) []Contender {
	all := make([]Contender, len(cs))
	for i, c := range cs {
		all[i] = Contender{Name: c.Name, Ours: c.Ours, What: c.What, Lack: c.Lack}
	}
	return all
}

// Failures counts the contenders that could not do a workload, or not to the end, and the rows of prices and checks of claims that
// could not be measured.
func (r *Report) Failures() int {
	n := 0
	for _, w := range r.Workloads {
		for _, row := range w.Rows {
			if row.Err != "" {
				n++
			}
		}
	}
	for _, ps := range r.Prices {
		n += ps.failures()
	}
	if r.Claims != nil {
		n += r.Claims.failures()
	}
	return n
}

// Over says in a line each which targets were missed for certain.
func (r *Report) Over() []string {
	var over []string
	for _, ps := range r.Prices {
		over = append(over, ps.Over()...)
	}
	return over
}

// WriteJSON writes everything there is, the samples as well.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	e.SetEscapeHTML(false)
	latest := *r
	latest.Format = Format
	return e.Encode(&latest)
}
