package engine

import "sync"

// Pools hold what engines of one type hand on when they are done. The zero value is ready; one serves any number of engines.
type Pools struct {
	kits  sync.Pool // of *kit[T]
	large sync.Pool // of *[large]T
}

// kit is what an engine needs from its first item to its last, and no longer. It goes from engine to engine: most groups are
// small and short-lived, and a good part of what one costs is the memory that it takes and leaves to the collector.
type kit[T any] struct {
	pools  *Pools
	engine *Engine[T]
	loop   func() // runs the engine: a go statement with it allocates nothing
	queue  queue[T]
	buf    [small]T // the queue's first
}

// outfit returns a kit for the engine.
func outfit[T any](e *Engine[T]) *kit[T] {
	p := e.host.Pools()
	k, ok := p.kits.Get().(*kit[T])
	if !ok {
		k = &kit[T]{pools: p}
		k.loop = loop(k)
	}
	k.engine = e
	k.queue.init(k.buf[:])
	return k
}

// leave hands the kit on. Its queue is empty.
func (k *kit[T]) leave() {
	k.queue.leave(&k.pools.large)
	k.queue = queue[T]{}
	k.engine = nil
	k.pools.kits.Put(k)
}

func (k *kit[T]) run() { k.engine.run() }

// loop is no method of a generic type because the runtime reads the name of the function that a goroutine begins with, and those of
// generic types are ten times as long. Inlined it would have such a name again.
//
//go:noinline
func loop(k interface{ run() }) func() { return func() { k.run() } }
