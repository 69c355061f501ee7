package situations

// slots take the value of each task that did its work. Nobody locks them: they are read after the join, and the race detector sees to it
// that there was one.
type slots []uint64

// put notes that task i did its work, the value of which is i+1.
func (s slots) put(i int) { s[i] = uint64(i + 1) }

func (s slots) sum() (sum uint64) {
	for _, v := range s {
		sum += v
	}
	return sum
}

// missing is how many did not.
func (s slots) missing() (n int) {
	for _, v := range s {
		if v == 0 {
			n++
		}
	}
	return n
}

// sumOf is the sum of the values of the first n tasks for which one holds.
func sumOf(n int, one func(i int) bool) (sum uint64) {
	for i := range n {
		if one(i) {
			sum += uint64(i + 1)
		}
	}
	return sum
}

func always(int) bool { return true }
func even(i int) bool { return i%2 == 0 }
func odd(i int) bool  { return i%2 == 1 }
