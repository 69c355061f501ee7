package fate

import (
	"sync/atomic"
	"unsafe"
)

// refusals is the quick way to say no. A producer that offers more than a group can take must not slow down those who work, so while
// the group is full an offer takes no lock, and is counted where no other processor counts.
type refusals struct {
	full   atomic.Bool              // an offer that doesn't wait is refused, whoever makes it
	counts atomic.Pointer[[8]count] // of offers refused without the lock; nil before the first
}

// count has a cache line of its own.
type count struct {
	n atomic.Uint64
	_ [56]byte
}

// count counts an offer that was refused while full was set.
func (r *refusals) count() {
	counts := r.counts.Load()
	// Each goroutine has a stack of its own, so its address spreads goroutines over the counts, and costs nothing. A
	// random number would do so as well, for as much as all of the rest.
	var here byte
	counts[uintptr(unsafe.Pointer(&here))>>11%uintptr(len(counts))].n.Add(1)
}

// begin, under the lock, says that the group is full. Whoever makes room calls end.
func (r *refusals) begin() {
	if r.counts.Load() == nil {
		r.counts.Store(new([8]count))
	}
	r.full.Store(true)
}

// end, under the lock, says that the group is full no more, or that nothing is offered to it any more.
func (r *refusals) end() {
	if r.full.Load() {
		r.full.Store(false)
	}
}

// countRefusals, under the lock, takes what was refused without it into the tally.
func (g *Group) countRefusals() {
	counts := g.refusals.counts.Load()
	if counts == nil {
		return
	}
	for i := range counts {
		if n := counts[i].n.Load(); n > 0 {
			n = counts[i].n.Swap(0)
			g.tally.Offered += n
			g.tally.Shed += n
		}
	}
}
