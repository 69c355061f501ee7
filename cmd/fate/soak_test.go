package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/internal/soak"
)

var plan = regexp.MustCompile(`plan [0-9a-f]{16}`)

// The same seed has the same plan, whatever becomes of it.
func TestSoakPrintsThePlanOfASeed(t *testing.T) {
	of := func(seed string) string {
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), []string{"soak", "--episodes", "12", "--seed", seed}, &stdout, &stderr); got != exitOK {
			t.Fatalf("status %d; stderr: %s", got, &stderr)
		}
		return plan.FindString(stdout.String())
	}
	if one, again, other := of("7"), of("7"), of("8"); one == "" || one != again || one == other {
		t.Errorf("the plans are %q and %q, of another seed %q", one, again, other)
	}
}

func TestSoakWritesItsReport(t *testing.T) {
	file := filepath.Join(t.TempDir(), "soak.json")
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), []string{"soak", "--episodes", "5", "--kind", "emit, quorum", "--seed", "1", "--json", file}, &stdout, &stderr); got != exitOK {
		t.Fatalf("status %d; stderr: %s", got, &stderr)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r soak.Report
	if err := json.Unmarshal(written, &r); err != nil || r.Seed != 1 || r.All() != 5 || r.Race != soak.Raced || r.Episodes["emit"]+r.Episodes["quorum"] != 5 {
		t.Errorf("the file holds %+v, %v", r, err)
	}
	if got, want := stderr.String(), "soaking with seed 1, race detector "+detector()+"\n"; got != want {
		t.Errorf("stderr says %q, want %q", got, want)
	}
	if recommended := strings.Contains(stdout.String(), "go run -race ./cmd/fate soak\n"); recommended == soak.Raced {
		t.Errorf("the race detector is recommended: %v\n%s", recommended, &stdout)
	}
}

// A fault is printed with the command that runs it again, and that finds it again.
func TestSoakSaysHowToRunAFaultAgain(t *testing.T) {
	broken := soak.Ours()
	broken.Task = func(fate.Task) fate.Task { return func(context.Context) error { return nil } }
	file := filepath.Join(t.TempDir(), "soak.json")
	var stdout, stderr bytes.Buffer
	seed := uint64(3)
	err := (&soakCmd{Seed: &seed, Episodes: 100, Kind: names{"group"}, JSON: file, subjects: broken}).Run(console{ctx: t.Context(), stdout: &stdout, stderr: &stderr})
	if err == nil || !strings.Contains(stdout.String(), "soak: group: ") {
		t.Fatalf("a group whose tasks do not run ends with %v:\n%s", err, &stdout)
	}
	var episode uint64
	_, command, _ := strings.Cut(stdout.String(), "to run it again: ")
	command, _, _ = strings.Cut(command, "\n")
	command = strings.Replace(command, "go run -race ", "go run ", 1)
	if _, err := fmt.Sscanf(command, "go run ./cmd/fate soak --seed 3 --episode %d --kind group --times 100", &episode); err != nil {
		t.Fatalf("to run it again: %q: %v", command, err)
	}
	stdout.Reset()
	err = (&soakCmd{Seed: &seed, Episode: &episode, Times: 100, Kind: names{"group"}, subjects: broken}).Run(console{ctx: t.Context(), stdout: &stdout, stderr: &stderr})
	if err == nil || !strings.Contains(stdout.String(), fmt.Sprintf("episode %d)", episode)) {
		t.Errorf("run again it ends with %v:\n%s", err, &stdout)
	}
	if written, err := os.ReadFile(file); err != nil || !strings.Contains(string(written), `"what": "`) {
		t.Errorf("the file has no fault: %v\n%s", err, written)
	}
}

// What was left behind between episodes is looked for from the beginning again.
func TestSoakSaysHowToRunARoundAgain(t *testing.T) {
	c := &soakCmd{Kind: names{"emit", " group"}}
	got := c.again(soak.Fault{Seed: 3, Episode: 128})
	if want := "./cmd/fate soak --seed 3 --episodes 192 --kind emit --kind group"; !strings.HasSuffix(got, want) {
		t.Errorf("to run it again: %q, want %q", got, want)
	}
}

func TestInterruptedSoakPrintsWhatItDid(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout bytes.Buffer
	stderr := &cancelAt{text: "soaking", cancel: cancel}
	if got := run(ctx, []string{"soak", "--for", "1h"}, &stdout, stderr); got != exitInterrupted {
		t.Errorf("status %d, want %d; stderr: %s", got, exitInterrupted, stderr)
	}
	if out := stdout.String(); !strings.Contains(out, "Interrupted: ") || !strings.HasPrefix(out, "seed ") {
		t.Errorf("stdout does not say what was done:\n%s", out)
	}
}

func TestSoakUsageIsStatus2(t *testing.T) {
	for _, args := range []string{
		"--for nonsense", "--for -1s", "--for 1s --episodes 3", "--episode 3", "--times 3", "--seed 1 --episode 3 --times -1", "--seed 1 --episode 3 --for 1s",
		"--seed 1 --episode 3 --episodes 3", "--kind nonsense", "--kind=", "--seed x", "--json -", "extra",
	} {
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), append([]string{"soak"}, strings.Fields(args)...), &stdout, &stderr); got != exitUsage || stdout.Len() > 0 {
			t.Errorf("soak %s: status %d, want %d; stdout %q", args, got, exitUsage, &stdout)
		}
		if !strings.HasPrefix(stderr.String(), "fate: ") {
			t.Errorf("soak %s: stderr %q", args, &stderr)
		}
	}
}

func TestSoakRunsForAMinuteUnlessTold(t *testing.T) {
	for _, c := range []struct {
		soakCmd
		want time.Duration
	}{{soakCmd{}, time.Minute}, {soakCmd{For: time.Hour}, time.Hour}} {
		if o, err := c.options(); err != nil || o.For != c.want || len(o.Kinds) != len(soak.Kinds()) || o.Seed == 0 {
			t.Errorf("%+v: %v, %v", c.soakCmd, o.For, err)
		}
	}
}
