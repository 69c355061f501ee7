// Sums prints the checksums of the files in a tree, in the form that sha256sum reads, in the order of their names. It is a pipeline of
// three stages: one function walks the tree, a few read files, one collects. The first error stops all of them.
//
//	go run ./examples/sums -root docs -limit 4
package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

func main() {
	root := flag.String("root", "examples", "the tree's directory")
	match := flag.String("match", "*", "a pattern for the names of files")
	limit := flag.Int("limit", 4, "how many files are read at once")
	most := flag.Int64("most", 1<<30, "the largest file allowed, in bytes")
	flag.Parse()
	if *limit < 1 {
		fmt.Fprintln(os.Stderr, "sums: -limit must be 1 or more")
		os.Exit(2)
	}

	sums, err := tree(context.Background(), os.DirFS(*root), *match, *limit, *most)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sums:", err)
		os.Exit(1)
	}
	for _, s := range sums {
		fmt.Printf("%x  %s\n", s.sum, s.name)
	}
}

// sum is a file and its checksum.
type sum struct {
	name string
	sum  [sha256.Size]byte
}

func tree(ctx context.Context, files fs.FS, match string, limit int, most int64) ([]sum, error) {
	g, ctx := errgroup.WithContext(ctx)
	names, sums := make(chan string), make(chan sum)

	g.Go(func() error {
		defer close(names)
		return walk(ctx, files, match, names)
	})
	g.Go(func() error {
		defer close(sums)
		return readAll(ctx, files, limit, most, names, sums)
	})
	var all []sum
	g.Go(func() error {
		for s := range sums {
			all = append(all, s)
		}
		return nil
	})
	err := g.Wait()
	slices.SortFunc(all, func(a, b sum) int { return strings.Compare(a.name, b.name) })
	return all, err
}

// walk sends the names of the files that match.
func walk(ctx context.Context, files fs.FS, match string, names chan<- string) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if ok, err := path.Match(match, path.Base(name)); err != nil || !ok {
			return err
		}
		select {
		case names <- name:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// readAll reads the files whose names come, and sends their sums.
func readAll(ctx context.Context, files fs.FS, limit int, most int64, names <-chan string, sums chan<- sum) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(limit)
	for name := range names {
		g.Go(func() error {
			s, err := read(files, name, most)
			if err != nil {
				return err
			}
			select {
			case sums <- s:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		if ctx.Err() != nil {
			break // the walk's send ends with the context around this one
		}
	}
	return g.Wait()
}

func read(files fs.FS, name string, most int64) (s sum, err error) {
	f, err := files.Open(name)
	if err != nil {
		return s, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, most+1))
	if err == nil && n > most {
		err = fmt.Errorf("%s has more than %d bytes", name, most)
	}
	return sum{name, [sha256.Size]byte(h.Sum(nil))}, err
}
