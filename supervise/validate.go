package supervise

import (
	"errors"
	"fmt"
	"strings"
)

// Validate refuses negative numbers but for Unbounded, unknown policies, and children without a name of their own or a task.
func (s *Strategy) Validate() error {
	switch {
	case s == nil:
		return errors.New("supervise: the Strategy is a nil pointer: must point to one")
	case s.Limit < 0:
		return fmt.Errorf("supervise: Limit is %d: must be 0 (no limit) or more", s.Limit)
	case s.Intensity < Unbounded:
		return fmt.Errorf("supervise: Intensity is %d: must be %d (unbounded), 0 (%d) or more", s.Intensity, Unbounded, DefaultIntensity)
	case s.Period < 0:
		return fmt.Errorf("supervise: Period is %v: must be 0 (%v) or more", s.Period, DefaultPeriod)
	}
	if _, err := s.Restart.MarshalText(); err != nil {
		return err
	}
	if _, err := s.Radius.MarshalText(); err != nil {
		return err
	}
	names := make(map[string]bool, len(s.Children))
	for i, c := range s.Children {
		if err := c.validate(names); err != nil {
			return fmt.Errorf("supervise: Children[%d]%w", i, err)
		}
		names[c.Name] = true
	}
	return nil
}

// validate returns an error that goes on behind the child's place in the list.
func (c Child) validate(names map[string]bool) error {
	switch {
	case c.Name == "":
		return errors.New(": Name is empty: must be given")
	case names[c.Name]:
		return fmt.Errorf(": Name is %q: must be no other's", c.Name)
	case c.Run == nil:
		return fmt.Errorf(" (%q): Run is nil: must be given", c.Name)
	case c.Grace < 0:
		return fmt.Errorf(" (%q): Grace is %v: must be 0 (the default) or more", c.Name, c.Grace)
	case c.Timeout < 0:
		return fmt.Errorf(" (%q): Timeout is %v: must be 0 (none) or more", c.Name, c.Timeout)
	}
	if _, err := c.Restart.MarshalText(); err != nil {
		return fmt.Errorf(" (%q): %w", c.Name, err)
	}
	return nil
}

// String is the strategy's text for package strategies. A Backoff, Children and Late have none.
func (s *Strategy) String() string {
	if s == nil {
		return "supervise"
	}
	var b strings.Builder
	b.WriteString("supervise")
	if s.Limit != 0 {
		fmt.Fprintf(&b, " limit=%d", s.Limit)
	}
	if s.Restart != Default {
		fmt.Fprintf(&b, " restart=%v", s.Restart)
	}
	if s.Radius != Itself {
		fmt.Fprintf(&b, " radius=%v", s.Radius)
	}
	if s.Intensity != 0 {
		fmt.Fprintf(&b, " intensity=%d", s.Intensity)
	}
	if s.Period != 0 {
		fmt.Fprintf(&b, " period=%v", s.Period)
	}
	return b.String()
}
