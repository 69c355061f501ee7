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
	engine *Engine[T]
	loop   func() // runs the engine: a go statement with it allocates nothing
	buf    [small]T
}

// outfit returns a kit for the engine.
func outfit[T any](e *Engine[T]) *kit[T] {
	k, ok := e.host.Pools().kits.Get().(*kit[T])
	if !ok {
		k = new(kit[T])
		k.loop = func() { k.engine.run() }
	}
	k.engine = e
	return k
}

// leave hands the kit on. Its buffer is empty.
func (k *kit[T]) leave(p *Pools) {
	k.engine = nil
	p.kits.Put(k)
}
