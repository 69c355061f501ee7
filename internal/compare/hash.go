package compare

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

const (
	// goFiles is how many files of Go's own source tree are hashed. A directory that the user names is hashed whole.
	goFiles = 2000

	// quickFiles is how many files at most are hashed if the user is in a hurry.
	quickFiles = 500
)

// hashing reads and hashes the regular files below a directory: tasks of very different sizes, which read and compute.
func hashing(name string, limit int) Workload {
	about := fmt.Sprintf("SHA-256 of files below a directory, %d at once", limit)
	return Workload{Name: name, About: about, Limit: limit, ReadsDir: true,
		Prepare: func(ctx context.Context, in Input) (Job, error) {
			dir, most := in.Dir, 0
			if dir == "" {
				most = goFiles
				root, err := goroot(ctx)
				if err != nil {
					return nil, fmt.Errorf("compare: %s: no directory was named, and Go's own source tree was not found: %w", name, err)
				}
				dir = filepath.Join(root, "src")
			}
			j, err := findFiles(ctx, dir)
			if err != nil {
				return nil, fmt.Errorf("compare: %s: %w", name, err)
			}
			if in.Quick {
				most = quickFiles
			}
			j.found = len(j.files)
			if most > 0 {
				j.files = sample(j.files, most)
			}
			if err := j.readable(ctx); err != nil {
				return nil, fmt.Errorf("compare: %s: %w", name, err)
			}
			j.limit = limit
			j.ledger = make(ledger, len(j.files))
			j.each = j.task
			j.readers.New = func() any { return &reader{sha256.New(), make([]byte, 32<<10)} }
			return j, nil
		}}
}

// goroot asks the go command if the environment does not say it, as it does in a test and does not in a program.
func goroot(ctx context.Context) (string, error) {
	if root := os.Getenv("GOROOT"); root != "" {
		return root, nil
	}
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	return strings.TrimSpace(string(out)), err
}

type hashJob struct {
	dir     string
	limit   int
	found   int      // how many files there are
	files   []string // those that are hashed, in lexical order
	bytes   int64
	ledger  ledger
	each    func(context.Context, int) error
	readers sync.Pool // of *reader: so that what is allocated is the contender's and the files' own
}

type reader struct {
	hash.Hash
	buf []byte
}

// findFiles lists the regular files below dir; links are not followed, but dir itself may be one. What can't be listed is
// an error rather than left out, because the number and the sum are what the user is shown.
func findFiles(ctx context.Context, dir string) (*hashJob, error) {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(root); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", dir)
	}
	j := &hashJob{dir: dir}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case d.Type().IsRegular():
			j.files = append(j.files, path)
		}
		return nil
	})
	if err == nil && len(j.files) == 0 {
		err = fmt.Errorf("there is no regular file below %s", dir)
	}
	return j, err
}

// sample returns at most n of the files, evenly spread and always the same.
func sample(files []string, n int) []string {
	if len(files) <= n {
		return files
	}
	some := make([]string, n)
	for i := range some {
		some[i] = files[i*len(files)/n]
	}
	return some
}

// readable opens each file once and adds up the sizes, so that one that can't be read is told before anything is timed.
func (j *hashJob) readable(ctx context.Context) error {
	for _, path := range j.files {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		f.Close()
		if err != nil {
			return err
		}
		j.bytes += info.Size()
	}
	return nil
}

func (j *hashJob) Run(ctx context.Context, c Contender) (Done, error) {
	g := c.Open(ctx, Options{Limit: j.limit, Tasks: len(j.files)})
	g.Each(len(j.files), j.each)
	waited := g.Wait()
	d, err := j.ledger.done(ctx, c, waited)
	if err == nil && d.Failures > 0 {
		err = errors.Join(fmt.Errorf("compare: hash: %d files could not be read", d.Failures), waited)
	}
	return d, err
}

func (j *hashJob) task(ctx context.Context, i int) error {
	e := &j.ledger[i]
	e.ended++
	sum, err := j.sum(ctx, j.files[i])
	if err != nil {
		e.failed++
		return err
	}
	e.sum = sum
	return nil
}

// sum returns the first 8 bytes of the file's SHA-256. They are added up, so that the order of files makes no difference.
func (j *hashJob) sum(ctx context.Context, path string) (uint64, error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r := j.readers.Get().(*reader)
	defer j.readers.Put(r)
	r.Reset()
	// Only Read is shown to CopyBuffer: a file's own WriteTo would leave the buffer unused and allocate another.
	if _, err := io.CopyBuffer(r, struct{ io.Reader }{f}, r.buf); err != nil {
		return 0, err
	}
	var digest [sha256.Size]byte
	return binary.BigEndian.Uint64(r.Sum(digest[:0])), nil
}

func (j *hashJob) String() string {
	files := counted(len(j.files), "file")
	if len(j.files) < j.found {
		files = fmt.Sprintf("%d of %d files", len(j.files), j.found)
	}
	return fmt.Sprintf("%s, %.1f MB, below %s", files, float64(j.bytes)/1e6, j.dir)
}

func (j *hashJob) Close() error { return nil }
