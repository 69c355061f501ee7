package supervise

import (
	"time"

	"github.com/sharedfate/fate"
)

// A Child is one of Strategy.Children: a named task and what is particular about it.
type Child struct {
	Name string    // must be given, and no other's
	Run  fate.Task // must be given; called once for each run, with a context of its own

	// Restart and Backoff are the strategy's where they are left out.
	Restart Restart
	Backoff func(attempt int) time.Duration

	// Grace is how long a stop waits for the child before it goes on to the next; 0 is fate.DefaultGrace. A supervisor as a child needs
	// as much as its children together.
	Grace time.Duration

	// Timeout is how long a run may last; 0 is without end. The end of its context is no failure by itself: the error that the child
	// then returns is.
	Timeout time.Duration

	// Daemon makes it a fate.Daemon: nobody waits for its end, and it is stopped when the others have ended.
	Daemon bool
}

// Start spawns Children in a group that was made with s, in their order, and returns them in that order. Those that come when the
// group has stopped are refused, as by Group.Spawn, and at the limit it waits as that does. That one runs before
// the next is spawned is not said: one that needs another waits for it by itself.
//
// Whoever calls Start also sees to a stop in order when a context ends: see Run, which does both.
func (s *Strategy) Start(g *fate.Group) []*fate.Child {
	all := make([]*fate.Child, 0, len(s.Children))
	for _, c := range s.Children {
		all = append(all, g.Spawn(c.Name, c.Run, c.options()...))
	}
	return all
}

func (c Child) options() []fate.ChildOption {
	opts := []fate.ChildOption{fate.Grace(c.grace())}
	if c.Timeout > 0 {
		opts = append(opts, fate.Timeout(c.Timeout))
	}
	if c.Daemon {
		opts = append(opts, fate.Daemon())
	}
	return opts
}

func (c Child) grace() time.Duration {
	if c.Grace == 0 {
		return fate.DefaultGrace
	}
	return c.Grace
}

// child returns the policy for those of that name, with nothing left out.
func (s *Strategy) child(name string) (c Child) {
	if s.children == nil {
		s.children = make(map[string]*Child, len(s.Children))
		for i := range s.Children {
			s.children[s.Children[i].Name] = &s.Children[i]
		}
	}
	if own := s.children[name]; own != nil {
		c = *own
	}
	if c.Restart == Default {
		c.Restart = s.Restart
	}
	if c.Backoff == nil {
		c.Backoff = s.Backoff
	}
	if c.Backoff == nil {
		c.Backoff = defaultBackoff
	}
	return c
}
