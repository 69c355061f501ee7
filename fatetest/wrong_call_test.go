package fatetest_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
	"github.com/sharedfate/fate/fatetest"
)

func TestCatchesNil(t *testing.T) {
	catch(t, func() fate.Strategy { return nil }, fatetest.Constructs, "")
	catch(t, func() fate.Strategy { return (*wrong)(nil) }, fatetest.Constructs, "")
}

func TestCatchesOneStrategyForAllGroups(t *testing.T) {
	one := new(wrong)
	catch(t, func() fate.Strategy { return one }, fatetest.OwnEach, "")
}

func TestCatchesInvalid(t *testing.T) {
	catch(t, func() fate.Strategy { return failfast.Strategy{Limit: -1} }, fatetest.Valid, "")
}

// hinter gives hints that the tests choose.
type hinter struct {
	wrong
	hints func() fate.Hints
}

func (h *hinter) Hints() fate.Hints { return h.hints() }

func TestCatchesHintsThatChange(t *testing.T) {
	n := 0
	hints := func() fate.Hints { n++; return fate.Hints{Keep: n} }
	catch(t, func() fate.Strategy { return &hinter{hints: hints} }, fatetest.HintsHold, "")
	for _, h := range []fate.Hints{{Keep: -1}, {AtLimit: fate.Hold, Limit: -1}, {AtLimit: fate.Shed + 1}} {
		catch(t, func() fate.Strategy { return &hinter{hints: func() fate.Hints { return h }} }, fatetest.HintsHold, "")
	}
}

func TestCatchesAnAdmitThatIsNotAsHinted(t *testing.T) {
	for _, h := range []fate.Hints{{AtLimit: fate.Hold, Limit: 3}, {AtLimit: fate.Hold, Limit: 1}, {AtLimit: fate.Shed, Limit: 2}, {AtLimit: fate.Hold}} {
		catch(t, func() fate.Strategy {
			return &hinter{
				wrong: wrong{admit: failfast.Strategy{Limit: 2}.Admit},
				hints: func() fate.Hints { return h },
			}
		}, fatetest.AsHinted, "")
	}
}

func TestCatchesPanicInAdmit(t *testing.T) {
	catch(t, admits(func(t fate.Tally) fate.Admission {
		if t.Cancelled > 1 {
			panic("two cancelled")
		}
		return fate.Run
	}), fatetest.NoPanic, "(offer, cancelled) ×2, offer")
}

func TestCatchesPanicInSettle(t *testing.T) {
	catch(t, settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind.Failure() {
			_ = e.Err.(*fate.PanicError).Stack // a failure need not be one
		}
		return fate.Continue
	}), fatetest.NoPanic, "offer, failed")
}

func TestCatchesPanicOfTheError(t *testing.T) {
	catch(t, concludes(func(s fate.Summary) error {
		if s.First == nil {
			return nil
		}
		return explosive{}
	}), fatetest.NoPanic, "offer, failed")
}

type explosive struct{}

func (explosive) Error() string   { return "explosive" }
func (explosive) Is(e error) bool { panic("no comparison") }

func TestCatchesGoexit(t *testing.T) {
	catch(t, settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind == fate.Exited {
			runtime.Goexit()
		}
		return fate.Continue
	}), fatetest.NoPanic, "offer, exited")
}

// blocker waits for what never comes.
type blocker struct{ wrong }

func (b *blocker) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind == fate.Panicked {
		select {}
	}
	return fate.Continue
}

func TestCatchesBlocking(t *testing.T) {
	catch(t, func() fate.Strategy { return new(blocker) }, fatetest.NoWaiting, "offer, panicked")
}

func TestCatchesLockThatIsNotReleased(t *testing.T) {
	defer fatetest.SetPatience(2_000)()
	var locks []*sync.Mutex
	defer func() {
		for _, mu := range locks {
			mu.Unlock() // lets the call return that the kit gave up
		}
	}()
	catch(t, func() fate.Strategy {
		var mu sync.Mutex
		return &wrong{settle: func(_ fate.Tally, e fate.Event) fate.Verdict {
			mu.Lock()
			if e.Kind == fate.Exited {
				locks = append(locks, &mu)
				return fate.Continue
			}
			mu.Unlock()
			return fate.Continue
		}}
	}, fatetest.NoWaiting, "offer, exited, offer, the rest ends ok")
}

func TestCatchesSleep(t *testing.T) {
	catch(t, admits(func(fate.Tally) fate.Admission {
		time.Sleep(time.Minute)
		return fate.Run
	}), fatetest.NoWaiting, "offer")
}

func TestCatchesGoroutine(t *testing.T) {
	catch(t, settles(func(_ fate.Tally, e fate.Event) fate.Verdict {
		if e.Kind == fate.Failed {
			go func() {}()
		}
		return fate.Continue
	}), fatetest.NoGoroutine, "offer, failed")
}

func TestCatchesGoroutineOfTheConstructor(t *testing.T) {
	catch(t, func() fate.Strategy {
		go func() {}()
		return new(wrong)
	}, fatetest.NoGoroutine, "")
}

// packaged is a value with state in its package.
type packaged struct{ collectall.Strategy }

var packagedRunning int

func (p packaged) Admit(fate.Tally) fate.Admission {
	if packagedRunning >= 4 {
		return fate.Hold
	}
	packagedRunning++
	return fate.Run
}

func (p packaged) Settle(fate.Tally, fate.Event) fate.Verdict {
	packagedRunning--
	return fate.Continue
}

func TestCatchesStateInThePackage(t *testing.T) {
	packagedRunning = 0
	catch(t, func() fate.Strategy { return packaged{} }, fatetest.PureValue, "")
}

// pocket is a value with state behind a pointer in it.
type pocket struct {
	collectall.Strategy
	failed *int
}

func (p pocket) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() {
		*p.failed++
	}
	return fate.Continue
}

func (p pocket) Admit(fate.Tally) fate.Admission {
	if *p.failed > 2 {
		return fate.Shed
	}
	return fate.Run
}

func TestCatchesStateInAValue(t *testing.T) {
	catch(t, func() fate.Strategy { return pocket{failed: new(int)} }, fatetest.PureValue, "")
}

// calendar is a value that looks at the clock.
type calendar struct{ collectall.Strategy }

func (calendar) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Kind.Failure() {
		return fate.Stop(fmt.Errorf("stopped on day %d", time.Now().YearDay()))
	}
	return fate.Continue
}

func TestCatchesClock(t *testing.T) {
	catch(t, func() fate.Strategy { return calendar{} }, fatetest.PureValue, "offer, failed")
}

// slowpoke stops at slow tasks, though its hints say that it does not look at times.
type slowpoke struct{ collectall.Strategy }

func (slowpoke) Settle(_ fate.Tally, e fate.Event) fate.Verdict {
	if e.Took > time.Minute {
		return fate.Stop(errors.New("too slow"))
	}
	return fate.Continue
}

func TestCatchesTimeOfTheUntimed(t *testing.T) {
	catch(t, func() fate.Strategy { return slowpoke{} }, fatetest.Untimed, "offer, failed")
}

// modest says that it need not be shown successes, and counts them.
type modest struct{ collectall.Strategy }

func (modest) Settle(t fate.Tally, e fate.Event) fate.Verdict {
	if t.OK == 2 {
		return fate.Stop(errors.New("two succeeded"))
	}
	return fate.Continue
}

func TestCatchesVerdictOnWhatIsNotShown(t *testing.T) {
	catch(t, func() fate.Strategy { return modest{} }, fatetest.Unasked, "offer ×2, the rest ends ok")
}
