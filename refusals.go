package fate

import (
	"sync/atomic"
	"unsafe"
)

// refusals counts offers that were refused the quick way. A producer that offers more than a group can take must not slow down those
// who work, so while the group is full an offer takes no lock, and is counted where no other processor counts.
type refusals [8]struct {
	n atomic.Uint64
	_ [56]byte // a cache line each
}

// count counts an offer.
func (r *refusals) count() {
	// Each goroutine has a stack of its own, so its address spreads goroutines over the counts, and costs nothing. A
	// random number would do so as well, for as much as all of the rest.
	var here byte
	r[uintptr(unsafe.Pointer(&here))>>11%uintptr(len(r))].n.Add(1)
}

// isFull, under the lock, says that the group is full. Whoever makes room calls notFull.
func (g *Group) isFull() {
	if g.refusals.Load() == nil {
		g.refusals.Store(new(refusals))
	}
	g.full.Store(true)
}

// notFull, under the lock, says that the group is full no more, or that nothing is offered to it any more.
func (g *Group) notFull() {
	if g.full.Load() {
		g.full.Store(false)
	}
}

// countRefusals, under the lock, takes what was refused without it into the tally.
func (g *Group) countRefusals() {
	r := g.refusals.Load()
	if r == nil {
		return
	}
	for i := range r {
		if r[i].n.Load() > 0 {
			n := r[i].n.Swap(0)
			g.tally.Offered += n
			g.tally.Shed += n
		}
	}
}
