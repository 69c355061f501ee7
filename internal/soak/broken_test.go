package soak_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/daemon"
	"github.com/sharedfate/fate/emit"
	"github.com/sharedfate/fate/internal/soak"
	"github.com/sharedfate/fate/limiter"
	"github.com/sharedfate/fate/supervise"
)

// A breakage puts something broken in the place of what the episodes try.
type breakage struct {
	name  string
	kinds string // of episodes that must catch it
	spoil func(*soak.Subjects)
	says  string // a part of what the fault says
	hangs bool   // the episode does not end
}

// around is a strategy around another, with its hints.
type around struct{ fate.Strategy }

func (a around) Hints() fate.Hints {
	if h, ok := a.Strategy.(fate.Hinter); ok {
		return h.Hints()
	}
	return fate.Hints{}
}

// generous lets in one more than its strategy does.
type generous struct{ around }

func (s generous) Admit(t fate.Tally) fate.Admission {
	if t.Running > 0 {
		t.Running--
	}
	return s.Strategy.Admit(t)
}

func (s generous) Hints() fate.Hints {
	hints := s.around.Hints()
	hints.AtLimit = fate.Run // ask
	return hints
}

// hiding does not show its strategy what failed with an error of its own.
type hiding struct{ around }

func (s hiding) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind == fate.Failed {
		return fate.Continue
	}
	return s.Strategy.Settle(t, e)
}

// repeating shows its strategy each failure twice.
type repeating struct{ around }

func (s repeating) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind == fate.Failed {
		s.Strategy.Settle(t, e)
	}
	return s.Strategy.Settle(t, e)
}

// concluding concludes in its own way.
type concluding struct {
	around
	conclude func(fate.Strategy, fate.Summary) error
}

func (s concluding) Conclude(sum fate.Summary) error { return s.conclude(s.Strategy, sum) }

func strategies(wrap func(fate.Strategy) fate.Strategy) func(*soak.Subjects) {
	return func(s *soak.Subjects) { s.Strategy = wrap }
}

func concludes(f func(fate.Strategy, fate.Summary) error) func(*soak.Subjects) {
	return strategies(func(s fate.Strategy) fate.Strategy { return concluding{around{s}, f} })
}

func tasks(wrap func(fate.Task) fate.Task) func(*soak.Subjects) {
	return func(s *soak.Subjects) { s.Task = wrap }
}

// careless lets tasks run without waiting for their weight.
type careless struct{ soak.Limiter }

func (careless) Task(_ int64, t fate.Task) fate.Task { return t }

// keeping gets back the weight of what was acquired by hand long after it was released.
type keeping struct{ soak.Limiter }

func (k keeping) Release(n int64) {
	time.AfterFunc(300*time.Millisecond, func() { k.Limiter.Release(n) })
}

// deaf takes a task and does not run it.
type deaf struct{ soak.Limiter }

func (deaf) Go(*fate.Group, int64, fate.Task) error { return nil }

// refusing says that everything is too heavy.
type refusing struct{ soak.Limiter }

func (refusing) Acquire(context.Context, int64) error { return &limiter.TooHeavyError{} }

// losing says that it has accepted what it has not.
type losing struct{ soak.Emitter }

func (l losing) Emit(v soak.Value) bool { return l.Emitter.Emit(v) || true }

// hasty does not wait for what was accepted.
type hasty struct{ soak.Emitter }

func (hasty) Flush(context.Context) error { return nil }

// silent does not say what was lost.
type silent struct{ soak.Emitter }

func (s silent) Close(ctx context.Context) error { s.Emitter.Close(ctx); return nil }

func sinks(wrap func(sink func(context.Context, []soak.Value) error) func(context.Context, []soak.Value) error) func(*soak.Subjects) {
	return func(s *soak.Subjects) {
		ours := s.Emitter
		s.Emitter = func(sink func(context.Context, []soak.Value) error, o emit.Options) soak.Emitter {
			return ours(wrap(sink), o)
		}
	}
}

// A group of the drop-in for errgroup that is broken.
type (
	boundless struct{ soak.Errgroup } // knows no limit
	eager     struct{ soak.Errgroup } // runs functions twice
	forgetful struct{ soak.Errgroup } // forgets what failed
	early     struct{ soak.Errgroup } // does not wait
)

func (boundless) SetLimit(int)    {}
func (e eager) Go(f func() error) { e.Errgroup.Go(func() error { _ = f(); return f() }) }
func (f forgetful) Wait() error   { f.Errgroup.Wait(); return nil }
func (early) Wait() error         { return nil }
func (e early) Go(f func() error) {
	e.Errgroup.Go(func() error { time.Sleep(time.Millisecond); return f() })
}
func (f forgetful) String() string { return "forgetful" }
func (e boundless) Go(f func() error) {
	e.Errgroup.Go(func() error { time.Sleep(time.Millisecond); return f() })
}

func errgroups(wrap func(soak.Errgroup) soak.Errgroup) func(*soak.Subjects) {
	return func(s *soak.Subjects) {
		ours := s.Errgroup
		s.Errgroup = func(ctx context.Context) (soak.Errgroup, context.Context) {
			g, ctx := ours(ctx)
			return wrap(g), ctx
		}
	}
}

func limiters(wrap func(soak.Limiter) soak.Limiter) func(*soak.Subjects) {
	return func(s *soak.Subjects) {
		ours := s.Limiter
		s.Limiter = func(size int64) soak.Limiter { return wrap(ours(size)) }
	}
}

func emitters(wrap func(soak.Emitter) soak.Emitter) func(*soak.Subjects) {
	return func(s *soak.Subjects) {
		ours := s.Emitter
		s.Emitter = func(sink func(context.Context, []soak.Value) error, o emit.Options) soak.Emitter {
			return wrap(ours(sink, o))
		}
	}
}

var errForeign = errors.New("foreign")

var breakages = []breakage{
	{"a limit exceeded by one", "group items", strategies(func(s fate.Strategy) fate.Strategy { return generous{around{s}} }), "at once", false},
	{"a failure that the strategy is not shown", "group items stage nested", strategies(func(s fate.Strategy) fate.Strategy { return hiding{around{s}} }), "shown", false},
	{"a failure that it is shown twice", "group items stage nested", strategies(func(s fate.Strategy) fate.Strategy { return repeating{around{s}} }), "shown", false},
	{"a failure that Wait does not return", "group items nested limiter", concludes(func(s fate.Strategy, sum fate.Summary) error {
		_ = s.Conclude(sum)
		return nil
	}), "Wait is", false},
	{"an error from nowhere", "group items nested limiter", concludes(func(s fate.Strategy, sum fate.Summary) error {
		_ = s.Conclude(sum)
		return errForeign
	}), "", false},
	{"failures out of order", "group items", concludes(func(s fate.Strategy, sum fate.Summary) error {
		err := s.Conclude(sum)
		if all, ok := err.(*fate.Errors); ok {
			slices.Reverse(all.Tasks)
		}
		return err
	}), "order", false},
	{"Conclude called twice", "group items stage nested limiter", concludes(func(s fate.Strategy, sum fate.Summary) error {
		_ = s.Conclude(sum)
		return s.Conclude(sum)
	}), "Conclude was called 2 times", false},
	{"a task that is run twice", "group", tasks(func(t fate.Task) fate.Task {
		return func(ctx context.Context) error { _ = t(ctx); return t(ctx) }
	}), "", false},
	{"a task that is not run", "group", tasks(func(fate.Task) fate.Task {
		return func(context.Context) error { return nil }
	}), "have run", false},
	{"a task that outlives its group", "group nested", tasks(func(t fate.Task) fate.Task {
		return func(ctx context.Context) error {
			go func() {
				defer func() { _ = recover() }()
				time.Sleep(20 * time.Millisecond)
				_ = t(ctx)
			}()
			return nil
		}
	}), "", false},
	{"a result that is another's", "items", func(s *soak.Subjects) {
		ours := s.Map
		s.Map = func(ctx context.Context, st fate.Strategy, in []int, f func(context.Context, int) (int, error), opts ...fate.Option) ([]int, error) {
			out, err := ours(ctx, st, in, f, opts...)
			slices.Reverse(out)
			return out, err
		}
	}, "the result of item", false},
	{"an input that is not read to its end", "items", func(s *soak.Subjects) {
		ours := s.Stream
		s.Stream = func(ctx context.Context, st fate.Strategy, in iter.Seq[int], f func(context.Context, int) (int, error), opts ...fate.Option) iter.Seq2[int, error] {
			return ours(ctx, st, func(yield func(int) bool) {
				for x := range in {
					if x == 3 || !yield(x) {
						return
					}
				}
			}, f, opts...)
		}
	}, "taken from the input", false},
	{"results out of order", "items", func(s *soak.Subjects) {
		ours := s.Stream
		s.Stream = func(ctx context.Context, st fate.Strategy, in iter.Seq[int], f func(context.Context, int) (int, error), opts ...fate.Option) iter.Seq2[int, error] {
			return swapped(ours(ctx, st, in, f, opts...))
		}
	}, "pair", false},
	{"a panic of the input that vanishes", "items", func(s *soak.Subjects) {
		ours := s.ForEach
		s.ForEach = func(ctx context.Context, st fate.Strategy, in iter.Seq[int], f func(context.Context, int) error, opts ...fate.Option) error {
			defer func() {
				v := recover()
				if _, wait := v.(*fate.RethrownError); wait {
					panic(v)
				}
			}()
			return ours(ctx, st, in, f, opts...)
		}
	}, "the input panicked, and the call with <nil>", false},
	{"stages out of order", "stage", func(s *soak.Subjects) {
		ours := s.Stage
		s.Stage = func(in fate.Source[int], st fate.Strategy, f func(context.Context, int) (int, error), opts ...fate.Option) fate.Source[int] {
			source := ours(in, st, f, opts...)
			return func(ctx context.Context) iter.Seq2[int, error] { return swapped(source(ctx)) }
		}
	}, "after item", false},
	{"one value too many", "quorum", func(s *soak.Subjects) {
		ours := s.Of
		s.Of = func(ctx context.Context, need int, fs ...func(context.Context) (int, error)) ([]int, error) {
			out, err := ours(ctx, need, fs...)
			if err == nil {
				out = append(out, out[0])
			}
			return out, err
		}
	}, "values are there", false},
	{"a value that is no function's", "quorum", func(s *soak.Subjects) {
		ours := s.First
		s.First = func(ctx context.Context, fs ...func(context.Context) (int, error)) (int, error) {
			out, err := ours(ctx, fs...)
			return out - 1, err
		}
	}, "not all were returned", false},
	{"losers that are not waited for", "quorum", func(s *soak.Subjects) {
		s.First = func(ctx context.Context, fs ...func(context.Context) (int, error)) (int, error) {
			for _, f := range fs {
				go func() { time.Sleep(time.Millisecond); _, _ = f(ctx) }()
			}
			time.Sleep(time.Millisecond)
			return 0, errForeign
		}
	}, "", false},
	{"a limiter that nobody waits for", "limiter", limiters(func(l soak.Limiter) soak.Limiter { return careless{l} }), "is inside", false},
	{"weight that is not given back", "limiter", limiters(func(l soak.Limiter) soak.Limiter { return keeping{l} }), "", true},
	{"a task that the limiter took and forgot", "limiter", limiters(func(l soak.Limiter) soak.Limiter { return deaf{l} }), "were accepted", false},
	{"a weight that is refused for nothing", "limiter", limiters(func(l soak.Limiter) soak.Limiter { return refusing{l} }), "is refused", false},
	{"a value that was not accepted", "emit", emitters(func(e soak.Emitter) soak.Emitter { return losing{e} }), "", false},
	{"a Flush that does not wait", "emit", emitters(func(e soak.Emitter) soak.Emitter { return hasty{e} }), "Flush has returned", false},
	{"a Close that does not say what was lost", "emit", emitters(func(e soak.Emitter) soak.Emitter { return silent{e} }), "Close returned", false},
	{"a batch that is handed over twice", "emit", sinks(func(sink func(context.Context, []soak.Value) error) func(context.Context, []soak.Value) error {
		return func(ctx context.Context, batch []soak.Value) error { _ = sink(ctx, batch); return sink(ctx, batch) }
	}), "after", false},
	{"a batch that is not handed over", "emit", sinks(func(func(context.Context, []soak.Value) error) func(context.Context, []soak.Value) error {
		return func(context.Context, []soak.Value) error { return nil }
	}), "", false},
	{"an errgroup without its limit", "errgroup", errgroups(func(g soak.Errgroup) soak.Errgroup { return boundless{g} }), "ran at once", false},
	{"a function that is run twice", "errgroup", errgroups(func(g soak.Errgroup) soak.Errgroup { return eager{g} }), "ran 2 times", false},
	{"an errgroup that forgets what failed", "errgroup", errgroups(func(g soak.Errgroup) soak.Errgroup { return forgetful{g} }), "Wait is nil", false},
	{"an errgroup that does not wait", "errgroup", errgroups(func(g soak.Errgroup) soak.Errgroup { return early{g} }), "", false},
	{"children that run beside themselves", "supervise", supervisors(func(ctx context.Context, s *supervise.Strategy) error {
		s.Children = twice(s.Children)
		return supervise.Run(ctx, s)
	}), "at once", false},
	{"children that are never started again", "supervise", supervisors(func(ctx context.Context, s *supervise.Strategy) error {
		own := *s
		own.Children = slices.Clone(s.Children)
		for i := range own.Children {
			own.Children[i].Restart = supervise.Temporary
		}
		return supervise.Run(ctx, &own)
	}), "was not started again", false},
	{"children that are started again though temporary", "supervise", supervisors(func(ctx context.Context, s *supervise.Strategy) error {
		own := *s
		own.Children = slices.Clone(s.Children)
		for i := range own.Children {
			own.Children[i].Restart = supervise.Permanent
		}
		return supervise.Run(ctx, &own)
	}), "", false},
	{"a supervisor that gives up too early", "supervise", supervisors(func(ctx context.Context, s *supervise.Strategy) error {
		own := *s
		own.Intensity = 1
		return supervise.Run(ctx, &own)
	}), "it gave up", false},
	{"a supervisor that does not wait", "supervise", supervisors(func(ctx context.Context, s *supervise.Strategy) error {
		go func() { _ = supervise.Run(ctx, s) }()
		return nil
	}), "", false},
	{"a service that is not waited for", "daemon", services(func(s soak.Service) soak.Service { return hurried{s} }), "", true},
	{"a service that does not start", "daemon", services(func(s soak.Service) soak.Service { return pretends{s} }), "Start is nil", false},
	{"parts that are started in another order", "daemon", func(s *soak.Subjects) {
		ours := s.Service
		s.Service = func(parts ...daemon.Part) soak.Service {
			slices.Reverse(parts)
			return ours(parts...)
		}
	}, "part", false},
	{"an observer that is told of something else", "group items", func(s *soak.Subjects) {
		s.Observer = func(o fate.Observer) fate.Observer {
			o.Skip = nil
			return o
		}
	}, "observers were told", false},
	{"an observer that is told of every other end", "group items", func(s *soak.Subjects) {
		s.Observer = func(o fate.Observer) fate.Observer {
			end := o.End
			o.End = func(g *fate.Group, e fate.Event) {
				if e.ID%2 == 0 {
					end(g, e)
				}
			}
			return o
		}
	}, "observers were told", false},
}

// twice runs all that a supervisor starts twice at once.
func twice(children []supervise.Child) []supervise.Child {
	children = slices.Clone(children)
	for i := range children {
		run := children[i].Run
		children[i].Run = func(ctx context.Context) error {
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = fate.Do(ctx, collect, func(g *fate.Group) error { g.Go(run); return nil }, fate.Panics(fate.Return))
			}()
			defer func() { <-done }()
			return run(ctx)
		}
	}
	return children
}

var collect = collectall.Strategy{}

func supervisors(f func(context.Context, *supervise.Strategy) error) func(*soak.Subjects) {
	return func(s *soak.Subjects) { s.Supervise = f }
}

func services(f func(soak.Service) soak.Service) func(*soak.Subjects) {
	return func(s *soak.Subjects) {
		ours := s.Service
		s.Service = func(parts ...daemon.Part) soak.Service { return f(ours(parts...)) }
	}
}

// A service that is broken.
type (
	hurried  struct{ soak.Service } // stops later, and does not wait
	pretends struct{ soak.Service } // does not start
)

func (h hurried) Stop(context.Context) error {
	time.AfterFunc(300*time.Millisecond, func() { _ = h.Service.Stop(context.Background()) })
	return nil
}
func (pretends) Start(context.Context) error { return nil }

// swapped yields each two in the wrong order.
func swapped(in iter.Seq2[int, error]) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		before, some := 0, false
		for v, err := range in {
			switch {
			case err == nil && !some:
				before, some = v, true
				continue
			case err == nil:
				some = false
				if !yield(v, nil) || !yield(before, nil) {
					return
				}
				continue
			}
			if !yield(v, err) {
				return
			}
		}
		if some {
			yield(before, nil)
		}
	}
}

// Whatever is broken is found, by each kind of episode that has to do with it.
func TestWhatIsBrokenIsCaught(t *testing.T) {
	for _, b := range breakages {
		for kind := range strings.FieldsSeq(b.kinds) {
			t.Run(b.name+"/"+kind, func(t *testing.T) {
				settle(t)
				subjects := soak.Ours()
				b.spoil(subjects)
				faults := catch(kind, subjects, b.hangs)
				if len(faults) == 0 {
					t.Fatal("nobody has noticed")
				}
				if !slices.ContainsFunc(faults, func(f soak.Fault) bool { return strings.Contains(f.What, b.says) }) {
					t.Errorf("none of the faults says %q, but %v", b.says, cut(faults[0].Error()))
				}
			})
		}
	}
}

// catch soaks with one kind of episode until something is at fault, or for a while.
func catch(kind string, subjects *soak.Subjects, hangs bool) []soak.Fault {
	patience := 5 * time.Second
	if hangs {
		patience = 200 * time.Millisecond
	}
	_, faults := soak.Run(context.Background(), soak.Options{
		Episodes: 5000, Seed: 1, Workers: 2, Patience: patience, Subjects: subjects,
		Kinds: map[string]soak.Episode{kind: soak.Kinds()[kind]},
	})
	return faults
}

func cut(s string) string { return s[:min(len(s), 1000)] }
