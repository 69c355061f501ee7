package quorum_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sharedfate/fate"
)

// The hedge of the Example, by the clock.
func TestHedging(t *testing.T) {
	const late = 100 * time.Millisecond
	for _, c := range []struct {
		story   string
		one     call
		another call
		asked   time.Duration // when the second is; never, if negative
		want    string
		took    time.Duration
	}{
		{"the first is in time", answers(99*time.Millisecond, "first"), answers(0, "second"), -1, "first", 99 * time.Millisecond},
		{"the first is late, and the second quicker", answers(time.Hour, "first"), answers(50*time.Millisecond, "second"), late, "second", 150 * time.Millisecond},
		{"the first is late, and still first", answers(120*time.Millisecond, "first"), answers(50*time.Millisecond, "second"), late, "first", 120 * time.Millisecond},
		{"the first fails before it is late", failing(10*time.Millisecond, errA), answers(50*time.Millisecond, "second"), 10 * time.Millisecond, "second", 60 * time.Millisecond},
		{"the first fails when it is late", failing(120*time.Millisecond, errA), answers(50*time.Millisecond, "second"), late, "second", 150 * time.Millisecond},
		{"the second fails, and the first is late", answers(300*time.Millisecond, "first"), failing(50*time.Millisecond, errA), late, "first", 300 * time.Millisecond},
	} {
		t.Run(c.story, func(t *testing.T) {
			inBubble(t, c.took, func(t *testing.T) {
				began, asked := time.Now(), time.Duration(-1)
				got, err := hedge(t.Context(), late, c.one, func(ctx context.Context) (string, error) {
					asked = time.Since(began)
					return c.another(ctx)
				})
				if got != c.want || err != nil || asked != c.asked {
					t.Errorf("got %q, %v, and the second was asked after %v; want %q, after %v", got, err, asked, c.want, c.asked)
				}
			})
		})
	}
	inBubble(t, 110*time.Millisecond, func(t *testing.T) {
		_, err := hedge(t.Context(), late, failing(110*time.Millisecond, errA), failing(0, errB))
		missed(t, err, fate.Tally{Offered: 2, Failed: 2, Expected: 2}, errA, errB)
	})
	inBubble(t, 50*time.Millisecond, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := hedge(ctx, late, answers(time.Hour, "first"), func(context.Context) (string, error) {
			t.Error("the second was asked though nobody wants an answer any more")
			return "", nil
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
