package compare_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sharedfate/fate/internal/compare"
)

// wrong are contenders that each do one thing as none of the real ones does, so that a behaviour is seen to tell it. A
// child process knows contenders by their names, so these are brought to it inside behaviours.
var wrong = []struct {
	behaviour string
	want      string
	open      func(context.Context, compare.Options) compare.Group
}{
	{"Wait returns", "last", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx, sum: func(errs []failure) error { return errs[len(errs)-1].err }}
	}},
	{"Wait returns", "some", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx, sum: func(errs []failure) error { return join(errs[1:]) }}
	}},
	{"order of errors", "other", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx, sum: func(errs []failure) error {
			slices.SortFunc(errs, func(a, b failure) int { return b.id - a.id })
			return join(errs)
		}}
	}},
	{"order of errors", "unlisted", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx, sum: func(errs []failure) error { return silent{join(errs)} }}
	}},
	{"errors.Is reaches", "4 of 5", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx, sum: func(errs []failure) error {
			slices.SortFunc(errs, func(a, b failure) int { return a.id - b.id })
			return join(errs[1:])
		}}
	}},
	{"context after Wait", "live", func(ctx context.Context, _ compare.Options) compare.Group {
		ctx, cancel := context.WithCancelCause(ctx)
		return &crew{ctx: ctx, stop: func(err error) { cancel(err) }}
	}},
	{"context.Cause", "other", func(ctx context.Context, _ compare.Options) compare.Group {
		ctx, cancel := context.WithCancelCause(ctx)
		return &crew{ctx: ctx, stop: func(error) { cancel(errors.New("not the failure")) }}
	}},
	{"echoes of a stop", "shown", func(ctx context.Context, _ compare.Options) compare.Group {
		ctx, cancel := context.WithCancelCause(ctx)
		return &crew{ctx: ctx, stop: func(err error) { cancel(err) }}
	}},
	{"echoes of a stop", "instead", func(ctx context.Context, _ compare.Options) compare.Group {
		ctx, cancel := context.WithCancelCause(ctx)
		return &crew{ctx: ctx, stop: func(err error) { cancel(err) }, sum: func(errs []failure) error {
			return errs[slices.IndexFunc(errs, func(f failure) bool { return f.err == context.Canceled })].err
		}}
	}},
	{"parent cancelled before", "other", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx, wait: func(error) error { return errors.New("not the cause") }}
	}},
	{"Go at the limit", "exceeds", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx}
	}},
	{"Go at the limit", "accepts", func(ctx context.Context, o compare.Options) compare.Group {
		return &crew{ctx: ctx, slots: make(chan struct{}, o.Limit), late: true}
	}},
	{"TryGo at the limit", "waits", func(ctx context.Context, o compare.Options) compare.Group {
		return trying{&crew{ctx: ctx, slots: make(chan struct{}, o.Limit)}}
	}},
	{"slot after Goexit", "lost", func(ctx context.Context, o compare.Options) compare.Group {
		return &crew{ctx: ctx, slots: make(chan struct{}, o.Limit), undeferred: true}
	}},
	{"slot after Goexit", "exceeded", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx}
	}},
	{"Go in a task", "hangs", func(ctx context.Context, _ compare.Options) compare.Group {
		return &locked{Group: &crew{ctx: ctx}}
	}},
	{"second Wait", "differs", func(ctx context.Context, _ compare.Options) compare.Group {
		waits := 0
		return &crew{ctx: ctx, wait: func(err error) error {
			if waits++; waits > 1 {
				return nil
			}
			return err
		}}
	}},
	{"panic in a task", "error", func(ctx context.Context, _ compare.Options) compare.Group {
		return recovering{&crew{ctx: ctx}, errors.New("it panicked")}
	}},
	{"panic in a task", "lost", func(ctx context.Context, _ compare.Options) compare.Group {
		return recovering{&crew{ctx: ctx}, nil}
	}},
	{"Goexit in a task", "hangs", func(ctx context.Context, _ compare.Options) compare.Group {
		return &crew{ctx: ctx, undeferred: true}
	}},
	{"nil task", "taken", func(ctx context.Context, _ compare.Options) compare.Group {
		return recovering{&crew{ctx: ctx}, nil}
	}},
}

// wrongBehaviours puts the questions to the wrong contenders, whoever is asked.
func wrongBehaviours() []compare.Behaviour {
	var all []compare.Behaviour
	for _, w := range wrong {
		i := slices.IndexFunc(compare.Behaviours(), func(b compare.Behaviour) bool { return b.Name == w.behaviour })
		b := compare.Behaviours()[i]
		observe := b.Observe
		b.Name = "wrong: " + w.behaviour + ", " + w.want
		b.Observe = func(ctx context.Context, _ compare.Contender) compare.Answer {
			return observe(ctx, compare.Contender{Name: "wrong", Limits: true, Open: w.open})
		}
		all = append(all, b)
	}
	return all
}

func TestBehavioursSeeTheDifference(t *testing.T) {
	m, err := compare.ObserveAll(t.Context(), wrongBehaviours(), anybody(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range m.Rows {
		if a := row.Answers[0]; a.Cell != wrong[i].want || strings.Contains(a.Detail, "data race") {
			t.Errorf("%s: %q (%s), want %q", row.Behaviour, a.Cell, a.Detail, wrong[i].want)
		}
	}
}

// anybody is a contender for those who are asked whoever is asked.
func anybody(t *testing.T) []compare.Contender {
	t.Helper()
	c, err := compare.ContenderByName(compare.BaseName)
	if err != nil {
		t.Fatal(err)
	}
	return []compare.Contender{c}
}

// crew is a group with knobs; without any it collects errors and joins them as they came.
type crew struct {
	ctx        context.Context
	slots      chan struct{}         // the limit, if not nil
	late       bool                  // Go takes the slot in the new goroutine
	undeferred bool                  // Goexit and panics skip what is to be done after a task
	stop       func(error)           // called with each error
	sum        func([]failure) error // what Wait makes of the errors, if there are any
	wait       func(error) error     // what it makes of that

	wg   sync.WaitGroup
	mu   sync.Mutex
	next int
	errs []failure
}

type failure struct {
	id  int
	err error
}

func join(errs []failure) error {
	var all []error
	for _, f := range errs {
		all = append(all, f.err)
	}
	return errors.Join(all...)
}

func (g *crew) Context() context.Context { return g.ctx }

func (g *crew) Go(task func(context.Context) error) {
	id := g.next
	g.next++
	if !g.late {
		g.acquire()
	}
	g.wg.Add(1)
	go func() {
		if g.late {
			g.acquire()
		}
		after := func() {
			g.release()
			g.wg.Done()
		}
		if !g.undeferred {
			defer after()
		}
		if err := task(g.ctx); err != nil {
			if g.stop != nil {
				g.stop(err)
			}
			g.mu.Lock()
			g.errs = append(g.errs, failure{id, err})
			g.mu.Unlock()
		}
		if g.undeferred {
			after()
		}
	}()
}

func (g *crew) acquire() {
	if g.slots != nil {
		g.slots <- struct{}{}
	}
}

func (g *crew) release() {
	if g.slots != nil {
		<-g.slots
	}
}

func (g *crew) Each(n int, task func(context.Context, int) error) {
	for i := range n {
		g.Go(func(ctx context.Context) error { return task(ctx, i) })
	}
}

func (g *crew) Wait() error {
	g.wg.Wait()
	var err error
	if len(g.errs) > 0 {
		if g.sum != nil {
			err = g.sum(g.errs)
		} else {
			err = join(g.errs)
		}
	}
	if g.wait != nil {
		err = g.wait(err)
	}
	return err
}

// trying is a group whose TryGo waits.
type trying struct{ *crew }

func (g trying) TryGo(task func(context.Context) error) bool {
	g.Go(task)
	return true
}

func (g trying) TryEach(n int, task func(context.Context, int) error) int {
	g.Each(n, task)
	return n
}

// recovering is a group that makes of a panic what it likes.
type recovering struct {
	*crew
	err error
}

func (g recovering) Go(task func(context.Context) error) {
	g.crew.Go(func(ctx context.Context) (err error) {
		defer func() {
			if recover() != nil {
				err = g.err
			}
		}()
		return task(ctx)
	})
}

// locked is a group that can't be given tasks while Wait waits.
type locked struct {
	compare.Group
	mu sync.Mutex
}

func (g *locked) Go(task func(context.Context) error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Group.Go(task)
}

func (g *locked) Wait() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.Group.Wait()
}

// silent is an error that does not say what it wraps.
type silent struct{ err error }

func (silent) Error() string   { return "something failed" }
func (s silent) Unwrap() error { return s.err }
