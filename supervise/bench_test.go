package supervise_test

import (
	"context"
	"testing"
	"time"

	"github.com/sharedfate/fate/supervise"
)

// BenchmarkRestart is what one restart costs of a child that fails at once, beside the loop that is written without a library. That one
// bounds nothing, notices no panic and stops nobody else.
func BenchmarkRestart(b *testing.B) {
	// failing fails until it has run n times.
	failing := func(n int) func(context.Context) error {
		return func(context.Context) error {
			if n--; n > 0 {
				return errTask
			}
			return nil
		}
	}
	for _, radius := range []supervise.Radius{supervise.Itself, supervise.All} {
		b.Run("impl=supervise/radius="+radius.String(), func(b *testing.B) {
			b.ReportAllocs()
			s := &supervise.Strategy{Radius: radius, Intensity: supervise.Unbounded, Backoff: at(0),
				Children: []supervise.Child{{Name: "child", Run: failing(b.N + 1)}}}
			if err := supervise.Run(b.Context(), s); err != nil {
				b.Fatal(err)
			}
		})
	}
	b.Run("impl=by-hand/radius=itself", func(b *testing.B) {
		b.ReportAllocs()
		run := failing(b.N + 1)
		ended := make(chan error)
		go func() {
			for ctx := b.Context(); ; {
				err := run(ctx)
				if err == nil || ctx.Err() != nil {
					ended <- err
					return
				}
				select {
				case <-time.After(0):
				case <-ctx.Done():
				}
			}
		}()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
	})
}
