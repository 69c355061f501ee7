package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// probeVariable is the environment variable that makes a process a probe. Its value is a behaviour's name, a slash, and a
// contender's name.
const probeVariable = "FATE_PROBE"

// probeTime is how long an observation may take. It is no part of telling a hang, which is seen at once, but ends what
// spins for ever. It is a variable for the tests.
var probeTime = 20 * time.Second

// probeReady says that this program has called RunProbeIfAsked. If it had not, a child would run the whole program again
// rather than one probe.
var probeReady bool

// RunProbeIfAsked makes one observation, prints its [Answer] as JSON and exits, if this process was started for that;
// otherwise it returns at once. It is the first statement of main, or of TestMain, in any program that calls [Observe]:
// such a program is its own probe.
//
// more are behaviours that may be asked for beside those of [Behaviours].
func RunProbeIfAsked(more ...Behaviour) {
	probeReady = true
	name, asked := os.LookupEnv(probeVariable)
	if !asked {
		return
	}
	// Ctrl-C reaches this process too, as may what ends its group. To die of it would be an answer; the parent ends us in its own time.
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	b, c, err := findProbe(name, slices.Concat(Behaviours(), more))
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(runProbe(b, c))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func probeName(b Behaviour, c Contender) string { return b.Name + "/" + c.Name }

func findProbe(name string, behaviours []Behaviour) (Behaviour, Contender, error) {
	behaviour, contender, _ := strings.Cut(name, "/")
	i := slices.IndexFunc(behaviours, func(b Behaviour) bool { return b.Name == behaviour })
	if i < 0 {
		return Behaviour{}, Contender{}, fmt.Errorf("compare: %s=%q: no behaviour has this name", probeVariable, name)
	}
	c, err := ContenderByName(contender)
	return behaviours[i], c, err
}

// runProbe observes in a goroutine of its own and looks, in ever longer intervals, whether that one can still go on.
func runProbe(b Behaviour, c Contender) Answer {
	probing = newStillness()
	answers := make(chan Answer, 1)
	go func() { answers <- b.Observe(context.Background(), c) }()

	deadline := time.Now().Add(probeTime)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		select {
		case a := <-answers:
			return a
		case <-time.After(pause):
		}
		blocked, still := probing.reached()
		switch {
		case len(answers) > 0: // and so its goroutine is not among the blocked
		case still:
			return stuck(blocked)
		case time.Now().After(deadline):
			return Answer{"hangs", fmt.Sprintf("it had not ended after %v", probeTime)}
		}
	}
}

// stuck is the answer when nothing moves any more.
func stuck(blocked []goroutine) Answer {
	for _, g := range blocked {
		if strings.Contains(g.trace, "compare.runProbe.") {
			return Answer{"hangs", fmt.Sprintf("the caller waits in %s and no other goroutine can go on", g.where())}
		}
	}
	return Answer{unknown, "the observation's goroutine ended without an answer"}
}
