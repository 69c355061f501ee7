package fate

import (
	"context"
	"errors"
)

// Do makes a group, hands it to body, and waits for the group once body has returned: no task outlives Do. It is a
// nursery in Trio's sense.
//
// If body returns an error, the group stops with that as its cause, and Do returns it: by itself, or inside Wait's error, or
// joined before it. Otherwise Do returns, or panics, as [Group.Wait] does. If body panics, the group stops, Do
// waits for its tasks, and the panic goes on.
func Do(ctx context.Context, s Strategy, body func(*Group) error, opts ...Option) error {
	if body == nil {
		panic("fate: Do: the body is nil")
	}
	g := New(ctx, s, opts...)
	returned := false
	defer func() {
		if !returned {
			g.Stop(errBody)
			g.join()
		}
	}()
	err := body(g)
	returned = true
	if err == nil {
		return g.Wait()
	}
	g.Stop(err)
	switch all := g.Wait(); {
	case all == nil:
		return err
	case errors.Is(all, err):
		return all
	default:
		return errors.Join(err, all)
	}
}

var errBody = errors.New("fate: the group's function panicked")
