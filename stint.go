package fate

import "sync/atomic"

// mostGrain is how many items a stint takes at once, at most. It begins with one, and takes twice as many each time it comes back.
const mostGrain = 64

// A stint is what one runner does for a crew from when it comes to when there is nothing left to do.
//
// Its items are claimed one by one, by an atomic addition of its own that nobody else makes; the others can take items away
// from the end, by lowering it. To claim the next item also says that the one before has returned nil, so that anybody can count it.
type stint[T any] struct {
	crew  *crew[T]
	word  atomic.Uint64 // how many of items are claimed, and in the upper half how many there are
	items []T
	begun bool // the runner's own, and of whoever sends it before it has begun

	// Guarded by the group's lock.
	first      uint64 // ID of items[0]
	done       uint32 // how many have ended and are counted
	grain      int    // how many to take next
	seen       uint64 // word when somebody last looked
	loaded     bool   // in the crew's list of those that have items
	prev, next *stint[T]
}

func claims(word uint64) (claimed, end uint32) {
	end = uint32(word >> 32)
	return min(uint32(word), end), end // a claim that found nothing has added one all the same
}

func (s *stint[T]) claims() (claimed, end uint32) { return claims(s.word.Load()) }

// run works until there is nothing left. It returns the error of the item it is at.
func (s *stint[T]) run(g *Group) error {
	if !s.begin() {
		return nil
	}
	do := s.crew.do
	for {
		word := s.word.Add(1)
		i := uint32(word) - 1
		if i >= uint32(word>>32) {
			if !s.refill() {
				return nil
			}
			continue
		}
		if g.ctx.over.Load() != nil || g.ctx.parent.Err() != nil {
			return errSkipped
		}
		if err := do(&g.ctx, s.items[i]); err != nil {
			return err
		}
		var zero T
		s.items[i] = zero // what has ended is not kept alive by those beside it
	}
}

// begin is called first. It reports whether there is something to do.
func (s *stint[T]) begin() bool {
	c := s.crew
	c.g.eng.Lock()
	s.begun = true
	c.coming--
	if lo, hi := s.claims(); lo < hi {
		c.send() // it had been interrupted by a failure, and goes on
		c.g.eng.Release()
		return true
	}
	return s.more()
}

// refill is called when all items are claimed and have ended.
func (s *stint[T]) refill() bool {
	s.crew.g.eng.Lock()
	return s.more()
}

// more, with the lock, which it releases, gets a stint new items, and reports whether there were any.
func (s *stint[T]) more() bool {
	c := s.crew
	s.count(s.claimed())
	c.unload(s)
	ok := !c.closed && (c.fill(s) || c.seek(s))
	if !ok {
		s.leave()
	}
	c.send()
	c.items.freed()
	c.g.eng.Release()
	return ok
}

func (s *stint[T]) claimed() uint32 {
	lo, _ := s.claims()
	return lo
}

// load gives a stint that has none the items that stand in its first n places.
func (s *stint[T]) load(n int, first uint64) {
	s.first, s.done, s.seen = first, 0, 0
	s.word.Store(uint64(n) << 32)
	if n > 1 {
		s.crew.insert(s)
	}
}

// give moves the last n items to another stint. It fails if they have been claimed meanwhile.
func (s *stint[T]) give(n uint32, to *stint[T]) bool {
	for {
		word := s.word.Load()
		lo, hi := claims(word)
		if lo >= hi {
			return false
		}
		n = min(n, hi-lo)
		if !s.word.CompareAndSwap(word, uint64(hi-n)<<32|uint64(lo)) {
			continue
		}
		given := s.items[hi-n : hi]
		copy(to.items, given)
		clear(given)
		to.load(int(n), s.first+uint64(hi-n))
		return true
	}
}

// close takes the items away that are not claimed, and says which.
func (s *stint[T]) close() (lo, hi uint32) {
	for {
		word := s.word.Load()
		lo, hi = claims(word)
		if s.word.CompareAndSwap(word, uint64(lo)<<32|uint64(lo)) {
			return lo, hi
		}
	}
}

// account, under the lock, counts the items that have ended, as far as that can be seen from outside: the one that was claimed
// last may be running. It returns what it saw.
func (s *stint[T]) account() (word uint64) {
	word = s.word.Load()
	if lo, _ := claims(word); lo > 0 {
		s.count(lo - 1)
	}
	return word
}

// count, under the lock, counts all up to the nth as ended.
func (s *stint[T]) count(n uint32) {
	if n > s.done {
		s.crew.ended(n - s.done)
		s.done = n
	}
}

// leave, under the lock, ends the stint.
func (s *stint[T]) leave() {
	c := s.crew
	c.unload(s)
	c.working--
	s.next, c.spare = c.spare, s
}

// settle, under the lock, is told that the stint ended, which it does with the first item that does not return nil.
func (s *stint[T]) settle(x exit) (after func()) {
	if x.err == nil {
		return nil // and has left
	}
	c, g := s.crew, s.crew.g
	if !s.begun {
		g.stopped()
		s.recall()
		return nil
	}
	i := s.claimed() - 1
	s.count(i)
	if x.err == errSkipped {
		g.stopped()
		skipped := s.items[i]
		s.drop(i)
		c.skip(skipped)
	} else {
		x.id = s.first + uint64(i)
		x.kind = g.classify(&x)
		c.sync(1)
		after = g.settle(&x)
	}
	if lo, hi := s.claims(); c.closed || lo >= hi {
		s.leave()
	} else {
		c.push(s) // what it still has is not lost; the runner takes it up again at once
	}
	c.send()
	c.items.freed()
	return after
}

// drop forgets item i, which has ended and is counted elsewhere.
func (s *stint[T]) drop(i uint32) {
	clear(s.items[i : i+1])
	s.done = i + 1
}

// recall, under the lock, ends a stint that has not begun.
func (s *stint[T]) recall() {
	s.crew.coming--
	s.leave()
}

// What follows makes a stint a job.

func (s *stint[T]) accepted(*Group, uint64) {}

// ended is called for the item that the stint is at.
func (s *stint[T]) ended(_ *Group, o outcome) (release func()) {
	i := s.claimed() - 1
	x := s.items[i]
	s.drop(i)
	if told := s.crew.told; told != nil {
		told(x, o)
	}
	return nil
}

func (s *stint[T]) name() string  { return "" }
func (s *stint[T]) excused() bool { return false }
