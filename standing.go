package fate

import (
	"cmp"
	"slices"
	"sync"
)

// standing is a Cancel verdict after it was given. It stands for those who depend on what fell: a child that is spawned a moment
// later, and needs the one that failed, is put to it as if it had been there. Without that, whether a dependent is cancelled
// or waits for ever would be a race between Spawn and the failure.
type standing struct {
	g       *Group
	mu      sync.Mutex // selectors may remember whom they picked: one call at a time
	verdict Verdict
	bound   uint64 // the verdict is about children with an ID below this, and about those who depend on what fell
}

// fell, under the lock, notes that a child of this name failed, or was cancelled, and what was said about it. The next child
// of the name makes up for it.
func (g *Group) fell(name string, s *standing) {
	if name == "" {
		return
	}
	l := g.losses()
	if l.fallen == nil {
		l.fallen = make(map[string]*standing)
	}
	l.fallen[name] = s
}

// standings, under the lock, returns the verdicts that stand about what a new child needs.
func (g *Group) standings(c *Child) (all []*standing) {
	if g.lost == nil || len(g.lost.fallen) == 0 {
		return nil
	}
	delete(g.lost.fallen, c.label)
	for _, name := range c.needs {
		if s := g.lost.fallen[name]; s != nil {
			all = append(all, s)
		}
	}
	return all
}

// carryOut puts every child to the verdict that was there when it was given, then those who come meanwhile and need one that was
// picked.
func (s *standing) carryOut() {
	s.g.eng.Lock()
	all := s.g.children.list()
	s.g.eng.Unlock()
	i, _ := slices.BinarySearchFunc(all, s.bound, func(c *Child, id uint64) int { return cmp.Compare(c.id, id) })
	s.put(all[:i])
}

// put cancels those of the children that the selector picks, and those who need them.
func (s *standing) put(children []*Child) {
	for len(children) > 0 {
		next := children[len(children)-1].id + 1
		picked := s.pick(children)
		if len(picked) == 0 {
			return
		}
		s.g.eng.Lock()
		for _, c := range picked {
			s.g.fell(c.label, s)
		}
		// Who comes from here on finds the verdict when it is spawned; who came while the selector was at work did not.
		children = s.g.children.needing(s, next)
		s.g.eng.Unlock()
		s.g.cancelAll(picked, s.verdict.cause)
	}
}

// pick asks the selector.
func (s *standing) pick(children []*Child) []*Child {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.g.pickSafely(children, s.verdict.which)
}

// pickSafely asks a selector. It is the strategy's code, so its panic is the strategy's.
func (g *Group) pickSafely(children []*Child, which func(*Child) bool) (picked []*Child) {
	asked := false
	defer func() {
		if !asked {
			g.selectorFault(recover())
		}
	}()
	picked = pick(children, which)
	asked = true
	return picked
}

// selectorFault stops the group because of a selector. If Wait has its answer already, the panic goes on in the goroutine of whoever
// spawned a child just then: there is nobody else to tell.
func (g *Group) selectorFault(v any) {
	g.eng.Lock()
	sealed := g.sealed
	if !sealed {
		g.blame(v, "the strategy")
	}
	deliver := g.deliveries()
	g.eng.Unlock()
	g.ctx.cancel()
	perform(deliver)
	if sealed && v != nil {
		panic(v)
	}
}

// needing lists the children whose ID is at least id and that need somebody whom the verdict stands about.
func (l *childList) needing(s *standing, id uint64) (all []*Child) {
	fallen := s.g.lost.fallen
	for c := l.first; c != nil; c = c.next {
		if c.id >= id && slices.ContainsFunc(c.needs, func(name string) bool { return fallen[name] == s }) {
			all = append(all, c)
		}
	}
	return all
}
