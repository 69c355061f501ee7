package sqlload

import (
	"context"
	"iter"

	"github.com/sharedfate/fate/internal/compare"
)

const (
	BatchLines = batchLines
	StmtLines  = stmtLines
	QuickLines = quickLines
)

// Lines and Batches read a text of the test's own; most 0 is all of it.
func Lines(files []string) iter.Seq2[string, error] { return text{files: files}.lines() }

func Batches(ctx context.Context, files []string, most int) iter.Seq2[[]string, error] {
	return text{files: files, most: most}.batches(ctx)
}

// Prepare makes the job that loads a text of the test's own.
func Prepare(ctx context.Context, files []string) (*Job, error) {
	j, err := newJob(ctx, text{name: "a test", files: files})
	return (*Job)(j), err
}

type Job job

func (j *Job) Run(ctx context.Context, c compare.Contender) (compare.Done, error) {
	return (*job)(j).Run(ctx, c)
}
func (j *Job) Close() error   { return (*job)(j).Close() }
func (j *Job) String() string { return (*job)(j).String() }

func (j *Job) Dir() string      { return j.dir }
func (j *Job) Checksum() uint64 { return j.want.crc }

// Expect makes the job believe that its text has so much more.
func (j *Job) Expect(lines, bytes int, crc uint64) {
	j.want.lines += lines
	j.want.bytes += bytes
	j.want.crc += crc
}
