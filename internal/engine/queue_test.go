package engine_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/sharedfate/fate/internal/engine"
)

// model is what a queue is to be: a slice of numbers, the first of them admitted.
type model struct {
	items    []int
	admitted int
}

// entry is an item that Remove handed to drop.
type entry struct {
	item     int
	admitted bool
}

func (m *model) remove(match func(int) bool) (dropped []entry) {
	var kept []int
	admitted := 0
	for i, x := range m.items {
		in := i < m.admitted
		switch {
		case match(x):
			dropped = append(dropped, entry{x, in})
			continue
		case in:
			admitted++
		}
		kept = append(kept, x)
	}
	m.items, m.admitted = kept, admitted
	return dropped
}

// checkQueue plays the operations that script encodes on a queue and on its model, and compares the two after each.
func checkQueue(t *testing.T, script []byte) {
	q, m := engine.NewQueue(), new(model)
	next := 1 // never 0, which is what an empty place holds
	for step, b := range script {
		switch op, arg := b%8, int(b/8); op {
		case 0, 1, 2: // more pushes than takes, so that it grows
			for range arg%3 + 1 {
				admitted := op < 2 && m.admitted == len(m.items)
				q.Push(next, admitted)
				m.items = append(m.items, next)
				if admitted {
					m.admitted++
				}
				next++
			}
		case 3, 4:
			for range arg%3 + 1 {
				got, ok := q.Take()
				if ok != (m.admitted > 0) {
					t.Fatalf("step %d: Take says %v with %d items admitted", step, ok, m.admitted)
				}
				if !ok {
					continue
				}
				if want := m.items[0]; got != want {
					t.Fatalf("step %d: Take gave %d, want the oldest, %d", step, got, want)
				}
				m.items, m.admitted = m.items[1:], m.admitted-1
			}
		case 5:
			for range min(arg%4+1, len(m.items)-m.admitted) {
				q.Admit()
				m.admitted++
			}
		case 6:
			if m.admitted == len(m.items) {
				continue
			}
			want := m.items[m.admitted]
			m.items = slices.Delete(m.items, m.admitted, m.admitted+1)
			if got := q.DropHeld(); got != want {
				t.Fatalf("step %d: DropHeld gave %d, want the oldest held, %d", step, got, want)
			}
		case 7:
			match := func(x int) bool { return x%(arg%5+1) == arg%2 }
			want := m.remove(match)
			var got []entry
			q.Remove(match, func(x int, admitted bool) { got = append(got, entry{x, admitted}) })
			if !slices.Equal(got, want) {
				t.Fatalf("step %d: Remove dropped %v, want %v", step, got, want)
			}
		}
		items, admitted := q.Items()
		if !slices.Equal(items, m.items) || admitted != m.admitted {
			t.Fatalf("step %d: the queue is %v with %d admitted, want %v with %d", step, items, admitted, m.items, m.admitted)
		}
		if q.Held() != len(m.items)-m.admitted {
			t.Fatalf("step %d: %d held, want %d", step, q.Held(), len(m.items)-m.admitted)
		}
		if slices.ContainsFunc(q.Spare(), func(x int) bool { return x != 0 }) {
			t.Fatalf("step %d: the queue keeps items alive that have left it: %v", step, q.Spare())
		}
	}
}

func TestQueueAgainstModel(t *testing.T) {
	var seed uint64
	defer func() {
		if t.Failed() {
			t.Log("seed", seed)
		}
	}()
	for seed = range 300 {
		rng := rand.New(rand.NewPCG(seed, 0))
		script := make([]byte, 200)
		for i := range script {
			script[i] = byte(rng.UintN(256))
		}
		checkQueue(t, script)
	}
}

func FuzzQueue(f *testing.F) {
	f.Add([]byte{0, 1, 3, 2, 5, 6, 7})
	f.Add([]byte{16, 16, 19, 16, 16, 19, 16, 31, 18, 45, 63}) // grows with its head in the middle, then Remove
	f.Fuzz(func(t *testing.T, script []byte) {
		checkQueue(t, script[:min(len(script), 1000)]) // each step costs as much as the queue is long
	})
}

// A queue hands its large buffer on empty: the next one finds none of its items, and keeps none of them alive.
func TestLargeBuffersAreHandedOnEmpty(t *testing.T) {
	q := engine.NewQueue()
	for range 3 {
		for i := range 5000 {
			q.Push(i+1, true)
		}
		for i := range 5000 {
			if x, ok := q.Take(); !ok || x != i+1 {
				t.Fatalf("took %d, %v; want %d", x, ok, i+1)
			}
		}
		q = q.Next()
		for i := range 3000 { // into buffers that were handed on
			q.Push(-1-i, true)
		}
		for i := range 3000 {
			if x, ok := q.Take(); !ok || x != -1-i {
				t.Fatalf("took %d, %v; want %d", x, ok, -1-i)
			}
		}
		for _, x := range q.Spare() {
			if x != 0 {
				t.Fatalf("the queue keeps %d alive", x)
			}
		}
		q = q.Next()
	}
}
