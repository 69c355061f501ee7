package main

import (
	"errors"
	"flag"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
)

// profiles are files that profiles are written to. Those without a name are not taken.
type profiles struct {
	cpu, block, mutex, goroutines, trace string

	lines int            // how many have been printed
	stops []func() error // in the order in which they were started
}

// busy is the line at which the goroutines are written down.
const busy = 1000

func (p *profiles) flags(f *flag.FlagSet) {
	f.StringVar(&p.cpu, "cpu", "", "write a CPU profile to `FILE`")
	f.StringVar(&p.block, "block", "", "write a profile of who waits, and how long, to `FILE`")
	f.StringVar(&p.mutex, "mutex", "", "write a profile of who holds locks that others wait for to `FILE`")
	f.StringVar(&p.goroutines, "goroutines", "", "write what all goroutines do in the midst of it, as text, to `FILE`")
	f.StringVar(&p.trace, "trace", "", "write an execution trace to `FILE`")
}

// start starts those that are taken over the whole run.
func (p *profiles) start() error {
	if p.block != "" {
		runtime.SetBlockProfileRate(1) // every event, for a short run; a service takes 10000 or more
		p.stops = append(p.stops, func() error {
			runtime.SetBlockProfileRate(0)
			return write("block", p.block, 0)
		})
	}
	if p.mutex != "" {
		before := runtime.SetMutexProfileFraction(1)
		p.stops = append(p.stops, func() error {
			runtime.SetMutexProfileFraction(before)
			return write("mutex", p.mutex, 0)
		})
	}
	return errors.Join(
		p.begin(p.cpu, pprof.StartCPUProfile, pprof.StopCPUProfile),
		p.begin(p.trace, trace.Start, trace.Stop))
}

// begin starts one that is written while it is taken.
func (p *profiles) begin(path string, start func(io.Writer) error, stop func()) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := start(f); err != nil {
		return errors.Join(err, f.Close())
	}
	p.stops = append(p.stops, func() error { stop(); return f.Close() })
	return nil
}

// stop ends and writes all.
func (p *profiles) stop() (err error) {
	for _, stop := range p.stops {
		err = errors.Join(err, stop())
	}
	return err
}

// watch returns a writer for the program's lines that writes the goroutines down in the midst of them.
func (p *profiles) watch(out io.Writer) io.Writer {
	if p.goroutines == "" {
		return out
	}
	return &watched{p, out}
}

type watched struct {
	*profiles
	out io.Writer
}

func (w *watched) Write(line []byte) (int, error) {
	if w.lines++; w.lines == busy {
		if err := write("goroutine", w.goroutines, 1); err != nil {
			return 0, err
		}
	}
	return w.out.Write(line)
}

// write writes one of the profiles that the runtime always has.
func write(profile, path string, debug int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup(profile).WriteTo(f, debug), f.Close())
}
