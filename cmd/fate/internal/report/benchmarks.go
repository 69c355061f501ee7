package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/price"
)

// WriteBenchmarks writes the samples of the workloads and of the prices in the format of Go's benchmarks (https://go.dev/design/14313-benchmark-format),
// a line for each, so that whoever trusts none of our statistics has them made by another tool:
//
//	benchstat -col /side FILE
//
// A name says which work it is, in which run of the report it stands and who did it; a side that ends in -again is one that was sampled twice in each round (A/A).
// Units are those of the samples: ns/op for the time of one run, all of its tasks; start-ns and late-ns for how late something was; peak-B for memory.
// What has no sides, such as growth, is not there, and nor are claims: both are in what WriteJSON writes.
//
// benchstat compares samples as if they had been taken one side after the other. It does not know which were of the same round, so that its intervals are
// wider than those of the report where rounds differ.
func (r *Report) WriteBenchmarks(w io.Writer) error {
	b := benchmarks{procs: r.Provenance.GOMAXPROCS, seen: map[string][]float64{}}
	b.config(r)
	for _, of := range r.Workloads {
		b.workload(of)
	}
	for _, ps := range r.Prices {
		for _, row := range ps.Rows {
			b.row(ps.Workload, row)
		}
		for _, c := range ps.Curves {
			for _, p := range c.Points {
				for _, row := range p.Results() {
					b.row(ps.Workload, row)
				}
			}
		}
	}
	_, err := io.WriteString(w, b.text.String())
	return err
}

// benchmarks is a file in the making.
type benchmarks struct {
	text  strings.Builder
	procs int
	seen  map[string][]float64 // what was written, by name
}

// config says where the figures come from, as go test and benchstat do.
func (b *benchmarks) config(r *Report) {
	p := r.Provenance
	var modules []string
	for _, m := range p.Modules {
		modules = append(modules, m.Path+"@"+m.Version)
	}
	for _, c := range [][2]string{
		{"goos", p.OS}, {"goarch", p.Arch}, {"cpu", p.CPU}, {"go", p.Go}, {"commit", p.Commit}, {"modules", strings.Join(modules, " ")},
		{"date", p.Date.Format(time.RFC3339)}, {"command", strings.Join(p.Command, " ")}, {"seed", strconv.FormatUint(r.Seed, 10)},
	} {
		if value := strings.Join(strings.Fields(c[1]), " "); value != "" { // on one line, whatever a flag holds
			fmt.Fprintf(&b.text, "%s: %s\n", c[0], value)
		}
	}
	b.text.WriteByte('\n')
}

func (b *benchmarks) workload(w compare.Report) {
	for _, row := range w.Rows {
		side := slug(row.Contender)
		if row.Again {
			side += again2nd
		}
		b.series("workload="+slug(w.Workload), side, b.procs, w.Runs, "ns/op", row.Samples)
	}
}

// again2nd ends the name of a side that was sampled a second time.
const again2nd = "-again"

func (b *benchmarks) row(workload string, r price.Result) {
	name := fmt.Sprintf("workload=%s/row=%s/tasks=%d", slug(workload), r.Name, r.Tasks)
	procs := b.procs
	if r.Procs > 0 {
		procs = r.Procs
	}
	unit := unitOf(r.Figure)
	b.series(name, "ours", procs, cmp.Or(r.OurRuns, r.Runs), unit, r.Ours)
	b.series(name, slug(r.Beside), procs, r.Runs, unit, r.Theirs)
	of := r.AgainOf
	if of == "" {
		of = r.Beside
	}
	b.series(name, slug(of)+again2nd, procs, r.Runs, unit, r.Again)
}

// series writes a side's samples, but for those that were written: rows that were measured together share ours and the A/A, and one that was in the
// first rounds alone has the first of them.
func (b *benchmarks) series(name, side string, procs, runs int, unit string, samples []float64) {
	// The number of processors is written also if it is 1, unlike by go test: a reader takes what follows the last hyphen for it.
	name = fmt.Sprintf("BenchmarkTable/%s/side=%s-%d", name, side, procs)
	written := b.seen[name]
	both := min(len(written), len(samples))
	if !slices.Equal(written[:both], samples[:both]) {
		both = 0 // another measurement of the same
	}
	for _, v := range samples[both:] {
		fmt.Fprintf(&b.text, "%s\t%d\t%s %s\n", name, max(1, runs), strconv.FormatFloat(v, 'f', -1, 64), unit)
	}
	if len(samples) > both {
		b.seen[name] = samples
	}
}

// unitOf is the unit of a row's samples.
func unitOf(figure string) string {
	switch figure {
	case price.LastStart.String():
		return "start-ns"
	case price.LongestWait.String():
		return "late-ns"
	case price.PeakMemory.String():
		return "peak-B"
	}
	return "ns/op"
}

// slug is a name without what the name of a benchmark can't have.
func slug(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToLower(strings.Join(words, "-"))
}
