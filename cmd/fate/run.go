package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/alecthomas/kong"
)

// Exit statuses of the tool.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2   // wrong flags, names, files: nothing was done
	exitInterrupted = 130 // 128 + SIGINT, as a shell reports it
)

// errUsage marks what the user can put right by another command line.
var errUsage = errors.New("wrong usage")

// errInterrupted says that the run was ended before its time, and that what it had was printed.
var errInterrupted = errors.New("interrupted")

// usagef makes an error that Is errUsage and reads as its text alone.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

type usageError struct{ error }

func (usageError) Is(target error) bool { return target == errUsage }
func (e usageError) Unwrap() error      { return e.error }

// cli is the command line. A command is a struct with a Run method, to which kong hands the console.
type cli struct {
	Compare compareCmd `cmd:"" help:"Show what each strategy does and what it costs, beside errgroup, conc, go-multierror and code by hand."`
	Choose  chooseCmd  `cmd:"" help:"Ask a few questions, and show which strategy or tool fits, its code and its evidence."`
	Docs    docsCmd    `cmd:"" help:"Write the pages of documentation that have figures, from the raw file of a run."`
	Soak    soakCmd    `cmd:"" help:"Run everything at random, for as long as you like, and check what must hold."`
}

// console is where a command talks to.
type console struct {
	ctx            context.Context
	args           []string
	stdout, stderr io.Writer
}

// run is the tool: it reads the arguments, does the command, and returns the exit status. It ends soon after ctx.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	exited := -1
	parser, err := kong.New(&cli{},
		kong.Name("fate"),
		kong.Description("Structured concurrency with interchangeable strategies: see what they do on this machine."),
		kong.Writers(stdout, stderr),
		// kong exits after it has printed its help; only the status is wanted.
		kong.Exit(func(status int) { exited = status }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err) // the declaration above is wrong, whatever the arguments
	}
	if len(args) > 0 && args[0] == "help" { // as people ask other tools
		args = append(slices.Clone(args[1:]), "--help")
	}
	command, err := parser.Parse(args)
	switch {
	case exited >= 0:
		return exited
	case err != nil:
		fmt.Fprintf(stderr, "fate: %v\nRun \"fate --help\" or \"fate COMMAND --help\" for what is known.\n", err)
		return exitUsage
	}
	return exitStatus(command.Run(console{ctx: ctx, args: args, stdout: stdout, stderr: stderr}), stderr)
}

// exitStatus is that of a command's error, which it writes to stderr.
func exitStatus(err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	}
	fmt.Fprintf(stderr, "fate: %v\n", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}
