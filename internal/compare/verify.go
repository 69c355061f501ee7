package compare

import (
	"context"
	"errors"
	"fmt"
)

// Verify runs the job once with each contender and returns what was done. Its error names each contender that failed, and
// each that did other work than the first that did not.
func Verify(ctx context.Context, job Job, cs []Contender) (Done, error) {
	var same sameness
	var errs []error
	for _, c := range cs {
		if err := same.run(ctx, job, c); err != nil {
			errs = append(errs, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return same.want, errors.Join(errs...)
}

// A DifferentError says that a contender did not do the work that another did.
type DifferentError struct {
	Contender string
	Did       Done
	Other     string
	OtherDid  Done
}

func (e *DifferentError) Error() string {
	return fmt.Sprintf("compare: %s did other work than %s: %+v, not %+v", e.Contender, e.Other, e.Did, e.OtherDid)
}

// sameness holds every run against the first one that ended well.
type sameness struct {
	want Done
	of   string // whose work it is; empty before the first run
}

func (s *sameness) run(ctx context.Context, job Job, c Contender) error {
	did, err := job.Run(ctx, c)
	switch {
	case err != nil:
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("%s: %w", c.Name, err)
	case s.of == "":
		s.want, s.of = did, c.Name
	case did != s.want:
		return &DifferentError{c.Name, did, s.of, s.want}
	}
	return nil
}
