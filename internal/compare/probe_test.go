package compare_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sharedfate/fate/internal/compare"
)

// mechanics are behaviours of the child process itself, with what the parent must make of them.
var mechanics = []struct {
	name         string
	cell, detail string // the whole cell, and what the detail must hold
	observe      func()
}{
	{"answers", "yes", "it answered", func() {}},
	{"panics", "crashes", "panic: oh, in compare_test.", func() { panic("oh") }},
	{"panics elsewhere", "crashes", "panic: oh, in compare_test.", func() {
		go panic("oh")
		select {}
	}},
	{"panics again", "crashes", "in compare_test.", func() {
		defer func() { panic(recover()) }()
		_ = os.Args[:0][len(os.Args)]
	}},
	{"fatal error", "crashes", "fatal error: sync: unlock of unlocked mutex", func() { new(sync.Mutex).Unlock() }},
	{"exits", compare.Unknown, "exit status 3", func() { os.Exit(3) }},
	{"exits with 0", compare.Unknown, "printed no answer", func() { os.Exit(0) }},
	{"garbage", compare.Unknown, "printed no answer: \"garbage", func() {
		fmt.Println("garbage")
		os.Exit(0)
	}},
	{"another object", compare.Unknown, "printed no answer", func() {
		fmt.Println(`{"Reply": 1}`)
		os.Exit(0)
	}},
	{"Goexit", compare.Unknown, "ended without an answer", func() { runtime.Goexit() }},
	{"spins", "hangs", "had not ended after", func() {
		for {
			runtime.Gosched()
		}
	}},

	// What is a hang: nobody can go on. Each kind of waiting must be known as such.
	{"hangs in a receive", "hangs", "compare_test.", func() { <-make(chan int) }},
	{"hangs in a send", "hangs", "compare_test.", func() { make(chan int) <- 1 }},
	{"hangs in a nil receive", "hangs", "compare_test.", func() { <-(chan int)(nil) }},
	{"hangs in a select", "hangs", "compare_test.", func() {
		select {
		case <-make(chan int):
		case make(chan int) <- 1:
		}
	}},
	{"hangs in an empty select", "hangs", "compare_test.", func() { select {} }},
	{"hangs in a lock", "hangs", "compare_test.", func() {
		var mu sync.Mutex
		mu.Lock()
		mu.Lock()
	}},
	{"hangs in a read lock", "hangs", "compare_test.", func() {
		var mu sync.RWMutex
		mu.Lock()
		mu.RLock()
	}},
	{"hangs in a write lock", "hangs", "compare_test.", func() {
		var mu sync.RWMutex
		mu.RLock()
		mu.Lock()
	}},
	{"hangs in a WaitGroup", "hangs", "compare_test.", func() {
		var wg sync.WaitGroup
		wg.Add(1)
		wg.Wait()
	}},
	{"hangs in a Cond", "hangs", "compare_test.", func() {
		c := sync.NewCond(new(sync.Mutex))
		c.L.Lock()
		c.Wait()
	}},
	{"hangs behind another", "hangs", "compare_test.", func() {
		done := make(chan int)
		go func() {
			<-make(chan int)
			close(done)
		}()
		<-done
	}},

	// What is not: somebody goes on, however long it takes.
	{"works while it is waited for", "yes", "it answered", func() {
		done := make(chan int)
		go func() {
			for range 200 {
				json.Marshal(compare.Behaviours()[0].Question)
				runtime.Gosched()
			}
			close(done)
		}()
		<-done
	}},
	{"sleeps", "yes", "it answered", func() { time.Sleep(30 * time.Millisecond) }},
	{"leaves goroutines behind", "yes", "it answered", func() {
		for range 10 {
			go func() { select {} }()
		}
	}},
	{"settles", "yes", "it answered", func() {
		// The chain's last link closes done; all others are blocked or gone when settle returns.
		done := make(chan int)
		var link func(n int)
		link = func(n int) {
			if n == 0 {
				close(done)
				return
			}
			next := make(chan int)
			go func() { <-next; link(n - 1) }()
			close(next)
		}
		go link(1000)
		compare.Settle()
		select {
		case <-done:
		default:
			panic("settle returned before all was still")
		}
	}},
}

// mechanicBehaviours are mechanics as a parent asks for them.
func mechanicBehaviours() []compare.Behaviour {
	var all []compare.Behaviour
	for _, m := range mechanics {
		observe := func(context.Context, compare.Contender) compare.Answer {
			m.observe()
			return compare.Answer{Cell: "yes", Detail: "it answered"}
		}
		all = append(all, compare.Behaviour{Name: m.name, Isolated: true, Observe: observe})
	}
	return all
}

// sleeper never ends, and does not look as if it hung.
var sleeper = compare.Behaviour{Name: "sleeps on", Isolated: true, Observe: sleepOn}

func sleepOn(context.Context, compare.Contender) compare.Answer {
	for {
		time.Sleep(time.Hour)
	}
}

// extraBehaviours are those that a child of these tests may be asked for.
func extraBehaviours() []compare.Behaviour {
	return append(slices.Concat(mechanicBehaviours(), wrongBehaviours()), sleeper)
}

func TestMechanicsOfTheChildProcess(t *testing.T) {
	m, err := compare.ObserveAll(t.Context(), mechanicBehaviours(), anybody(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range m.Rows {
		a, want := row.Answers[0], mechanics[i]
		if a.Cell != want.cell || !strings.Contains(a.Detail, want.detail) {
			t.Errorf("%s: %q (%s), want %q (... %s ...)", row.Behaviour, a.Cell, a.Detail, want.cell, want.detail)
		}
	}
}

func TestObserveSaysWhatTheChildDoesNotKnow(t *testing.T) {
	nowhere := compare.Behaviour{Name: "nowhere", Isolated: true}
	nobody := compare.Contender{Name: "nobody"}
	for _, q := range []struct {
		b       compare.Behaviour
		c       compare.Contender
		unknown string
	}{
		{nowhere, anybody(t)[0], nowhere.Name},
		{compare.Behaviours()[0], nobody, nobody.Name},
	} {
		a := compare.Observe(t.Context(), q.b, q.c)
		if a.Cell != compare.Unknown || !strings.Contains(a.Detail, q.unknown) {
			t.Errorf("the answer is %+v and does not name %q", a, q.unknown)
		}
	}
}

func TestObserveInThisProcess(t *testing.T) {
	answer := compare.Answer{Cell: "yes", Detail: "it answered"}
	for _, q := range []struct {
		name         string
		observe      func() compare.Answer
		cell, detail string
	}{
		{"answers", func() compare.Answer { return answer }, "yes", "it answered"},
		{"panics", func() compare.Answer { panic("oh") }, "panics", "oh"},
		{"settles", func() compare.Answer { compare.Settle(); return answer }, "panics", "not isolated"},
	} {
		b := compare.Behaviour{Name: q.name, Observe: func(context.Context, compare.Contender) compare.Answer {
			return q.observe()
		}}
		a := compare.Observe(t.Context(), b, compare.Contender{})
		if a.Cell != q.cell || !strings.Contains(a.Detail, q.detail) {
			t.Errorf("%s: %+v, want %q (... %s ...)", q.name, a, q.cell, q.detail)
		}
	}
}

// Neither a child that does not keep its own deadline nor an observation in this process can hold the parent up.
func TestObserveHasADeadline(t *testing.T) {
	t.Cleanup(compare.SetProbeTime(50 * time.Millisecond))
	if a := compare.Observe(t.Context(), sleeper, anybody(t)[0]); a.Cell != "hangs" || !strings.Contains(a.Detail, "had to be ended") {
		t.Errorf("a child: %+v", a)
	}
	release, released := make(chan struct{}), make(chan struct{})
	here := compare.Behaviour{Name: "here", Observe: func(context.Context, compare.Contender) compare.Answer {
		defer close(released)
		<-release
		return compare.Answer{Cell: "yes"}
	}}
	if a := compare.Observe(t.Context(), here, anybody(t)[0]); a.Cell != "hangs" || !strings.Contains(a.Detail, "had not ended") {
		t.Errorf("in this process: %+v", a)
	}
	close(release)
	<-released
}

func TestObserveEndsWithItsContext(t *testing.T) {
	for _, isolated := range []bool{false, true} {
		cause := errors.New("the cause")
		ctx, cancel := context.WithCancelCause(t.Context())
		observe := func(ctx context.Context, _ compare.Contender) compare.Answer {
			<-ctx.Done()
			return compare.Answer{Cell: "yes", Detail: "what it saw of a context that has ended"}
		}
		b := compare.Behaviour{Name: "spins", Isolated: isolated, Observe: observe}
		answers := make(chan compare.Answer)
		go func() { answers <- compare.Observe(ctx, b, anybody(t)[0]) }()
		cancel(cause)
		if a := <-answers; a.Cell != "" || a.Detail != cause.Error() {
			t.Errorf("isolated %v: %+v", isolated, a)
		}
	}
}

func TestObserveAllReturnsWhatItHas(t *testing.T) {
	cause := errors.New("the cause")
	ctx, cancel := context.WithCancelCause(t.Context())
	bs, cs := compare.Behaviours(), compare.Contenders()
	last := 0
	m, err := compare.ObserveAll(ctx, bs, cs, func(done, total int) {
		if done != last+1 || total != len(bs)*len(cs) {
			t.Errorf("progress(%d, %d) after %d", done, total, last)
		}
		if last = done; done == 5 {
			cancel(cause)
		}
	})
	if err != cause {
		t.Errorf("the error is %v", err)
	}
	if m.Complete() {
		t.Error("it says it is complete")
	}
	have := 0
	for _, row := range m.Rows {
		for _, a := range row.Answers {
			if a.Cell != "" {
				have++
			}
		}
	}
	if have < 5 || have != last {
		t.Errorf("%d answers are there, %d were reported", have, last)
	}
	if len(m.Rows) != len(bs) || len(m.Contenders) != len(cs) || len(m.Rows[len(bs)-1].Answers) != len(cs) {
		t.Error("the matrix is not as large as what was asked")
	}
}

func TestObserveAllOfNothing(t *testing.T) {
	m, err := compare.ObserveAll(t.Context(), nil, nil, nil)
	if err != nil || !m.Complete() || len(m.Rows) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestMatrixIsTheSameAfterJSON(t *testing.T) {
	m, err := compare.ObserveAll(t.Context(), compare.Behaviours()[2:4], anybody(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back compare.Matrix
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m, back) {
		t.Errorf("%+v became %+v", m, back)
	}
}

// Without the call in main a child would be the whole program, which would start children in turn.
func TestObserveAsksForTheCallInMain(t *testing.T) {
	compare.Unready(t)
	for name, f := range map[string]func(){
		"Observe":    func() { compare.Observe(t.Context(), compare.Behaviours()[0], anybody(t)[0]) },
		"ObserveAll": func() { compare.ObserveAll(t.Context(), nil, nil, nil) },
	} {
		func() {
			defer func() {
				if p := fmt.Sprint(recover()); !strings.Contains(p, "RunProbeIfAsked") {
					t.Errorf("%s: %v", name, p)
				}
			}()
			f()
		}()
	}
}

func TestPictureOfGoroutines(t *testing.T) {
	const picture = `goroutine 1 [running]:
main.main()
	/src/main.go:12 +0x1b

goroutine 7 [chan receive, 3 minutes, locked to thread]:
example.com/lib/pool.(*Pool[...]).Wait(0xc000012345)
	/src/pool.go:40 +0x2c
created by main.main in goroutine 1
	/src/main.go:10 +0x1b

goroutine 8 [semacquire]:
runtime.gcStart({0x0, 0x0, 0x0})
	/go/src/runtime/mgc.go:700 +0x2c

goroutine 9 gp=0xc000006700 m=nil [sync.WaitGroup.Wait (scan)]:
sync.runtime_SemacquireWaitGroup(0x1)
	/go/src/runtime/sema.go:110 +0x25
sync.(*WaitGroup).Wait(0xc000012345)
	/go/src/sync/waitgroup.go:118 +0x48
golang.org/x/sync/errgroup.(*Group).Wait(0xc000012345)
	/src/errgroup.go:56 +0x25
`
	want := []string{
		"1 running main.main",
		"7 chan receive pool.(*Pool[...]).Wait blocked",
		"8 semacquire the runtime",
		"9 sync.WaitGroup.Wait errgroup.(*Group).Wait blocked",
	}
	if got := compare.Stuck(picture); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
