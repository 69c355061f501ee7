package trial_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate/internal/stats"
	"github.com/sharedfate/fate/internal/trial"
)

const (
	run    = 100 * time.Microsecond
	budget = time.Second // for some 100 rounds of three entrants
	trials = 1000
	half   = trials / 2
	some   = trials / 5 // for what need not be counted as well
)

// A counted is how often each verdict was found.
type counted struct {
	trials   int
	verdicts map[stats.Verdict]int
	early    int // how often the rounds ended before they were as many, or took as long, as planned
}

// wrong is how often a difference was found, in a hundred trials, where there is none.
func (c counted) wrong() float64 {
	return 100 * float64(c.verdicts[stats.Faster]+c.verdicts[stats.Slower]) / float64(c.trials)
}

// simulate has a base, the base again, and another whose work takes so long, measured on machines that are all different.
func simulate(t *testing.T, seed uint64, trials int, other time.Duration, measure func(ctx context.Context, tr *trial.Trial) (early bool)) counted {
	found := counted{trials: trials, verdicts: map[stats.Verdict]int{}}
	synctest.Test(t, func(t *testing.T) {
		for i := range uint64(trials) {
			m := newMachine(seed<<32 + i)
			base, again, who := m.work(run), m.work(run), m.work(other)
			again.Over, who.Over = base, base
			tr := trial.New(i, base, again, who)
			if measure(t.Context(), tr) {
				found.early++
			}
			found.verdicts[stats.Judge(stats.Ratios(who.Samples, base.Samples), stats.Ratios(again.Samples, base.Samples))]++
		}
	})
	t.Logf("%v, and %d of %d trials ended early", found.verdicts, found.early, trials)
	return found
}

// whole is what packages compare and price do.
func whole(ctx context.Context, tr *trial.Trial) (early bool) {
	tr.Warm(ctx, tr.Entrants...)
	tr.Calibrate(ctx, 3*time.Millisecond, time.Hour, tr.Entrants[0])
	tr.Warm(ctx, tr.Entrants...)
	began := time.Now()
	tr.Run(ctx, trial.Plan{Budget: budget, Fewest: stats.FewestRounds, Most: stats.MostRounds}, func(round, rounds int) {
		early = round < rounds && time.Since(began) <= budget
	})
	return early
}

const mostWrong = 7 // in 100

// Work that is the same is told apart in 7 trials of 100 at most, although rounds may end early.
func TestTheSameWorkIsNotToldApart(t *testing.T) {
	if got := simulate(t, 1, trials, run, whole); got.wrong() > mostWrong {
		t.Errorf("%.1f of 100 trials found a difference where there is none", got.wrong())
	} else if got.early < trials/10 {
		t.Errorf("%d of %d trials ended early: too few for the rule to be tested by this", got.early, trials)
	}
}

// Work that takes 10 % longer, or less, is found to in 9 trials of 10 at least, and never the other way round.
func TestADifferenceOf10PercentIsFound(t *testing.T) {
	for _, c := range []struct {
		other time.Duration
		want  stats.Verdict
		never stats.Verdict
	}{
		{run * 110 / 100, stats.Slower, stats.Faster},
		{run * 90 / 100, stats.Faster, stats.Slower},
	} {
		got := simulate(t, 2, half, c.other, whole)
		if got.verdicts[c.want] < half*9/10 || got.verdicts[c.never] > 0 {
			t.Errorf("%v beside %v is found %q in %d of %d trials, and %q in %d", c.other, run, c.want, got.verdicts[c.want], half, c.never, got.verdicts[c.never])
		}
	}
}

// What the noise would do to other ways of measuring, or else the tests above would show nothing: to those that sample the base as often
// as is to be, then the others, and to those that make rounds until there is a difference.
func TestTheNoiseFindsOutOtherWays(t *testing.T) {
	blocks := func(ctx context.Context, tr *trial.Trial) (early bool) {
		tr.Runs = 30
		for _, e := range tr.Entrants {
			for range 40 {
				tr.Warm(ctx, e)
				e.Samples = append(e.Samples, e.Figure)
			}
		}
		return false
	}
	if got := simulate(t, 3, some, run, blocks); got.wrong() <= mostWrong {
		t.Errorf("in blocks, %.1f of 100 trials found a difference where there is none: the noise is too tame", got.wrong())
	}
	untilThereIsOne := func(ctx context.Context, tr *trial.Trial) (early bool) {
		tr.Runs = 30
		for n := stats.FewestRounds; n <= 60; n++ {
			tr.Run(ctx, trial.Plan{Fewest: n, Most: n}, func(int, int) {})
			base, again, who := tr.Entrants[0].Samples, tr.Entrants[1].Samples, tr.Entrants[2].Samples
			if v := stats.Judge(stats.Ratios(who, base), stats.Ratios(again, base)); v == stats.Faster || v == stats.Slower {
				return true
			}
		}
		return false
	}
	if got := simulate(t, 4, some, run, untilThereIsOne); got.wrong() <= mostWrong {
		t.Errorf("with rounds until there is a difference, %.1f of 100 trials found one where there is none: the noise is too tame", got.wrong())
	}
}
