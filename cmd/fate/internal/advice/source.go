package advice

import (
	"encoding/json"
	"fmt"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/internal/price"
)

// ReadEvidence reads a table with its evidence. It returns nil for one that has no rows yet, and an error for what is none.
func ReadEvidence(data []byte) (*decision.Table, error) {
	var t decision.Table
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("it is no report of a run: %w", err)
	}
	if len(t.Rows) == 0 {
		return nil, nil
	}
	return &t, nil
}

// sameWithin is how far from 1 a ratio may be and still count as none.
const sameWithin = 0.03

// verdict is what the ratio shows. There is none where the same code against itself differed, or was not measured.
func verdict(r decision.Ratio) string {
	l := r.Line
	holds1 := func(low, high float64) bool { return low <= 1 && 1 <= high }
	switch less := l.Of == price.OfMemory || l.Of == price.OfAllocs; {
	case l.Ratio.Median == 0 || l.Again.Median == 0 || !holds1(l.Again.Low, l.Again.High):
		return "no verdict"
	case holds1(l.Ratio.Low, l.Ratio.High), 1-sameWithin < l.Ratio.Median && l.Ratio.Median < 1+sameWithin:
		return "the same"
	case l.Ratio.Median < 1 && less:
		return "less"
	case l.Ratio.Median < 1:
		return "faster"
	case less:
		return "more"
	}
	return "slower"
}
