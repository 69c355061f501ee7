package fatetest

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
)

// still plays a sample in a bubble, where time stands still unless somebody waits, and lets a value answer again a day later.
func (j *judge) still(t *testing.T) {
	j.bubble = true
	defer func() { j.bubble = false }()
	j.inBubble(t, func() {
		var histories []history
		var answers [][]string
		j.sample(3, func(h history) {
			if j.value {
				histories = append(histories, h)
				answers = append(answers, j.listen(h, nil, nil))
			}
		})
		if len(j.violations()) > 0 {
			return
		}
		time.Sleep(24 * time.Hour)
		for i, h := range histories {
			j.compare(pureValue, h, answers[i], j.listen(h, nil, nil), "a day later")
		}
	})
}

// inBubble runs f in a bubble, in a goroutine of its own, so that f may end by runtime.Goexit. A deadlock of the bubble is the
// strategy's, or the group's: the tasks of a scene can always end.
//
// It is where the examination touches the test, which must not have ended. So whoever gives the examination up waits until a
// bubble that is being entered is; and one that would be entered later ends the examination.
func (j *judge) inBubble(t *testing.T, f func()) {
	j.gate.Lock()
	if j.givenUp.Load() {
		j.gate.Unlock()
		runtime.Goexit()
	}
	entered := sync.OnceFunc(j.gate.Unlock)
	defer func() {
		v := recover()
		entered()
		if v == nil || j.givenUp.Load() {
			return // nobody wants to know any more
		}
		err, ok := v.(error)
		if !ok || !strings.HasPrefix(err.Error(), "deadlock: ") {
			panic(v)
		}
		if strings.Contains(err.Error(), "main bubble goroutine has exited") {
			j.report(j.where.Load().violation(noGoroutine, "a goroutine is left blocked for ever"))
		} else {
			j.hangs("it blocks for ever")
		}
	}()
	synctest.Test(t, func(*testing.T) {
		entered()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			f()
		}()
		<-ended
	})
}

// goroutines looks whether goroutines come into being while a sample is played. Others in this process may start some at the same
// time, so one quiet round acquits; and to condemn, rounds with a strategy that does nothing must be quiet.
func (j *judge) goroutines() {
	const rounds = 100
	starts := func(play func()) bool {
		before := created()
		play()
		return created() > before
	}
	for range rounds {
		if !starts(func() { j.new(); j.sample(3, func(history) {}) }) {
			return
		}
	}
	nothing := newJudge(func() fate.Strategy { return idle{} })
	j.sample(3, func(h history) {
		noise := 0
		for range rounds {
			if !starts(func() { j.new(); j.play(h) }) {
				return
			}
			if starts(func() { nothing.new(); nothing.play(h) }) {
				noise++
			}
		}
		if noise < rounds/10 {
			j.report(violation{noGoroutine, h.String(), fmt.Sprintf("a goroutine was started each of %d times", rounds), nil})
		}
	})
}

// idle is a strategy that decides nothing, and is told all there is to tell.
type idle struct{}

func (idle) Admit(fate.Tally) fate.Admission            { return fate.Run }
func (idle) Settle(fate.Tally, fate.Event) fate.Verdict { return fate.Continue }
func (idle) Expect(fate.Tally) fate.Verdict             { return fate.Continue }
func (idle) Conclude(s fate.Summary) error              { return s.Join() }

// created counts the goroutines that this process has started.
func created() uint64 {
	s := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
