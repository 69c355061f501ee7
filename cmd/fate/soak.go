package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sharedfate/fate/internal/soak"
)

// soakCmd is "fate soak".
type soakCmd struct {
	For      time.Duration `default:"1m" placeholder:"TIME" help:"Begin episodes for so long, such as 20s or 5m (${default})."`
	Episodes uint64        `placeholder:"N" help:"Run the first N episodes, however long they take, and not for a time."`
	Seed     *uint64       `placeholder:"SEED" help:"What everything is drawn from; by default it is drawn from the clock, and printed."`
	Episode  *uint64       `placeholder:"N" help:"Run this one episode and no other: what a fault says."`
	Times    int           `default:"1" placeholder:"N" help:"How often, with --episode: how it interleaves is not drawn, and may differ each time."`
	Kind     names         `placeholder:"NAME" help:"Run only episodes of these kinds; may be repeated or take a list with commas. Part of what a seed draws."`
	JSON     string        `name:"json" placeholder:"FILE" help:"Write the report to FILE as well."`
}

// Help is what "fate soak --help" says beside the flags.
func (*soakCmd) Help() string {
	return "It runs everything of this module at random, with panics, Goexit, cancels, restarts and limits, and checks what must hold whatever happens: " +
		"each task is counted once and runs once, no failure is lost, limits hold, nothing is left. Use \"go run -race ./cmd/fate soak\", so that the race " +
		"detector looks on. Ctrl-C ends it and prints what was done. The exit status is 1 if something is at fault.\n\n" +
		"Kinds of episodes: " + strings.Join(soak.KindNames(), ", ") + "."
}

// Run soaks.
func (c *soakCmd) Run(on console) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	data, err := openOut("--json", c.JSON)
	if err != nil {
		return err
	}
	defer data.Close()
	detector := "the race detector is on"
	if !soak.Raced {
		detector = "the race detector is off: \"go run -race ./cmd/fate soak\" has it on"
	}
	fmt.Fprintf(on.stderr, "soaking with seed %d; %s\n", o.Seed, detector)

	told := newProgress(on.stderr)
	last := time.Now()
	o.Progress = func(r soak.Report) {
		line := fmt.Sprintf("%v: %d episodes, %d tasks", r.Took.Round(time.Second), r.All(), r.Tasks.Offered)
		switch {
		case told.width > 0:
			told.Detail(line)
		case time.Since(last) >= 10*time.Second:
			last = time.Now()
			told.Step(line)
		}
	}
	told.step = "soaking"
	done, faults := soak.Run(on.ctx, o)
	told.End()

	fmt.Fprint(on.stdout, done)
	for _, f := range faults {
		fmt.Fprintf(on.stdout, "\n%v\nagain: %s\n", f, c.again(f))
	}
	err = data.Write(func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(done)
	})
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		return fmt.Errorf("%d at fault in %d episodes", len(faults), done.All())
	case on.ctx.Err() != nil:
		return errInterrupted
	}
	return nil
}

// options checks what was asked for.
func (c *soakCmd) options() (o soak.Options, err error) {
	switch {
	case c.For < 0:
		return o, usagef("--for is %v: must be 0 (one round) or more", c.For)
	case c.Times < 1:
		return o, usagef("--times is %d: must be 1 or more", c.Times)
	case c.Times > 1 && c.Episode == nil:
		return o, usagef("--times goes with --episode")
	case c.Episode != nil && c.Episodes > 0:
		return o, usagef("--episode and --episodes: only one of them")
	}
	kinds, err := soak.PickKinds(c.Kind...)
	if err != nil {
		return o, usagef("--kind: %w", err)
	}
	seed := uint64(time.Now().UnixNano())
	if c.Seed != nil {
		seed = *c.Seed
	}
	return soak.Options{Seed: seed, For: c.For, Episodes: c.Episodes, Only: c.Episode, Times: c.Times, Kinds: kinds}, nil
}

// again is the command that runs a fault's episode again.
func (c *soakCmd) again(f soak.Fault) string {
	which := fmt.Sprintf("--episode %d --times 1000", f.Episode)
	if f.Kind == "" { // one of a round's
		which = fmt.Sprintf("--episodes %d", f.Episode+soak.PerRound)
	}
	kinds := ""
	if len(c.Kind) > 0 {
		kinds = " --kind " + strings.Join(c.Kind, ",")
	}
	return fmt.Sprintf("go run -race ./cmd/fate soak --seed %d%s %s", f.Seed, kinds, which)
}
