// Package peers has the contenders of docs/choosing.md whose modules stay out of this module's go.mod: pond and ants for row 2,
// oklog/run for row 4, multierr for row 5, suture for row 10. It is a module of its own in the workspace.
//
// Its tests observe what each peer does where design and documentation leave room, beside what this module does there: they are the
// source of what the page says of peers.
package peers

import (
	"slices"

	"github.com/sharedfate/fate/internal/situations"
)

// Works returns what is done beside them, by row.
func Works() []situations.Work {
	return slices.Concat(limitWorks(), serviceWorks(), errorWorks(), restartWorks())
}
