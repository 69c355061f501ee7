// Package sqlload is the workload that loads a real text, line by line in batches, into SQLite with a bounded number of
// writers.
//
// It is not in internal/compare because SQLite is a heavy dependency: only the tool's module has it.
package sqlload

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/sharedfate/fate/internal/compare"
)

const (
	// batchLines is how many lines a task loads, in a transaction of its own.
	batchLines = 1000

	// stmtLines is how many lines one statement inserts: many, because each statement costs something by itself, but not so many that
	// binding its values costs more than fewer statements save.
	stmtLines = 100

	// writers is how many batches are in the making or waiting for the connection at once.
	writers = 4

	// quickLines is how much of the text a quick run loads.
	quickLines = 20_000

	// sourceLines is how much is loaded of Go's source where the list of its API is missing.
	sourceLines = 150_000
)

// kinds are the peers that load the text, one of each kind, and the baseline: a run is long, and so a contender that does with a task
// what another does would add to the wait and not to what is learnt.
var kinds = []string{compare.BaseName, "errgroup", "errgroup-sem", "conc", "hand-mutex"}

// Workload loads the text: the lines of api/*.txt in Go's own tree. Each run fills a new database and then compares the count
// of its rows and two sums over them with what a plain reading of the text gives; a difference is an error.
func Workload() compare.Workload {
	return compare.Workload{
		Name:    "sqlite",
		About:   fmt.Sprintf("load a text into SQLite, %d lines a task, %d at once; peers of one kind each", batchLines, writers),
		Limit:   writers,
		Takes:   func(c compare.Contender) bool { return c.Ours && !c.CostOnly || slices.Contains(kinds, c.Name) },
		Prepare: prepare,
	}
}

func prepare(ctx context.Context, in compare.Input) (compare.Job, error) {
	t, err := goText(ctx)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	if in.Quick {
		t.most = quickLines
	}
	j, err := newJob(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return j, nil
}

// A job loads one text again and again, each time into a new database below dir.
type job struct {
	text text
	want totals // of the text as read without a database
	dir  string
	runs int
}

func newJob(ctx context.Context, t text) (*job, error) {
	j := &job{text: t}
	for batch, err := range t.batches(ctx) {
		if err != nil {
			return nil, err
		}
		for _, line := range batch {
			j.want.add(line)
		}
	}
	var err error
	j.dir, err = os.MkdirTemp("", "fate-sqlite-")
	return j, err
}

// String says what is loaded.
func (j *job) String() string {
	return fmt.Sprintf("%d lines, %.1f MB, of %s", j.want.lines, float64(j.want.bytes)/1e6, j.text.name)
}

// Close removes what the runs left behind.
func (j *job) Close() error { return os.RemoveAll(j.dir) }

// Run loads the text into a new database and checks what is in it.
func (j *job) Run(ctx context.Context, c compare.Contender) (compare.Done, error) {
	done, err := j.load(ctx, c)
	if err != nil {
		return compare.Done{}, fmt.Errorf("sqlite: %w", err)
	}
	return done, nil
}

func (j *job) load(ctx context.Context, c compare.Contender) (done compare.Done, err error) {
	// Making, checking and removing the database is timed as well: it is the same for each contender.
	j.runs++
	dir := filepath.Join(j.dir, fmt.Sprint(j.runs))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return done, err
	}
	defer os.RemoveAll(dir)

	t, err := create(ctx, filepath.Join(dir, "lines.db"))
	if err != nil {
		return done, err
	}
	defer t.close()

	var ended tally
	g := c.Open(ctx, compare.Options{Limit: writers})
	for batch, err := range j.text.batches(ctx) {
		if err != nil {
			ended.add(err)
			break
		}
		g.Go(func(ctx context.Context) error { return ended.add(t.insert(ctx, batch)) })
	}
	// Wait comes first whatever happened: the tasks use what the deferred calls close. Its error is not enough, as not
	// every contender has one.
	if err := cmp.Or(g.Wait(), ended.err); err != nil {
		return done, err
	}

	got, err := t.totals(ctx)
	if err != nil {
		return done, err
	}
	if got != j.want {
		return done, fmt.Errorf("the database holds %v, the text has %v", got, j.want)
	}
	return compare.Done{Tasks: ended.tasks, Sum: got.crc}, nil
}

// A tally is what the tasks of a run say when they end.
type tally struct {
	mu    sync.Mutex
	tasks int   // under mu, until all tasks have ended
	err   error // the same: the first
}

// add returns the error that it is given.
func (t *tally) add(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tasks++
	t.err = cmp.Or(t.err, err)
	return err
}
