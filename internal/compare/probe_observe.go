package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// unknown is the cell of an observation that went wrong by itself.
const unknown = "?"

// Observe puts the behaviour's question to the contender: in this process, or in a child process if the behaviour is Isolated.
// It never hangs and no panic of the contender gets out of it: both are answers. If ctx ends first the Answer has no Cell,
// and its Detail is the context's cause.
//
// It panics if an isolated behaviour is asked for and the program has not called [RunProbeIfAsked].
func Observe(ctx context.Context, b Behaviour, c Contender) Answer {
	var a Answer
	if b.Isolated {
		a = observeInChild(ctx, b, c)
	} else {
		a = observeHere(ctx, b, c)
	}
	if ctx.Err() != nil {
		return Answer{Detail: context.Cause(ctx).Error()}
	}
	return a
}

// observeHere leaves a goroutine behind if the behaviour hangs, which is why those that may hang are Isolated.
func observeHere(ctx context.Context, b Behaviour, c Contender) Answer {
	answers := make(chan Answer, 1)
	go func() {
		var a Answer
		if p := attempt(func() { a = b.Observe(ctx, c) }); p != nil {
			a = Answer{"panics", fmt.Sprint(p)}
		}
		answers <- a
	}()
	late := time.NewTimer(probeTime)
	defer late.Stop()
	select {
	case a := <-answers:
		return a
	case <-late.C:
		return Answer{"hangs", fmt.Sprintf("it had not ended after %v", probeTime)}
	case <-ctx.Done():
		return Answer{}
	}
}

func observeInChild(ctx context.Context, b Behaviour, c Contender) Answer {
	if !probeReady {
		panic("compare: Observe: this program does not call RunProbeIfAsked first")
	}
	self, err := os.Executable()
	if err != nil {
		return Answer{unknown, err.Error()}
	}
	// The child ends by itself after probeTime. The rest is for starting it on a busy machine.
	ctx, cancel := context.WithTimeout(ctx, 3*probeTime)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(),
		probeVariable+"="+probeName(b, c),
		"GOTRACEBACK=single", // the crashing goroutine only, whatever the user has set
		fmt.Sprintf("GOMAXPROCS=%d", runtime.GOMAXPROCS(0)),
		"GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0", // else a child built with -race sleeps a second before it exits
	)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second // for a grandchild that holds the pipes
	err = cmd.Run()
	if ctx.Err() != nil {
		return Answer{"hangs", "its process had to be ended"}
	}
	return classify(err, stdout.String(), stderr.String())
}

// classify makes an answer of how a probe's process ended. If it was built with the race detector and that found something, the
// answer stands and says so.
func classify(err error, stdout, stderr string) Answer {
	raced := strings.Contains(stderr, "WARNING: DATA RACE")
	if err == nil || raced && stdout != "" {
		a := parseAnswer(stdout)
		if raced {
			a.Detail += "; the race detector reports a data race"
		}
		return a
	}
	if message, ok := crash(stderr); ok {
		return Answer{"crashes", message}
	}
	line, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n")
	return Answer{unknown, strings.TrimSpace(fmt.Sprintf("the probe ended with %v: %s", err, line))}
}

func parseAnswer(stdout string) Answer {
	var a Answer
	d := json.NewDecoder(strings.NewReader(stdout))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil || a.Cell == "" {
		return Answer{unknown, fmt.Sprintf("the probe printed no answer: %.60q", stdout)}
	}
	return a
}

// crash finds the message of a panic or a fatal error in what a process printed, and where it happened.
func crash(stderr string) (message string, ok bool) {
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "panic: ") && !strings.HasPrefix(line, "fatal error: ") {
			continue
		}
		message = strings.TrimSpace(line)
		if all := parseGoroutines(stderr); len(all) > 0 {
			message += ", in " + all[0].where()
		}
		return message, true
	}
	return "", false
}
