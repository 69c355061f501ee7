// Package copies does what go vet is to report.
package copies

import (
	"github.com/sharedfate/fate/errgroup"
	xsync "golang.org/x/sync/errgroup"
)

func ours(g errgroup.Group) error { return g.Wait() }

func theirs(g xsync.Group) error { return g.Wait() }
