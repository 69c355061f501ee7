package daemon_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sharedfate/fate"
)

// policy is a strategy of functions; what is nil does nothing.
type policy struct {
	settle   func(fate.Event) fate.Verdict
	conclude func(fate.Summary) error
	invalid  error
}

func (p policy) Admit(fate.Tally) fate.Admission { return fate.Run }

func (p policy) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if p.settle == nil {
		return fate.Continue
	}
	return p.settle(e)
}

func (p policy) Conclude(s fate.Summary) error {
	if p.conclude == nil {
		return s.Join()
	}
	return p.conclude(s)
}

func (p policy) Validate() error { return p.invalid }

func mustPanic(t *testing.T, who, what string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		text := fmt.Sprint(recover())
		if !strings.HasPrefix(text, who) || !strings.Contains(text, what) {
			t.Errorf("the panic is %q, want %q and %q", text, who, what)
		}
	}()
	f()
}
