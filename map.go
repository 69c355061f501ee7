package fate

import "context"

// Map runs f for each item of in and returns the results by index, and what [Group.Wait] returns. Results are kept also beside
// failures; the result of an item that did not run is the zero R. With a strategy that need not be asked about each item, as for
// [ForEach], all items count as offered from the beginning. What it allocates depends on how many run at once, not on how many
// there are, but for the results.
//
// It panics if f is nil, and as [New] does.
func Map[T, R any](ctx context.Context, s Strategy, in []T, f func(context.Context, T) (R, error), opts ...Option) ([]R, error) {
	if f == nil {
		panic("fate: Map: the function is nil")
	}
	check("Map", ctx, s)
	out := make([]R, len(in))
	one := func(ctx context.Context, i int) (err error) {
		out[i], err = f(ctx, in[i])
		return err
	}
	g := newGroup(ctx, s, opts)
	return out, do(g, func(g *Group) error {
		if g.fitsCrew() {
			c := new(crew[int])
			c.init(g, &span{n: len(in)}, one) // before the group can be found to have stopped
			g.expect(uint64(len(in)))
			g.eng.Lock()
			c.send()
			g.eng.Release()
			return nil
		}
		g.expect(uint64(len(in)))
		push := pushJobs(g, one)
		for i := range in {
			if !push(i) {
				break
			}
		}
		return nil
	})
}

// span is the source of the numbers below n.
type span struct{ next, n int }

func (s *span) take(dst []int) (n int, first uint64) {
	first = uint64(s.next)
	for n < len(dst) && s.next < s.n {
		dst[n] = s.next
		s.next++
		n++
	}
	return n, first
}

func (s *span) left() bool      { return s.next < s.n }
func (s *span) offered() uint64 { return uint64(s.n) }
func (s *span) freed()          {}
func (s *span) linger() bool    { return false }
