package sqlload

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"go/build"
	"hash/crc32"
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A text is files read one after the other.
type text struct {
	name  string // for people
	files []string
	most  int // how many lines of it are read; 0 is all of them
}

// goText is the list of Go's own API. A Go that the go command downloaded by itself comes without that folder: then it is Go's source, as
// far as sourceLines.
func goText(ctx context.Context) (text, error) {
	root := build.Default.GOROOT // the environment's, or that of the Go which built this program
	if root == "" {              // it was built with -trimpath
		out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
		if err != nil {
			return text{}, fmt.Errorf("where Go's own tree is, is not known: %w", err)
		}
		root = strings.TrimSpace(string(out))
	}
	files, err := filepath.Glob(filepath.Join(root, "api", "*.txt"))
	if err != nil {
		return text{}, err
	}
	if len(files) > 0 {
		return text{name: "Go's api/*.txt", files: files}, nil
	}
	err = filepath.WalkDir(filepath.Join(root, "src"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.HasSuffix(path, ".go") {
			files = append(files, path)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = errors.New("no files there")
	}
	if err != nil {
		return text{}, fmt.Errorf("neither api/*.txt nor src is in Go's own tree at %q: %w", root, err)
	}
	return text{name: "Go's own source", files: files, most: sourceLines}, nil
}

// batches yields the lines, batchLines at a time and at the end what is left. After an error it yields no more. The slices
// are the caller's.
func (t text) batches(ctx context.Context) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		batch := make([]string, 0, batchLines)
		for line, err := range t.lines() {
			if err != nil {
				yield(nil, err)
				return
			}
			if batch = append(batch, line); len(batch) < batchLines {
				continue
			}
			if ctx.Err() != nil {
				yield(nil, context.Cause(ctx))
				return
			}
			if !yield(batch, nil) {
				return
			}
			batch = make([]string, 0, batchLines)
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}

// lines yields each line without its end.
func (t text) lines() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		n := 0
		for _, name := range t.files {
			f, err := os.Open(name)
			if err != nil {
				yield("", err)
				return
			}
			in := bufio.NewScanner(f)
			in.Buffer(nil, 1<<20)
			for in.Scan() {
				if n++; !yield(in.Text(), nil) || n == t.most {
					f.Close()
					return
				}
			}
			f.Close()
			if err := in.Err(); err != nil {
				yield("", fmt.Errorf("%s: %w", name, err))
				return
			}
		}
	}
}

// totals are what a load is checked by.
type totals struct {
	lines int
	bytes int    // without line ends
	crc   uint64 // the sum of the lines' checksums: the same in whatever order the batches arrive
}

func (t *totals) add(line string) {
	t.lines++
	t.bytes += len(line)
	t.crc += uint64(checksum(line))
}

func (t totals) String() string {
	return fmt.Sprintf("%d lines, %d bytes, checksum %x", t.lines, t.bytes, t.crc)
}

// checksum is an int64 because database/sql hands SQLite's integers over as that.
func checksum(line string) int64 {
	return int64(crc32.ChecksumIEEE([]byte(line)))
}
