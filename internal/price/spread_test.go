package price_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/sharedfate/fate/internal/price"
)

// several lets the test have more than one processor: with one, a peer's tasks were seen to wait for half a minute.
func several(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(max(2, before))
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

func TestSpreads(t *testing.T) {
	several(t)
	got, err := price.Spreads(t.Context(), 1, 1, nil)
	if err != nil || len(got) != 4 {
		t.Fatalf("%d contenders, %v", len(got), err)
	}
	ours := 0
	for _, s := range got {
		if s.Name == "" || len(s.Samples) != 1 || s.Samples[0] <= 0 {
			t.Errorf("%+v", s)
		}
		if s.Ours {
			ours++
		}
	}
	if ours != 1 {
		t.Errorf("%d of them are ours", ours)
	}
}

func TestSpreadsEndWithTheirContext(t *testing.T) {
	several(t)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	got, err := price.Spreads(ctx, 9, 1, func(int) { cancel(cause) })
	if err != cause || len(got[0].Samples) != 1 || len(got[3].Samples) != 1 {
		t.Errorf("%v, %v; want one round and the cause", got, err)
	}
}
