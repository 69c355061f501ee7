package shed_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/shed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errA = errors.New("a")

func TestAdmitShedsAtTheLimit(t *testing.T) {
	for _, c := range []struct {
		strategy shed.Strategy
		running  uint64
		want     fate.Admission
	}{
		{shed.Strategy{Limit: 1}, 0, fate.Run},
		{shed.Strategy{Limit: 1}, 1, fate.Shed},
		{shed.Strategy{Limit: 8}, 7, fate.Run},
		{shed.Strategy{Limit: 8}, 8, fate.Shed},
		{shed.Strategy{Limit: 8}, 9, fate.Shed},

		// What the inner strategy would hold is shed too, so that nothing ever waits.
		{shed.Strategy{Limit: 8, Then: failfast.Strategy{}}, 7, fate.Run},
		{shed.Strategy{Limit: 8, Then: failfast.Strategy{Limit: 2}}, 1, fate.Run},
		{shed.Strategy{Limit: 8, Then: failfast.Strategy{Limit: 2}}, 2, fate.Shed},
		{shed.Strategy{Limit: 8, Then: shed.Strategy{Limit: 2}}, 2, fate.Shed},
		{shed.Strategy{Limit: 2, Then: failfast.Strategy{Limit: 8}}, 2, fate.Shed},
	} {
		tally := fate.Tally{Offered: 500, Running: c.running, OK: 200, Failed: 3, Shed: 20}
		if got := c.strategy.Admit(tally); got != c.want {
			t.Errorf("%v, %d running: %v; want %v", c.strategy, c.running, got, c.want)
		}
	}
}

// What a failure does, what Wait returns and the hints are those of the inner strategy, and of collectall without one.
func TestTheRestIsUpToThen(t *testing.T) {
	first := &fate.TaskError{Err: errA}
	sum := fate.Summary{Tally: fate.Tally{Failed: 1, Shed: 3}, First: first, Errors: []*fate.TaskError{first}}
	failed := fate.Event{Kind: fate.Failed, Err: errA}
	for _, c := range []struct{ then, like fate.Strategy }{
		{nil, collectall.Strategy{}},
		{collectall.Strategy{Keep: 3, StopAfter: 1}, collectall.Strategy{Keep: 3, StopAfter: 1}},
		{failfast.Strategy{}, failfast.Strategy{}},
		{plain{}, plain{}},
	} {
		s := shed.Strategy{Limit: 2, Then: c.then}
		if got, want := s.Settle(sum.Tally, failed), c.like.Settle(sum.Tally, failed); got.String() != want.String() {
			t.Errorf("then %v: a failure gives %v; want %v", c.then, got, want)
		}
		if got, want := s.Conclude(sum), c.like.Conclude(sum); fmt.Sprintf("%T %v", got, got) != fmt.Sprintf("%T %v", want, want) {
			t.Errorf("then %v: concludes with %v; want %v", c.then, got, want)
		}
		var want fate.Hints
		if h, ok := c.like.(fate.Hinter); ok {
			want = h.Hints()
			want.AtLimit, want.Limit = fate.Shed, 2
		}
		if got := s.Hints(); got != want {
			t.Errorf("then %v: hints %+v; want %+v", c.then, got, want)
		}
	}
}

// plain has the methods of a strategy and no others.
type plain struct{}

func (plain) Admit(fate.Tally) fate.Admission            { return fate.Run }
func (plain) Settle(fate.Tally, fate.Event) fate.Verdict { return fate.Stop(errA) }
func (plain) Conclude(fate.Summary) error                { return errA }

func TestSheddingIsNoError(t *testing.T) {
	if err := (shed.Strategy{Limit: 1}).Conclude(fate.Summary{Tally: fate.Tally{OK: 1, Shed: 5}}); err != nil {
		t.Errorf("got %v; want nil", err)
	}
}

func TestValidate(t *testing.T) {
	for _, s := range []shed.Strategy{{Limit: 1}, {Limit: 4, Then: plain{}}, {Limit: 4, Then: failfast.Strategy{Limit: 2}}} {
		if err := fate.Validate(s); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for _, c := range []struct {
		strategy shed.Strategy
		says     []string
	}{
		{shed.Strategy{}, []string{"shed", "Limit", "0", "must be given", "1 or more"}},
		{shed.Strategy{Limit: -1}, []string{"shed", "Limit", "-1", "1 or more"}},
		{shed.Strategy{Limit: 4, Then: failfast.Strategy{Limit: -2}}, []string{"shed", "Then", "failfast", "Limit", "-2"}},
		{shed.Strategy{Limit: 4, Then: shed.Strategy{}}, []string{"shed", "Then", "Limit", "0"}},
	} {
		err := fate.Validate(c.strategy)
		if err == nil {
			t.Errorf("%+v is taken", c.strategy)
			continue
		}
		for _, say := range c.says {
			if !strings.Contains(err.Error(), say) {
				t.Errorf("%q does not say %q", err, say)
			}
		}
	}
}

func TestString(t *testing.T) {
	for want, s := range map[string]shed.Strategy{
		`shed limit=4`:                                               {Limit: 4},
		`shed limit=4 then=failfast`:                                 {Limit: 4, Then: failfast.Strategy{}},
		`shed limit=4 then="failfast limit=2"`:                       {Limit: 4, Then: failfast.Strategy{Limit: 2}},
		`shed limit=4 then="shed limit=3 then=\"failfast limit=2\""`: {Limit: 4, Then: shed.Strategy{Limit: 3, Then: failfast.Strategy{Limit: 2}}},
	} {
		if got := fmt.Sprint(s); got != want {
			t.Errorf("%#v: %q; want %q", s, got, want)
		}
	}
}

// The hints say what Admit answers, where that can be said without asking Then.
func TestHintsSayWhatAdmitAnswers(t *testing.T) {
	for _, c := range []struct {
		then fate.Strategy
		want int // 0: only Then knows
	}{{nil, 5}, {failfast.Strategy{}, 5}, {failfast.Strategy{Limit: 3}, 3}, {failfast.Strategy{Limit: 8}, 5}, {shed.Strategy{Limit: 2}, 2}, {plain{}, 0}} {
		h := shed.Strategy{Limit: 5, Then: c.then}.Hints()
		if h.Limit != c.want || (h.AtLimit == fate.Shed) != (c.want > 0) {
			t.Errorf("then %v: %+v; want Shed at %d", c.then, h, c.want)
		}
	}
}
