package report

import (
	"fmt"
	"io"
	"strings"
)

// WriteBenchmarks writes the raw samples in Go's benchmark format.
func (r *Report) WriteBenchmarks(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "goos: %s\ngoarch: %s\ncpu: %s\n", r.Provenance.OS, r.Provenance.Arch, r.Provenance.CPU)
	for _, one := range r.Workloads {
		for _, row := range one.Rows {
			for _, s := range row.Samples {
				fmt.Fprintf(&b, "BenchmarkCompare/work=%s/impl=%s 1 %g ns/op\n", one.Workload, row.Contender, s)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
