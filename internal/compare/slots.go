package compare

// slots is the limit that people write by hand: a channel with room for as many as may run. A nil one is no limit.
type slots chan struct{}

func newSlots(limit int) slots {
	if limit == 0 {
		return nil
	}
	return make(slots, limit)
}

func (s slots) acquire() {
	if s != nil {
		s <- struct{}{}
	}
}

// try is acquire that refuses rather than wait.
func (s slots) try() bool {
	if s == nil {
		return true
	}
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s slots) release() {
	if s != nil {
		<-s
	}
}
