package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// beProgram makes this test binary the program, main and all. It so is the race detector's too if the tests are.
const beProgram = "FATE_TEST_BE_SERVICE"

func TestMain(m *testing.M) {
	if os.Getenv(beProgram) != "" {
		main()
		os.Exit(99) // main does not return
	}
	goleak.VerifyTestMain(m)
}

// A process is the program as it runs.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	addr   string // where it listens
	file   string // the database's
	stderr bytes.Buffer
	read   chan struct{} // closed when all of stdout has been read

	listening chan string // has its address once it listens

	mu    sync.Mutex
	log   []string  // lines of stdout; under mu
	grown sync.Cond // log has, or is whole; with mu
	whole bool      // under mu
}

// begin starts the program and waits until it listens.
func begin(t *testing.T, args ...string) *process {
	p := tryToBegin(t, args...)
	select {
	case p.addr = <-p.listening:
	case <-p.read:
		p.end()
		t.Fatalf("it ended before it listened: %v; %s", p.cmd.ProcessState, &p.stderr)
	}
	return p
}

// tryToBegin starts the program.
func tryToBegin(t *testing.T, args ...string) *process {
	if runtime.GOOS == "windows" {
		t.Skip("a process can't be sent SIGTERM here")
	}
	p := &process{t: t, file: filepath.Join(t.TempDir(), "records.db"), read: make(chan struct{}), listening: make(chan string, 1)}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute) // only a hang takes that long
	args = append([]string{"-addr", "127.0.0.1:0", "-db", p.file, "-v"}, args...)
	p.cmd = exec.CommandContext(ctx, os.Args[0], args...)
	p.cmd.Env = append(os.Environ(), beProgram+"=1", "GORACE=atexit_sleep_ms=0")
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.grown.L = &p.mu
	go func() {
		defer close(p.read)
		defer p.logged("", true)
		for in := bufio.NewScanner(stdout); in.Scan(); {
			p.logged(in.Text(), false)
			if addr, ok := strings.CutPrefix(in.Text(), "http: listening on "); ok {
				p.listening <- addr
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-p.read
		_ = p.cmd.Wait() // if end has not
	})
	return p
}

func (p *process) logged(line string, whole bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.whole = whole; !whole {
		p.log = append(p.log, line)
	}
	p.grown.Broadcast()
}

// await returns when the program has said this.
func (p *process) await(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !slices.Contains(p.log, line) {
		if p.whole {
			p.t.Errorf("it never said %q", line)
			return
		}
		p.grown.Wait()
	}
}

func (p *process) terminate() {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Error(err)
	}
}

// end waits for the program's end and returns its code.
func (p *process) end() int {
	<-p.read
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// said returns what it said on stdout, but for single connections.
func (p *process) said() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.log), func(line string) bool { return strings.HasPrefix(line, accepted) })
}

const accepted = "http: accepted "

// accepted is the connections, by the clients' addresses, that it accepted.
func (p *process) accepted() map[string]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]bool{}
	for _, line := range p.log {
		if addr, ok := strings.CutPrefix(line, accepted); ok {
			all[addr] = true
		}
	}
	return all
}
