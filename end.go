package fate

import "sync"

// end is how something ended: an error and a channel that is closed, made only if somebody asks for it.
type end struct {
	mu   sync.Mutex
	ch   chan struct{}
	over bool
	err  error
}

func (e *end) set(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over, e.err = true, err
	if e.ch != nil {
		close(e.ch)
	}
}

func (e *end) done() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ch == nil {
		e.ch = make(chan struct{})
		if e.over {
			close(e.ch)
		}
	}
	return e.ch
}

func (e *end) error() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}
