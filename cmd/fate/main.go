// Fate shows on your own machine what this module's strategies do and what they cost, beside the libraries and the code by hand
// that they stand for.
//
//	fate compare [--all | --workload NAME,...] [--contender NAME,...] [--dir DIR] [--quick] [--time TIME] [OUTPUT]
//	fate compare --workload engine|busy|situations|table|claims [--quick] [--picture FILE] [--check] [OUTPUT]
//	fate compare --resume FILE [--time TIME] [OUTPUT]
//	fate compare --from FILE [--against OLD] [--check] [OUTPUT]
//	fate choose [--errors all] [--at-limit drop] [--items 1e6] ... [--json] [--from FILE]
//	fate docs --from FILE [--dir DIR] [--check]
//	fate soak [--for TIME | --episodes N] [--seed N] [--kind NAME,...] [--json FILE]
//	fate soak --seed N --episode N [--times K] [--kind NAME]
//
// OUTPUT is where the report goes beside the tables on standard output: --json FILE for all that was found, which --from, --resume and --against
// read; --markdown FILE and --html FILE for people; --bench FILE for benchstat; --serve ADDR for a browser on this machine. For those three files, -
// is standard output, in the place of the tables.
//
// "fate COMMAND --help" describes the flags of each. The exit status is 0 after a complete run, also one whose time was over, after
// Ctrl-C while a page is served, and if one row of the decision table fits; 1 if something could not be measured, --check found a target missed, a
// change for the worse or a page that differs, a soak a fault, or choose several rows; 2 for wrong usage, for wishes that contradict each other, and
// for a file that can't be read or written; 130 after Ctrl-C or SIGTERM.
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
