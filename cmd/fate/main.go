// Fate shows on your own machine what this module's strategies do and what they cost, beside the libraries and the code by hand
// that they stand for.
//
//	fate compare [--workload NAME,...] [--contender NAME,...] [--dir DIR] [--quick] [--json FILE]
//	fate compare --workload engine|busy [--quick] [--markdown] [--picture FILE] [--check] [--json FILE]
//	fate choose [--errors all] [--at-limit drop] [--items 1e6] ... [--json] [--from FILE]
//	fate soak [--for TIME | --episodes N] [--seed N] [--kind NAME,...] [--json FILE]
//	fate soak --seed N --episode N [--times K] [--kind NAME]
//
// "fate compare --help" and the like describe the flags. The exit status is 0 after a complete run or if one row of the decision table
// fits, 1 if something could not be measured, --check found a target missed, a soak a fault or choose several rows, 2 for wrong usage and
// wishes that contradict each other, and 130 after Ctrl-C or SIGTERM.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/sharedfate/fate/internal/compare"
)

func main() {
	// A behaviour that may crash or hang is observed in a child process, which is this program again.
	compare.RunProbeIfAsked()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal ends the run and prints what there is. From then on signals have their usual effect: a second one kills.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
