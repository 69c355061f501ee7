package daemon_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/daemon"
)

// What a program prints and ends with, and when, for everything that can end it.
func TestHowAProgramEnds(t *testing.T) {
	sig := func(at time.Duration, s os.Signal) func(chan<- os.Signal) {
		return func(ch chan<- os.Signal) { time.AfterFunc(at, func() { ch <- s }) }
	}
	alone := fails("job", time.Minute, nil)
	alone.Ends = daemon.StopsAll
	const late = "daemon: did not stop in time: "
	for _, c := range []struct {
		story    string
		parts    func(*diary) []daemon.Part
		deadline time.Duration
		signals  []func(chan<- os.Signal)
		code     int
		stderr   string
		took     time.Duration
	}{
		{"a signal", func(d *diary) []daemon.Part {
			return []daemon.Part{d.slow("db", time.Second, 0, nil), d.slow("http", time.Second, 0, nil)}
		}, 0, []func(chan<- os.Signal){sig(time.Minute, syscall.SIGTERM)}, daemon.ExitOK, "", time.Minute + 2*time.Second},
		{"its own end", func(d *diary) []daemon.Part {
			return []daemon.Part{d.slow("db", time.Second, 0, nil), alone}
		}, 0, nil, daemon.ExitOK, "", time.Minute + time.Second},
		{"a signal before it is ready", func(d *diary) []daemon.Part {
			return []daemon.Part{{Name: "db", Serve: func(ctx context.Context, _ func()) error { return untilTold(ctx) }}}
		}, 0, []func(chan<- os.Signal){sig(time.Second, os.Interrupt)}, daemon.ExitOK, "", time.Second},
		{"a failure", func(d *diary) []daemon.Part {
			return []daemon.Part{d.slow("db", time.Second, 0, errB), fails("http", time.Minute, errA)}
		}, 0, nil, daemon.ExitFailed, "http: a\ndb: b\n", time.Minute + time.Second},
		{"a failure of the start", func(d *diary) []daemon.Part {
			return []daemon.Part{{Name: "db", Serve: func(context.Context, func()) error { return errA }}}
		}, 0, nil, daemon.ExitFailed, "db: a\n", 0},
		{"an error while stopping", func(d *diary) []daemon.Part { return []daemon.Part{d.slow("db", time.Second, 0, errB)} },
			0, []func(chan<- os.Signal){sig(time.Minute, syscall.SIGTERM)}, daemon.ExitFailed, "db: b\n", time.Minute + time.Second},
		{"a part that is late", func(d *diary) []daemon.Part {
			return []daemon.Part{d.slow("db", time.Second, 0, errB), d.slow("http", time.Hour, 3*time.Second, nil)}
		}, 0, []func(chan<- os.Signal){sig(time.Minute, syscall.SIGTERM)}, daemon.ExitLate, "db: b\n" + late + "\"http\" (has 3s)\n", time.Minute + 4*time.Second},
		{"the deadline", func(d *diary) []daemon.Part {
			return []daemon.Part{d.slow("db", time.Second, 0, nil), d.slow("http", time.Hour, time.Minute, nil)}
		}, 10 * time.Second, []func(chan<- os.Signal){sig(time.Minute, syscall.SIGTERM)}, daemon.ExitLate,
			late + "\"http\" (has 1m0s), \"db\" (told only now): the program's Deadline is over\n", time.Minute + 10*time.Second},
		{"the deadline after a failure", func(d *diary) []daemon.Part {
			return []daemon.Part{d.slow("db", time.Hour, time.Minute, nil), fails("http", time.Minute, errA)}
		}, 10 * time.Second, nil, daemon.ExitLate,
			"http: a\n" + late + "\"db\" (has 1m0s): the program's Deadline is over\n", time.Minute + 10*time.Second},
		{"a deadline that is kept", func(d *diary) []daemon.Part { return []daemon.Part{d.slow("db", 9*time.Second, time.Minute, nil)} },
			10 * time.Second, []func(chan<- os.Signal){sig(time.Minute, syscall.SIGTERM)}, daemon.ExitOK, "", time.Minute + 9*time.Second},
		{"a second signal", func(d *diary) []daemon.Part { return []daemon.Part{d.slow("db", time.Hour, time.Hour, nil)} },
			0, []func(chan<- os.Signal){sig(time.Minute, syscall.SIGTERM), sig(61*time.Second, os.Interrupt)}, daemon.ExitSignal + 2,
			late + "\"db\" (has 1h0m0s): a second signal, interrupt\n", 61 * time.Second},
		{"a second signal after a failure", func(d *diary) []daemon.Part {
			return []daemon.Part{d.slow("db", time.Hour, time.Hour, nil), fails("http", time.Minute, errA)}
		}, 0, []func(chan<- os.Signal){sig(61*time.Second, syscall.SIGTERM), sig(62*time.Second, syscall.SIGTERM)}, daemon.ExitSignal + 15,
			"http: a\n" + late + "\"db\" (has 1h0m0s): a second signal, terminated\n", 62 * time.Second},
		{"signals that have no number", func(d *diary) []daemon.Part { return []daemon.Part{d.slow("db", time.Hour, time.Hour, nil)} },
			0, []func(chan<- os.Signal){sig(time.Minute, odd{}), sig(61*time.Second, odd{})}, daemon.ExitFailed,
			late + "\"db\" (has 1h0m0s): a second signal, odd\n", 61 * time.Second},
		{"no signals any more", func(d *diary) []daemon.Part { return []daemon.Part{d.slow("db", time.Second, 0, nil), alone} },
			0, []func(chan<- os.Signal){func(ch chan<- os.Signal) { close(ch) }}, daemon.ExitOK, "", time.Minute + time.Second},
	} {
		t.Run(c.story, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDiary()
				signals := make(chan os.Signal, 2)
				for _, s := range c.signals {
					s(signals)
				}
				var stderr bytes.Buffer
				code := daemon.Program{Signals: signals, Deadline: c.deadline, Stderr: &stderr}.Run(t.Context(), daemon.New(c.parts(d)...))
				if code != c.code || stderr.String() != c.stderr {
					t.Errorf("it ended with %d and %q, want %d and %q", code, &stderr, c.code, c.stderr)
				}
				if took := time.Since(d.began); took != c.took {
					t.Errorf("it ended after %v, want %v", took, c.took)
				}
				time.Sleep(2 * time.Hour) // a process would end what this waits for
			})
		})
	}
}

// odd is a signal of a system where they have no numbers.
type odd struct{}

func (odd) Signal()        {}
func (odd) String() string { return "odd" }

// The end of the context is as good as a signal; one that has ended already starts nothing.
func TestAProgramsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		d := newDiary()
		s := daemon.New(d.slow("db", time.Second, 0, nil))
		var stderr bytes.Buffer
		p := daemon.Program{Signals: make(chan os.Signal), Stderr: &stderr}
		if code := p.Run(ctx, s); code != daemon.ExitOK || stderr.Len() > 0 || time.Since(d.began) != time.Minute+time.Second {
			t.Errorf("it ended with %d and %q", code, &stderr)
		}
		if code := p.Run(ctx, s); code != daemon.ExitFailed || stderr.String() != "daemon: not started: context deadline exceeded\n" {
			t.Errorf("it ended with %d and %q", code, &stderr)
		}
	})
}

// A service that runs already can be made a program.
func TestAProgramOfAServiceThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		s := daemon.New(d.part("db", 0, 0, nil))
		start(t, s)
		signals := make(chan os.Signal, 1)
		signals <- os.Interrupt
		if code := (daemon.Program{Signals: signals}).Run(t.Context(), s); code != daemon.ExitOK || !closed(s.Done()) {
			t.Errorf("it ended with %d", code)
		}
	})
}

// programVariable names the program that this test binary is to be instead of running tests.
const programVariable = "FATE_DAEMON_TEST_PROGRAM"

var errCrash = errors.New("the value it crashed with")

// programs are real ones, each called as main would be.
var programs = map[string]func(){
	"example": serve,
	"signalled": func() {
		daemon.Main(daemon.New(says("db", nil), says("http", nil), isUp))
	},
	"stuck": func() {
		daemon.Main(daemon.New(says("db", nil), daemon.Part{Name: "stuck", Grace: time.Nanosecond, Run: func(context.Context) error { select {} }}, isUp))
	},
	"stubborn": func() {
		daemon.Main(daemon.New(says("db", nil), daemon.Part{Name: "stubborn", Grace: time.Hour, Run: func(ctx context.Context) error {
			<-ctx.Done()
			fmt.Println("told")
			select {}
		}}, isUp))
	},
	"failing": func() { daemon.Main(daemon.New(says("db", errB), fails("http", 0, errA))) },
	"crashing": func() {
		daemon.Main(daemon.New(says("db", nil), daemon.Part{Name: "http", Run: crashes}))
	},
	"rethrowing": func() {
		s := daemon.Config{Options: []fate.Option{fate.Panics(fate.Rethrow)}}.New(says("db", nil), daemon.Part{Name: "http", Run: crashes})
		daemon.Main(s)
	},
	"hangup": func() {
		signals := make(chan os.Signal, 2)
		signal.Notify(signals, syscall.SIGHUP)
		os.Exit(daemon.Program{Signals: signals}.Run(context.Background(), daemon.New(says("db", nil), isUp)))
	},
}

// isUp tells the test that a signal may come.
var isUp = daemon.Part{Name: "up", Run: func(ctx context.Context) error { fmt.Println("up"); <-ctx.Done(); return nil }}

// says is a part that says when it ends.
func says(name string, err error) daemon.Part {
	return daemon.Part{Name: name, Run: func(ctx context.Context) error {
		<-ctx.Done()
		fmt.Println(name, "ends")
		return err
	}}
}

//go:noinline
func crashes(context.Context) error { panic(errCrash) }

// Real processes and real signals.
func TestMainEndsTheProcess(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process can't be sent these signals here")
	}
	for _, c := range []struct {
		program string
		signals []os.Signal // each is sent when the program prints one line more
		code    int
		stdout  string
		stderr  []string
	}{
		{"signalled", []os.Signal{syscall.SIGTERM}, daemon.ExitOK, "up\nhttp ends\ndb ends\n", nil},
		{"signalled", []os.Signal{os.Interrupt}, daemon.ExitOK, "up\nhttp ends\ndb ends\n", nil},
		{"stuck", []os.Signal{syscall.SIGTERM}, daemon.ExitLate, "up\ndb ends\n", []string{"daemon: did not stop in time: \"stuck\" (has 1ns)\n"}},
		{"stubborn", []os.Signal{os.Interrupt, os.Interrupt}, daemon.ExitSignal + 2, "up\ntold\n", []string{"\"stubborn\" (has 1h0m0s), \"db\" (told only now): a second signal, interrupt\n"}},
		{"stubborn", []os.Signal{os.Interrupt, syscall.SIGTERM}, daemon.ExitSignal + 15, "up\ntold\n", []string{"a second signal, terminated\n"}},
		{"failing", nil, daemon.ExitFailed, "db ends\n", []string{"http: a\ndb: b\n"}},
		{"crashing", nil, 2, "", []string{"panic: ", errCrash.Error(), "daemon_test.crashes("}},
		{"rethrowing", nil, 2, "db ends\n", []string{"panic: ", errCrash.Error(), "daemon_test.crashes("}},
		{"hangup", []os.Signal{syscall.SIGHUP}, daemon.ExitOK, "up\ndb ends\n", nil},
	} {
		t.Run(fmt.Sprint(c.program, c.signals), func(t *testing.T) {
			stdout, stderr, code := asProcess(t, c.program, c.signals...)
			// In the middle of a second signal's stop a part may or may not get to say something more.
			if code != c.code || stdout != c.stdout && !(len(c.signals) == 2 && strings.HasPrefix(stdout, c.stdout)) {
				t.Errorf("it ended with %d after it had said %q, want %d and %q", code, stdout, c.code, c.stdout)
			}
			for _, want := range c.stderr {
				if !strings.Contains(stderr, want) {
					t.Errorf("its stderr lacks %q: %s", want, stderr)
				}
			}
			if c.stderr == nil && stderr != "" {
				t.Errorf("its stderr is %s", stderr)
			}
		})
	}
}

// asProcess runs one of the programs.
func asProcess(t *testing.T, program string, signals ...os.Signal) (stdout, stderr string, code int) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs strings.Builder
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), programVariable+"="+program, "GORACE=atexit_sleep_ms=0") // or each takes a second to end
	cmd.Stderr = &errs
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(pipe)
	for _, s := range signals {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Errorf("it ended before %v could be sent: %v", s, err)
			break
		}
		out.WriteString(line)
		if err := cmd.Process.Signal(s); err != nil {
			t.Error(err)
		}
	}
	if _, err := io.Copy(&out, lines); err != nil {
		t.Error(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
	if ctx.Err() != nil {
		t.Error("the process did not end")
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}
