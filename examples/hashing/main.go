// Sums prints the SHA-256 of every file below a directory, in lexical order, and can take profiles of itself while it does so.
//
//	sums [-limit N] [-reuse] [-repeat N] [-cpu FILE] [-block FILE] [-mutex FILE] [-goroutines FILE] [-trace FILE] DIR
//
// It is the example of docs/profiling.md: a fan-out whose groups have names, so that its profiles say which part of it they are about.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/signal"
	"path/filepath"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "sums:", err)
		os.Exit(1)
	}
}

// run is the program. With -repeat the sums are printed once.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("sums", flag.ContinueOnError)
	limit := flags.Int("limit", 8, "how many files are read at once; 0 is no limit")
	reuse := flags.Bool("reuse", false, "read into buffers that are used again")
	repeat := flags.Int("repeat", 1, "how often it is done, for profiles with more in them")
	var p profiles
	var with hasher
	p.flags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *limit < 0 || *repeat < 1 {
		return errors.New("want one directory, -limit 0 or more, -repeat 1 or more: see -help")
	}
	if err := p.start(); err != nil {
		return err
	}
	if *reuse {
		with.buffers = &sync.Pool{New: func() any { return new([32 << 10]byte) }}
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	for range *repeat {
		if err := sums(ctx, flags.Arg(0), *limit, with, p.watch(out)); err != nil {
			return err
		}
		out = io.Discard
	}
	return nil
}

// sums prints the sums of the files below dir. One child lists the files; the other has them hashed, limit at once, and prints the results.
func sums(ctx context.Context, dir string, limit int, with hasher, out io.Writer) error {
	g := fate.New(ctx, failfast.Strategy{}, fate.Name("sums"))
	paths := make(chan string)
	g.Spawn("list", func(ctx context.Context) error {
		defer close(paths)
		return list(ctx, dir, paths)
	})
	g.Spawn("print", func(ctx context.Context) error {
		hashed := fate.Stream(ctx, failfast.Strategy{Limit: limit}, all(ctx, paths), with.hash, fate.Name("hash"))
		for line, err := range hashed {
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(out, line); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// list sends the paths of the regular files below dir.
func list(ctx context.Context, dir string, paths chan<- string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		select {
		case paths <- path:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// all yields what is received until the channel is closed or the context ends.
func all(ctx context.Context, paths <-chan string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			select {
			case path, ok := <-paths:
				if !ok || !yield(path) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// hasher hashes files. Its zero value has each read into a buffer of its own.
type hasher struct{ buffers *sync.Pool }

// hash returns a file's line.
func (with hasher) hash(_ context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if err := with.copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x  %s", h.Sum(nil), path), nil
}

func (with hasher) copy(to io.Writer, f *os.File) error {
	if with.buffers == nil {
		_, err := io.Copy(to, f)
		return err
	}
	buf := with.buffers.Get().(*[32 << 10]byte)
	defer with.buffers.Put(buf)
	// Only Read is shown to CopyBuffer: a file's own WriteTo would leave the buffer unused.
	_, err := io.CopyBuffer(to, struct{ io.Reader }{f}, buf[:])
	return err
}
