package advice

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// ReadEvidence reads the file that "fate compare --json" has written, and joins it with the table. It returns nil for a run that has observed
// nothing and measured no row, and an error for what is no such file.
func ReadEvidence(data []byte) (*decision.Table, error) {
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("it is no report of a run: %w", err)
	}
	t, err := decision.Join(&r)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(t.Rows, observed) {
		return nil, nil
	}
	return &t, nil
}
