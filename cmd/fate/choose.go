package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/sharedfate/fate/cmd/fate/internal/advice"
	"github.com/sharedfate/fate/docs"
	"github.com/sharedfate/fate/internal/table"
)

// chooseCmd is "fate choose". Its flags are the questions of package table; a test holds them to it.
type chooseCmd struct {
	Lives   names `placeholder:"ANSWER" help:"How long it lives, and who waits for its end."`
	Results names `placeholder:"ANSWER" help:"What comes back, beside errors."`
	Failure names `placeholder:"ANSWER" help:"What one task's failure means for the others."`
	Errors  names `placeholder:"ANSWER" help:"What must be told at the end."`
	AtLimit names `placeholder:"ANSWER" help:"What becomes of work that comes while as much runs as may."`
	Items   names `placeholder:"N" help:"How many tasks or items there are: 20, 1e6, 100_000, or an answer."`
	Wait    names `placeholder:"ANSWER" help:"For whom the end waits."`
	Panics  names `placeholder:"ANSWER" help:"Whether the code may panic, or call runtime.Goexit."`
	Profile names `placeholder:"ANSWER" help:"Whether you want to see where it spends its time."`

	JSON bool   `name:"json" help:"Print JSON."`
	From string `placeholder:"FILE" help:"Take the evidence from FILE, a report of a run of your own, and not from docs/table.json."`

	stdin    io.Reader // what a test puts in the place of standard input
	terminal bool      // that it is a terminal
}

// flags are the answers that were given, by question.
func (c *chooseCmd) flags() map[string]names {
	return map[string]names{
		"lives": c.Lives, "results": c.Results, "failure": c.Failure, "errors": c.Errors, "at-limit": c.AtLimit, "items": c.Items,
		"wait": c.Wait, "panics": c.Panics, "profile": c.Profile,
	}
}

// Help is what "fate choose --help" says beside the flags.
func (*chooseCmd) Help() string {
	var flags []string
	for _, q := range table.Questions() {
		var answers []string
		for _, a := range q.Answers {
			answers = append(answers, a.Name+" ("+a.Means+")")
		}
		flags = append(flags, "--"+q.Name+": "+strings.Join(answers, "; ")+".")
	}
	return "It prints the row of the decision table that fits, with its code, its evidence, and why its neighbours were not taken. " +
		"What is left out means nothing special. Several answers to a question, with commas, mean that any of them will do. " +
		"Without a flag it asks, on a terminal, and takes answers from a pipe, one line for each question; an empty line leaves one open.\n\n" +
		"The exit status is 0 if there is a row, 1 if several fit, which it prints with the question that would tell them apart, and 2 if there is none for all that was wished: " +
		"it says what contradicts what.\n\n" + strings.Join(flags, "\n\n")
}

// Run prints what fits. Its error Is advice.ErrOpen if more than one row does, and errUsage if none.
func (c *chooseCmd) Run(on console) error {
	found := advice.Advice{File: "docs/table.json"}
	err := c.evidence(&found)
	if err != nil {
		return err
	}
	if found.Choice, err = c.choose(on); err != nil {
		return err
	}
	if c.JSON {
		err = found.WriteJSON(on.stdout)
	} else {
		err = found.WriteText(on.stdout)
	}
	if err != nil {
		return err
	}
	if err := found.Err(); err != nil && !errors.Is(err, advice.ErrOpen) {
		return usageError{err}
	}
	return found.Err()
}

// evidence reads what was measured.
func (c *chooseCmd) evidence(a *advice.Advice) (err error) {
	data := docs.Table
	if c.From != "" {
		a.File = c.From
		if data, err = os.ReadFile(c.From); err != nil {
			return usagef("--from: %w", err)
		}
	}
	if a.Evidence, err = advice.ReadEvidence(data); err != nil {
		return usagef("--from: %s: %w", a.File, err)
	}
	if c.From != "" && a.Evidence == nil {
		return usagef("--from: %s has no row of the decision table", c.From)
	}
	return nil
}

// choose takes the flags, or asks if there are none.
func (c *chooseCmd) choose(on console) (table.Choice, error) {
	w := table.Wishes{}
	for name, given := range c.flags() {
		for _, answer := range trim(given) {
			answer, err := answerOf(name, answer)
			if err != nil {
				return table.Choice{}, usagef("--%s: %w", name, err)
			}
			w[name] = append(w[name], answer)
		}
	}
	if len(w) > 0 {
		choice, err := table.Choose(w)
		if err != nil {
			return choice, usagef("--%w", err)
		}
		return choice, nil
	}
	return c.talk(on)
}

// answerOf reads a number for those questions whose answer may be one.
func answerOf(question, text string) (string, error) {
	if question != table.ItemsQuestion || slices.ContainsFunc(answers(question), func(a table.Answer) bool { return a.Name == text }) {
		return text, nil // who knows the answers says what is wrong with it
	}
	answer, err := table.CountOf(text)
	if err != nil {
		err = fmt.Errorf("%w, few or millions", err)
	}
	return answer, err
}

func answers(question string) []table.Answer {
	for _, q := range table.Questions() {
		if q.Name == question {
			return q.Answers
		}
	}
	return nil
}

// talk asks until one row is left or there is nothing to ask. The end of the input ends it with what fits so far. Questions go to standard
// error, so that standard output has the answer alone.
func (c *chooseCmd) talk(on console) (table.Choice, error) {
	if c.stdin == nil {
		c.stdin, c.terminal = os.Stdin, term.IsTerminal(int(os.Stdin.Fd()))
	}
	var d table.Dialogue
	fmt.Fprint(on.stderr, "Answer by number or name, several with commas. Enter leaves a question open.\n")
	for answered := false; ; answered = true {
		p := d.Next()
		if p == nil {
			break
		}
		picked, err := c.ask(on, p)
		switch {
		case errors.Is(err, io.EOF) && !answered && !c.terminal:
			return table.Choice{}, usagef("choose: there is neither a flag nor an answer on standard input\n%s", flagLines())
		case errors.Is(err, io.EOF):
			fmt.Fprintln(on.stderr)
			return d.Choice(), nil
		case err != nil:
			return table.Choice{}, err
		}
		d.Answer(p, picked...)
	}
	fmt.Fprintln(on.stderr)
	return d.Choice(), nil
}

// ask puts one question, on a terminal until the answer is one.
func (c *chooseCmd) ask(on console, p *table.Prompt) ([]table.Option, error) {
	fmt.Fprintf(on.stderr, "\n%s\n", promptText(p))
	for {
		fmt.Fprint(on.stderr, "> ")
		line, err := nextLine(on.ctx, c.stdin)
		if err != nil {
			return nil, err
		}
		if !c.terminal { // which shows what is typed by itself
			fmt.Fprintln(on.stderr, line)
		}
		picked, err := pickOptions(p, line)
		if err == nil {
			return picked, nil
		}
		if !c.terminal {
			return nil, usagef("choose: %s %w", p.Ask, err)
		}
		fmt.Fprintln(on.stderr, err)
	}
}

// optionName is what an option is called: the options of several questions by those, and those of one by the answer.
func optionName(p *table.Prompt, o table.Option) string {
	if p.Question == "" {
		return o.Question
	}
	return o.Answer.Name
}

func promptText(p *table.Prompt) string {
	var b strings.Builder
	b.WriteString(p.Ask)
	if p.Question == table.ItemsQuestion {
		b.WriteString(" A number, or")
	}
	for i, o := range p.Options {
		means := o.Answer.Means
		if p.Question == "" {
			means = "you " + o.Answer.You
		}
		mark := fmt.Sprintf("%d ", i+1)
		if p.Question == table.ItemsQuestion { // there a number is one of items
			mark = ""
		}
		fmt.Fprintf(&b, "\n  %s%-9s%s", mark, optionName(p, o), means)
	}
	return b.String()
}

// pickOptions reads a line of answers.
func pickOptions(p *table.Prompt, line string) ([]table.Option, error) {
	var picked []table.Option
	for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		i, err := pickOption(p, strings.ToLower(word))
		if err != nil {
			return nil, err
		}
		picked = append(picked, p.Options[i])
	}
	return picked, nil
}

func pickOption(p *table.Prompt, word string) (int, error) {
	var known []string
	for i, o := range p.Options {
		name := optionName(p, o)
		if word == name || word == fmt.Sprint(i+1) && p.Question != table.ItemsQuestion {
			return i, nil
		}
		known = append(known, name)
	}
	must := "must be " + strings.Join(known, ", ")
	if p.Question != table.ItemsQuestion {
		must += fmt.Sprintf(" or 1 to %d", len(known))
	}
	switch {
	case slices.ContainsFunc(answers(p.Question), func(a table.Answer) bool { return a.Name == word }):
		return 0, fmt.Errorf("%q is for no row together with your other answers: %s", word, must)
	case p.Question == "" && answers(word) != nil:
		return 0, fmt.Errorf("%q makes no difference to what fits your other answers, or goes with none of it: %s", word, must)
	}
	if p.Question != table.ItemsQuestion {
		return 0, fmt.Errorf("%q is no answer: %s", word, must)
	}
	answer, err := answerOf(p.Question, word)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(p.Options, func(o table.Option) bool { return o.Answer.Name == answer })
	if i < 0 {
		return 0, fmt.Errorf("%q is for no row together with your other answers: %s", word, must)
	}
	return i, nil
}

// flagLines are the flags with their answers, for who asks for nothing.
func flagLines() string {
	var b strings.Builder
	for _, q := range table.Questions() {
		var names []string
		for _, a := range q.Answers {
			names = append(names, a.Name)
		}
		fmt.Fprintf(&b, "  %s\n      --%s %s\n", q.Ask, q.Name, strings.Join(names, "|"))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// An input is a line, or why there is none.
type input struct {
	text string
	err  error
}

// nextLine reads one, unless ctx ends first. Reading a terminal can't be cut short: its goroutine then ends with the read.
func nextLine(ctx context.Context, r io.Reader) (string, error) {
	line := make(chan input, 1)
	go func() {
		text, err := readLine(r)
		line <- input{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", errInterrupted
	case in := <-line:
		return in.text, in.err
	}
}

// readLine reads byte by byte, so that what follows is left to whoever has the input next. A last line needs no end.
func readLine(r io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); ; {
		n, err := r.Read(one)
		switch {
		case n == 1 && one[0] == '\n':
			return strings.TrimSuffix(string(line), "\r"), nil
		case n == 1:
			line = append(line, one[0])
		case err == io.EOF && len(line) > 0:
			return string(line), nil
		case err != nil:
			return "", err
		}
	}
}
