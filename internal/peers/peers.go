// Package peers has the contenders of docs/choosing.md whose modules stay out of this module's go.mod: pond and ants for row 2,
// oklog/run for row 4, multierr for row 5, suture for row 10. It is a module of its own in the workspace.
//
// Its tests observe what each peer does where design and documentation leave room, beside what this module does there: they are the
// source of what the page says of peers.
package peers

import (
	"slices"

	"github.com/panjf2000/ants/v2"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/situations"
)

// Works returns what is done beside them, by row.
func Works() []situations.Work {
	return slices.Concat(limitWorks(), serviceWorks(), errorWorks(), restartWorks())
}

// Rows returns the works as rows of a table of prices, as situations.Rows does. What is ours in rows 2 and 5, and what is done, is the same as
// there.
func Rows() []price.Row { return situations.RowsOf(Works()) }

// Quiet ends the goroutines that ants has started when it was imported, two for the pool that its functions use. It does not wait for
// them: they end at once. A program that counts goroutines calls it first, and then makes its pools itself.
func Quiet() { ants.Release() }
