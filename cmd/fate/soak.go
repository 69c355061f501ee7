package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sharedfate/fate/internal/soak"
)

// soakTime is how long a soak takes that nobody gave a time.
const soakTime = time.Minute

// soakLine is how often a line says how far a soak has come, where there is no terminal to write over.
const soakLine = 10 * time.Second

// soakCmd is "fate soak".
type soakCmd struct {
	For      time.Duration `placeholder:"TIME" help:"Go on for so long: 20s, 5m, 8h; 1m if nothing else is said."`
	Episodes uint64        `placeholder:"N" help:"Run the first N episodes of the seed, however long they take."`
	Seed     *uint64       `placeholder:"N" help:"What everything is drawn from; by the clock if it is left out, and printed."`
	Episode  *uint64       `placeholder:"N" help:"Run this one episode of the seed again."`
	Times    int           `placeholder:"K" help:"Run it K times: what is drawn is the same, how it is scheduled is not."`
	Kind     names         `placeholder:"NAME" help:"Run only episodes of these kinds; may be repeated or take a list with commas."`
	JSON     string        `name:"json" placeholder:"FILE" help:"Write the report to FILE as well, with the faults."`

	subjects *soak.Subjects // what a test puts in the place of ours
}

// Help is what "fate soak --help" says beside the flags.
func (*soakCmd) Help() string {
	return "It runs groups of all kinds at random, with panics, exits, cancels, restarts and limits, and checks after each what must hold: every task counted once, " +
		"no failure lost, every limit kept, no goroutine left. It ends at the first fault, with exit status 1, and says how to run that again. " +
		"With the race detector it finds more, and takes ten times as long: go run -race ./cmd/fate soak. Ctrl-C ends it and prints what was done.\n\n" +
		"Kinds: " + strings.Join(soakKinds(soak.Kinds()), ", ") + "."
}

func soakKinds(kinds map[string]soak.Episode) []string { return slices.Sorted(maps.Keys(kinds)) }

// Run soaks, and prints what was done. It is an error if something was at fault.
func (c *soakCmd) Run(on console) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	data, err := openOut("--json", c.JSON, nil)
	if err != nil {
		return err
	}
	defer data.Close()

	p := newProgress(on.stderr)
	p.Step(fmt.Sprintf("soaking with seed %d, race detector %s", o.Seed, detector()))
	last := time.Now()
	o.Progress = func(r soak.Report) {
		text := fmt.Sprintf("%v: %d episodes, %d groups, %d tasks", r.Took.Round(time.Second), r.All(), r.Groups, r.Tasks.Offered)
		p.Detail(text)
		if p.width == 0 && time.Since(last) >= soakLine {
			last = time.Now()
			p.Step(text)
		}
	}
	report, faults := soak.Run(on.ctx, o)
	p.End()

	err = errors.Join(c.print(on, report, faults), data.Write(func(w io.Writer) error { return writeSoak(w, report, faults) }))
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		return errors.New("soak: something is at fault")
	case on.ctx.Err() != nil:
		return errInterrupted
	}
	return nil
}

// options finds what does not go together.
func (c *soakCmd) options() (soak.Options, error) {
	o := soak.Options{For: soakTime, Episodes: c.Episodes, Only: c.Episode, Times: c.Times, Subjects: c.subjects}
	bounds := 0
	for _, given := range []bool{c.For != 0, c.Episodes != 0, c.Episode != nil} {
		if given {
			bounds++
		}
	}
	switch {
	case bounds > 1:
		return o, usagef("--for, --episodes and --episode: only one of them says how much is to be done")
	case c.For < 0:
		return o, usagef("--for is %v: must be more than 0", c.For)
	case c.Episode != nil && c.Seed == nil:
		return o, usagef("--episode: name its --seed as well")
	case c.Times != 0 && c.Episode == nil:
		return o, usagef("--times: it is for one --episode")
	case c.Times < 0:
		return o, usagef("--times is %d: must be more than 0", c.Times)
	}
	if c.For > 0 {
		o.For = c.For
	}
	o.Seed = uint64(time.Now().UnixNano())
	if c.Seed != nil {
		o.Seed = *c.Seed
	}
	all := soak.Kinds()
	o.Kinds = all
	if picked := trim(c.Kind); len(picked) > 0 {
		o.Kinds = make(map[string]soak.Episode)
		for _, name := range picked {
			if all[name] == nil {
				return o, usagef("--kind: none is named %q: there are %s", name, strings.Join(soakKinds(all), ", "))
			}
			o.Kinds[name] = all[name]
		}
	}
	return o, nil
}

func (c *soakCmd) print(on console, report soak.Report, faults []soak.Fault) error {
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintf(&b, "%v\nto run it again: %s\n\n", f, c.again(f))
	}
	b.WriteString(report.String())
	if !report.Race {
		b.WriteString("with the race detector it finds more: go run -race ./cmd/fate soak\n")
	}
	if on.ctx.Err() != nil {
		b.WriteString("Interrupted: the above is what was done until then.\n")
	}
	_, err := io.WriteString(on.stdout, b.String())
	return err
}

// again is the command that runs again what was at fault.
func (c *soakCmd) again(f soak.Fault) string {
	command := "go run"
	if soak.Raced {
		command += " -race"
	}
	command += fmt.Sprintf(" ./cmd/fate soak --seed %d", f.Seed)
	if f.Kind != "" {
		return command + fmt.Sprintf(" --episode %d --kind %s --times 100", f.Episode, f.Kind)
	}
	command += fmt.Sprintf(" --episodes %d", f.Episode+soak.PerRound) // any of the round may have left it behind
	for _, name := range trim(c.Kind) {
		command += " --kind " + name
	}
	return command
}

func detector() string {
	if soak.Raced {
		return "on"
	}
	return "off"
}

// writeSoak is the report as data.
func writeSoak(w io.Writer, report soak.Report, faults []soak.Fault) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		soak.Report
		Found []soak.Fault `json:"found,omitempty"`
	}{report, faults})
}
