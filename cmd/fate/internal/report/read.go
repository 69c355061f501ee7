package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Format is the number of the format that WriteJSON writes. It is raised when an older tool would misread a newer file; a field that an older tool
// may pass over raises nothing.
const Format = 1

// Read reads what WriteJSON wrote. What is no report, or of a later format, or not whole, is an error that says so; it is never taken for an empty
// report.
func Read(in io.Reader) (*Report, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("the file is empty")
	}
	var head struct {
		Format *int `json:"format"`
	}
	// The number alone first: what a later format has in other places must not be told as a mistake in the file.
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("it is no report of fate compare: %w", err)
	}
	switch {
	case head.Format == nil:
		return nil, errors.New(`it is no report of fate compare, or one from before they had a "format"`)
	case *head.Format < 1:
		return nil, fmt.Errorf("its format is %d: must be from 1 to %d", *head.Format, Format)
	case *head.Format > Format:
		return nil, fmt.Errorf("its format is %d, and this fate reads up to %d: take the one that wrote it, or a later one", *head.Format, Format)
	}
	r := new(Report)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("it is no report of fate compare: %w", err)
	}
	if err := r.whole(); err != nil {
		return nil, fmt.Errorf("it is no report of fate compare, or was changed by hand: %w", err)
	}
	return r, nil
}

// whole finds what no run could have written, so that whoever shows a report may rely on its shape.
func (r *Report) whole() error {
	for _, row := range r.Behaviours.Rows {
		if got, want := len(row.Answers), len(r.Behaviours.Contenders); got != want {
			return fmt.Errorf("behaviour %q has %d answers for %d contenders", row.Behaviour, got, want)
		}
	}
	for i, ps := range r.Prices {
		if ps == nil {
			return fmt.Errorf("prices %d is null", i)
		}
		for _, c := range ps.Curves {
			if len(c.Points) == 0 {
				return fmt.Errorf("%s: curve %q has no points", ps.Workload, c.Name)
			}
		}
		for _, g := range ps.Growth {
			if len(g.Points) == 0 || len(g.Points) != len(ps.Growth[0].Points) {
				return fmt.Errorf("%s: growth under %q has %d points", ps.Workload, g.Strategy, len(g.Points))
			}
		}
	}
	return nil
}
