package decision

import "github.com/sharedfate/fate/cmd/fate/internal/report"

// Join joins the table with what a run found.
func Join(r *report.Report) (Table, error) {
	t := Table{Provenance: r.Provenance, Matrix: r.Behaviours}
	for _, ps := range r.Prices {
		if ps.Workload == Workload {
			t.Curves = ps.Curves
		}
	}
	return t, nil
}
