package fate_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/selective"
	"github.com/sharedfate/fate/shed"
)

// ForEach, Map, Stream and Stage, under each kind of strategy, at each kind of limit, in each story that items, inputs and readers have. What must
// hold of them all is checked each time: see the methods of run.

// kinds of strategies, by limit; nil where there is none of that limit.
var strategyKinds = []struct {
	name string
	make func(limit int) fate.Strategy
}{
	{"failfast", func(n int) fate.Strategy { return failfast.Strategy{Limit: n} }},
	{"collectall", func(n int) fate.Strategy { return collectall.Strategy{Limit: n} }},
	{"collectall keep", func(n int) fate.Strategy { return collectall.Strategy{Limit: n, Keep: 2} }},
	{"collectall stopafter", func(n int) fate.Strategy { return collectall.Strategy{Limit: n, StopAfter: 3} }},
	{"selective", func(n int) fate.Strategy { return selective.Strategy{Limit: n} }},
	{"selective group", func(n int) fate.Strategy { return selective.Strategy{Limit: n, Scope: selective.Group} }},
	{"shed", func(n int) fate.Strategy {
		if n == 0 {
			return nil
		}
		return shed.Strategy{Limit: n}
	}},
	{"shed then failfast", func(n int) fate.Strategy {
		if n == 0 {
			return nil
		}
		return shed.Strategy{Limit: n, Then: failfast.Strategy{}}
	}},
	{"without hints", func(n int) fate.Strategy { return unhinted{failfast.Strategy{Limit: n}} }},
	{"remembers", func(n int) fate.Strategy { return &cautious{now: n} }},
}

// cautious is a strategy that remembers: it runs half as many at once after each failure, and gives up after the tenth.
type cautious struct{ now, failed int }

var errCautious = errors.New("ten have failed")

func (c *cautious) Admit(t fate.Tally) fate.Admission {
	if c.now > 0 && t.Running >= uint64(c.now) {
		return fate.Hold
	}
	return fate.Run
}

func (c *cautious) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if !e.Kind.Failure() {
		return fate.Continue
	}
	c.now = max(1, c.now/2)
	if c.failed++; c.failed == 10 {
		return fate.Stop(errCautious)
	}
	return fate.Continue
}

func (c *cautious) Conclude(s fate.Summary) error { return s.Join() }

// ledger is a strategy that keeps what another one was shown and answered. It must not be asked where the other need not be.
type ledger struct {
	of        fate.Strategy
	failures  uint64
	stopped   bool
	sum       fate.Summary
	concluded int
	result    error
	wrong     string
}

type hintedLedger struct{ *ledger }

func (l hintedLedger) Hints() fate.Hints { return l.of.(fate.Hinter).Hints() }

func (l *ledger) strategy() fate.Strategy {
	if _, ok := l.of.(fate.Hinter); ok {
		return hintedLedger{l}
	}
	return l
}

func (l *ledger) Admit(t fate.Tally) fate.Admission {
	l.balance(t)
	return l.of.Admit(t)
}

func (l *ledger) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() {
		l.failures++
	}
	l.balance(t)
	v := l.of.Settle(t, e)
	_, stops := v.Stops()
	l.stopped = l.stopped || stops
	return v
}

func (l *ledger) balance(t fate.Tally) {
	if !balanced(t) || t.Failures() != l.failures {
		l.wrong = fmt.Sprintf("after %d failures it is shown %v", l.failures, t)
	}
}

func (l *ledger) Conclude(s fate.Summary) error {
	l.sum = s
	l.concluded++
	l.result = l.of.Conclude(s)
	return l.result
}

// A story is what becomes of the items, their input, and their reader.
type story struct {
	name string
	item func(i int) error // what an item does at its end
	mode fate.PanicMode
	opts []fate.Option

	parent func(context.Context) (context.Context, context.CancelFunc)
	cancel int // the item that cancels the parent; 0 is none
	input  input
	slow   bool // the reader is
	breaks int  // after how many pairs the reader leaves; 0 is never
}

type input int

const (
	plain input = iota
	slow
	early // ends half-way
	panics
	exitsHalfWay
)

const matrixItems = 40

var errHalfWay = errors.New("the input's panic")

func some(one int, do func(i int) error) func(int) error {
	return func(i int) error {
		if i%one == one-1 {
			return do(i)
		}
		return nil
	}
}

func stories() []story {
	ok := func(int) error { return nil }
	fail := some(3, func(i int) error { return fmt.Errorf("item %d: %w", i, errItem) })
	boom := some(4, func(i int) error { panic(errItem) })
	mixed := func(i int) error {
		switch i % 8 {
		case 2:
			return errItem
		case 4:
			panic(errItem)
		case 6:
			runtime.Goexit()
		}
		return nil
	}
	deadline := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, 7*time.Millisecond)
	}
	return []story{
		{name: "all go well", item: ok},
		{name: "all go well, no backlog", item: ok, opts: []fate.Option{fate.Backlog(0)}},
		{name: "some fail", item: fail},
		{name: "all fail", item: func(int) error { return errItem }},
		{name: "the last fails", item: func(i int) error {
			if i == matrixItems-1 {
				return errItem
			}
			return nil
		}},
		{name: "some panic, Return", item: boom, mode: fate.Return},
		{name: "some panic, Rethrow", item: boom, mode: fate.Rethrow},
		{name: "some exit", item: some(5, func(int) error { runtime.Goexit(); return nil })},
		{name: "some do each, Return", item: mixed, mode: fate.Return},
		{name: "some do each, Rethrow", item: mixed, mode: fate.Rethrow},
		{name: "the parent is cancelled", item: ok, cancel: 13},
		{name: "the parent is cancelled, some fail", item: fail, cancel: 7},
		{name: "the parent has a deadline", item: ok, parent: deadline},
		{name: "the parent has a deadline, some do each", item: mixed, parent: deadline, mode: fate.Return},
		{name: "a slow input", item: fail, input: slow},
		{name: "an input that ends early", item: fail, input: early},
		{name: "an input that panics", item: ok, input: panics},
		{name: "an input that panics, some fail", item: fail, input: panics},
		{name: "an input that exits", item: ok, input: exitsHalfWay},
		{name: "an input that exits, some panic, Rethrow", item: boom, input: exitsHalfWay, mode: fate.Rethrow},
		{name: "a slow reader", item: fail, slow: true},
		{name: "a slow reader and a slow input", item: ok, slow: true, input: slow},
		{name: "a reader that leaves", item: ok, breaks: 10},
		{name: "a reader that leaves, some fail", item: fail, breaks: 4},
		{name: "a reader that leaves, some panic, Return", item: boom, breaks: 4, mode: fate.Return},
	}
}

// run is one story with one strategy.
type run struct {
	story
	*ledger
	limit         int
	ran           [matrixItems]atomic.Int32
	value         [matrixItems]int // what the item returned, if it did
	err           [matrixItems]error
	running, most atomic.Int32
	stop          context.CancelCauseFunc // of the parent

	told     error // by ForEach and Map
	out      []int // by Map
	pairs    []pair
	left     bool
	panicked any
	exited   bool
}

func (r *run) do(ctx context.Context, i int) (int, error) {
	r.ran[i].Add(1)
	now := r.running.Add(1)
	defer r.running.Add(-1)
	for most := r.most.Load(); now > most && !r.most.CompareAndSwap(most, now); most = r.most.Load() {
	}
	switch i % 3 { // one that looks at its context, one that does not, one that is quick
	case 0:
		select {
		case <-time.After(time.Duration(1+i%5) * time.Millisecond):
		case <-ctx.Done():
			r.err[i] = ctx.Err()
			return 0, ctx.Err()
		}
	case 1:
		time.Sleep(time.Millisecond)
	}
	if r.cancel > 0 && i == r.cancel {
		r.stop(errCause)
	}
	err := r.item(i)
	r.value[i], r.err[i] = 100+i, err
	return 100 + i, err
}

func (r *run) items() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range matrixItems {
			switch {
			case r.input == slow:
				time.Sleep(time.Millisecond)
			case i < matrixItems/2 || r.input == plain:
			case r.input == early:
				return
			case r.input == panics:
				panic(errHalfWay)
			case r.input == exitsHalfWay:
				runtime.Goexit()
			}
			if !yield(i) {
				return
			}
		}
	}
}

// matrixWays are the functions, each as run has it.
var matrixWays = []struct {
	name string
	run  func(ctx context.Context, r *run)
	fits func(s story) bool
}{
	{"ForEach", func(ctx context.Context, r *run) {
		r.told = fate.ForEach(ctx, r.strategy(), r.items(), func(ctx context.Context, i int) error {
			_, err := r.do(ctx, i)
			return err
		}, r.opts...)
	}, func(s story) bool { return !s.slow && s.breaks == 0 }},
	{"Map", func(ctx context.Context, r *run) {
		r.out, r.told = fate.Map(ctx, r.strategy(), slices.Collect(numbers(matrixItems)), r.do, r.opts...)
	}, func(s story) bool { return !s.slow && s.breaks == 0 && s.input == plain }},
	{"Stream", func(ctx context.Context, r *run) {
		r.read(fate.Stream(ctx, r.strategy(), r.items(), r.do, r.opts...))
	}, func(story) bool { return true }},
	{"Stage", func(ctx context.Context, r *run) {
		r.read(fate.Stage(fate.From(r.items()), r.strategy(), r.do, r.opts...)(ctx))
	}, func(story) bool { return true }},
}

func (r *run) read(results iter.Seq2[int, error]) {
	for v, err := range results {
		r.pairs = append(r.pairs, pair{v, err})
		if r.slow {
			time.Sleep(3 * time.Millisecond)
		}
		if len(r.pairs) == r.breaks {
			r.left = true
			break
		}
	}
}

// Every function under every strategy in every story: each item runs at most once and each is counted, the limit is kept, no failure is
// lost, the answer is the one that is documented, and no goroutine is left.
func TestItemsInEveryStory(t *testing.T) {
	limits := []int{0, 1, 3, 1000}
	if raced {
		limits = limits[:3]
	}
	for _, w := range matrixWays {
		for _, k := range strategyKinds {
			t.Run(w.name+"/"+k.name, func(t *testing.T) {
				for _, limit := range limits {
					for _, s := range stories() {
						of := k.make(limit)
						if of == nil || !w.fits(s) {
							continue
						}
						r := &run{story: s, ledger: &ledger{of: of}, limit: limit}
						bubbled(t, func(t *testing.T) {
							ctx, stop := context.WithCancelCause(t.Context())
							defer stop(nil)
							r.stop = stop
							r.opts = slices.Concat(r.opts, []fate.Option{fate.Panics(s.mode)})
							if s.parent != nil {
								var end context.CancelFunc
								ctx, end = s.parent(ctx)
								defer end()
							}
							r.exited = exits(func() { r.panicked = recovered(func() { w.run(ctx, r) }) })
						})
						if wrong := r.check(w.name); wrong != "" {
							t.Errorf("%s, limit %d, %s: %s\ntally: %v", k.name, limit, s.name, wrong, r.sum.Tally)
						}
					}
				}
			})
		}
	}
}

// check returns what is wrong with the run, or nothing.
func (r *run) check(way string) string {
	for _, check := range []func() string{r.counts, r.failuresAreKept, r.theAnswer} {
		if wrong := check(); wrong != "" {
			return wrong
		}
	}
	switch way {
	case "Map":
		return r.results()
	case "Stream", "Stage":
		return r.inOrder()
	}
	return ""
}

// outside reports whether something else than the strategy stopped the group.
func (r *run) outside() bool {
	return r.cancel > 0 || r.parent != nil || r.left || r.input == panics || r.input == exitsHalfWay
}

func (r *run) counts() string {
	t := r.sum.Tally
	if r.concluded != 1 || r.wrong != "" {
		return fmt.Sprintf("concluded %d times; %s", r.concluded, r.wrong)
	}
	if !balanced(t) || t.Held+t.Running > 0 {
		return "the tally does not add up"
	}
	started := uint64(0)
	for i := range r.ran {
		n := r.ran[i].Load()
		if n > 1 {
			return fmt.Sprintf("item %d ran %d times", i, n)
		}
		started += uint64(n)
	}
	if ended := t.OK + t.Failures() + t.Cancelled; started != ended {
		return fmt.Sprintf("%d items ran and %d are counted", started, ended)
	}
	if most := int(r.most.Load()); r.limit > 0 && most > r.limit {
		return fmt.Sprintf("%d ran at once", most)
	}
	if r.stopped || r.outside() {
		return ""
	}
	want := uint64(matrixItems)
	if r.input == early {
		want /= 2
	}
	if t.Offered != want || t.Skipped+t.Cancelled > 0 {
		return fmt.Sprintf("nothing stopped the group, and not all %d items ran or were shed", want)
	}
	return ""
}

func (r *run) failuresAreKept() string {
	t, s := r.sum.Tally, r.sum
	if r.failures != t.Failures() || uint64(len(s.Errors))+s.Dropped != t.Failures() {
		return fmt.Sprintf("the strategy was shown %d failures, and holds %d with %d dropped", r.failures, len(s.Errors), s.Dropped)
	}
	last := -1
	for _, e := range s.Errors {
		if int(e.ID) <= last {
			return fmt.Sprintf("the failures are not in order: item %d after %d", e.ID, last)
		}
		last = int(e.ID)
		// Where items are shed an ID is an item's place all the same, so that each can be asked for what it did.
		if own := r.err[e.ID]; own != nil && e.Err != own {
			return fmt.Sprintf("item %d returned %v and is told as %v", e.ID, own, e.Err)
		} else if own == nil && !errors.Is(e.Err, fate.ErrGoexit) && !errors.Is(e.Err, errItem) {
			return fmt.Sprintf("item %d did not return and is told as %v", e.ID, e.Err)
		}
	}
	return ""
}

// theAnswer checks what came out at the end: an error, a panic or an exit.
func (r *run) theAnswer() string {
	t := r.sum.Tally
	rethrow := t.Panicked > 0 && r.mode == fate.Rethrow
	switch p := r.panicked.(type) {
	case *fate.RethrownError:
		others := t.Failures() - t.Panicked // of which those may be missing that the strategy did not want to be held
		if n := uint64(len(p.Errors)); !rethrow || uint64(len(p.Panics)) != t.Panicked || n > others || n+r.sum.Dropped < others {
			return fmt.Sprintf("panicked with %d panics and %d errors", len(p.Panics), len(p.Errors))
		}
	case nil:
		if r.input == panics && !r.stopped || rethrow && r.input == plain {
			return "did not panic"
		}
	default:
		if err, ok := p.(error); r.input != panics || !ok || !errors.Is(err, errHalfWay) {
			return fmt.Sprintf("panicked with %v", p)
		}
	}
	if r.exited && r.input != exitsHalfWay || !r.exited && r.input == exitsHalfWay && !r.stopped {
		return fmt.Sprintf("exited: %v", r.exited)
	}
	if r.panicked == nil && !r.exited && r.pairs == nil && r.told != r.result && t.Offered > 0 {
		return fmt.Sprintf("told %v, and the strategy concluded %v", r.told, r.result)
	}
	return r.documented()
}

// documented checks the answer of the strategies that say what it is.
func (r *run) documented() string {
	s, err := r.sum, r.result
	of := r.of
	if u, ok := of.(unhinted); ok {
		of = u.Strategy
	}
	if sh, ok := of.(shed.Strategy); ok {
		if of = sh.Then; of == nil {
			of = collectall.Strategy{}
		}
	}
	cut := s.Tally.Skipped+s.Tally.Cancelled > 0
	if cut && s.Cause == nil {
		return "items were kept from running, and the summary has no cause"
	}
	if (r.cancel > 0 || r.parent != nil) && cut && !r.stopped && !errors.Is(err, s.Cause) {
		return fmt.Sprintf("concluded %v, which is not the parent's cause %v", err, s.Cause)
	}
	switch {
	case s.First == nil && !cut && !r.left && r.input != panics && r.input != exitsHalfWay:
		if err != nil {
			return fmt.Sprintf("nothing failed, and it concluded %v", err)
		}
	case s.First == nil:
	default:
		if _, ok := of.(failfast.Strategy); ok {
			// What stopped the group from outside came before a failure that it returns no more.
			want := s.First.Err
			if s.Cause != nil && r.outside() {
				want = s.Cause
			}
			if err != want {
				return fmt.Sprintf("concluded %v, not what came first, %v", err, want)
			}
			break
		}
		if !errors.Is(err, s.First.Err) {
			return fmt.Sprintf("concluded %v, without %v", err, s.First.Err)
		}
	}
	return ""
}

// results checks what Map returned.
func (r *run) results() string {
	if r.panicked != nil {
		return "" // and returned nothing
	}
	if len(r.out) != matrixItems {
		return fmt.Sprintf("%d results", len(r.out))
	}
	for i, v := range r.out {
		if v != r.value[i] {
			return fmt.Sprintf("result %d is %d, and the item returned %d", i, v, r.value[i])
		}
	}
	return ""
}

// inOrder checks what a Stream yielded.
func (r *run) inOrder() string {
	for i, p := range r.pairs {
		last := i == len(r.pairs)-1
		if last && p.value == 0 && p.err != nil && p.err == r.result {
			continue // what Wait returned
		}
		switch {
		case i >= matrixItems:
			return fmt.Sprintf("there are %d pairs, the last is %v", len(r.pairs), r.pairs[len(r.pairs)-1])
		case r.ran[i].Load() == 0:
			if p != (pair{0, fate.ErrShed}) {
				return fmt.Sprintf("item %d did not run and is yielded as %v", i, p)
			}
		case r.value[i] != p.value || r.err[i] != nil && r.err[i] != p.err:
			return fmt.Sprintf("item %d returned %d, %v and is yielded as %v", i, r.value[i], r.err[i], p)
		case r.value[i] == 0 && p.err == nil:
			return fmt.Sprintf("item %d did not return and is yielded as %v", i, p)
		}
	}
	if r.left || r.panicked != nil || r.exited {
		return ""
	}
	if want := int(r.sum.Tally.Offered); !r.stopped && !r.outside() && len(r.pairs) != want {
		return fmt.Sprintf("%d pairs of %d items", len(r.pairs), want)
	}
	if r.result == nil {
		return ""
	}
	if !slices.ContainsFunc(r.pairs, func(p pair) bool { return p.err != nil && (p.err == r.result || errors.Is(r.result, p.err)) }) {
		return fmt.Sprintf("the reader is told nothing of %v", r.result)
	}
	return ""
}
