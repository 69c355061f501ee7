package browsertest_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/page"
)

// patience is how long anything may take. It is long because a machine may be busy, and ends what would hang.
const patience = 5 * time.Minute

// The browsers that are taken if they are installed.
var known = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

var errMissing = fmt.Errorf("no browser is installed (%s); on Debian: apt-get install chromium fonts-dejavu-core", strings.Join(known, ", "))

// start starts the browser that all tests share, each with a tab of its own. It is started by the first test that wants it, because lists of tests
// and benchmarks run this program too.
var start = sync.OnceValues(func() (context.Context, error) {
	i := slices.IndexFunc(known, func(name string) bool {
		_, err := exec.LookPath(name)
		return err == nil
	})
	if i < 0 {
		return nil, errMissing
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(known[i]), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("hide-scrollbars", false), // they take room, as they do for readers
	)...)
	ctx, _ := chromedp.NewContext(allocator)
	stop = func() {
		_ = chromedp.Cancel(ctx) // waits for the browser's end
		cancel()
	}
	// Without a deadline: the browser ends with the context that it was started with.
	return ctx, chromedp.Do(ctx)
})

// stop ends the browser, if it was started.
var stop = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

// browser is the browser's context. Without a browser the test is skipped, or fails if the environment says that there must be one:
// FATE_BROWSER=require.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, err := start()
	if errors.Is(err, errMissing) && os.Getenv("FATE_BROWSER") != "require" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// fixture is the table that package page is tested with.
func fixture(t *testing.T) (d decision.Table) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", "table.json"))
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// forms runs a test with the page as a file and as it is served.
func forms(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	browser(t)
	t.Run("file", func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "a page.html")
		var b bytes.Buffer
		if err := page.Write(&b, fixture(t)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		test(t, (&url.URL{Scheme: "file", Path: name}).String())
	})
	t.Run("served", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ready, ended := make(chan string, 1), make(chan error, 1)
		go func() { ended <- page.Serve(ctx, ":0", fixture(t), func(url string) { ready <- url }) }()
		select {
		case address := <-ready:
			test(t, address)
		case err := <-ended:
			t.Fatal(err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A look is how the page is looked at.
type look struct {
	width    int64
	dark     bool
	print    bool
	noScript bool
}

// The looks in which nothing may be amiss.
var looks = map[string]look{
	"360 light":  {width: 360},
	"360 dark":   {width: 360, dark: true},
	"1400 light": {width: 1400},
	"1400 dark":  {width: 1400, dark: true},
}

// A tab is one page, with everything that went wrong in it.
type tab struct {
	*testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string // under mu
	problems []string // under mu
}

// open opens a page in a tab of its own. When the test ends, so does the tab, and what the page asked for or complained of is an error.
func open(t *testing.T, address string, l look) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser(t))
	ctx, cancelTime := context.WithTimeout(ctx, patience)
	b := &tab{T: t, ctx: ctx}
	b.must(chromedp.Listen(ctx, b.hear))
	call(b, network.Enable, network.EnableParams{})
	call(b, runtime.Enable, cdp.Empty{})
	call(b, log.Enable, cdp.Empty{})
	b.see(l)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.noScript})
	b.do(chromedp.Navigate(address))
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		own, _, _ := strings.Cut(address, "#")
		for _, r := range b.requests {
			if asked, _, _ := strings.Cut(r, "#"); asked != own && r != "data:," {
				t.Errorf("the page asked for %s", r)
			}
		}
		if !slices.ContainsFunc(b.requests, func(r string) bool { return strings.HasPrefix(r, own) }) {
			t.Errorf("the page itself was not asked for, only %q: requests are not seen", b.requests)
		}
		for _, p := range b.problems {
			t.Errorf("the browser says: %s", p)
		}
		cancelTime()
		cancel()
	})
	return b
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.problems = append(b.problems, fmt.Sprintf("console: %s %v", e.Type, e.Args))
	case *log.EventEntryAdded:
		b.problems = append(b.problems, fmt.Sprintf("log: %s: %s", e.Entry.Level, e.Entry.Text))
	}
}

// see changes how the page is looked at.
func (b *tab) see(l look) {
	b.Helper()
	b.do(chromedp.EmulateViewport(l.width, 900))
	scheme, media := "light", "screen"
	if l.dark {
		scheme = "dark"
	}
	if l.print {
		media = "print"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	r, err := chromedp.Call(b.ctx, command, params)
	b.must(err)
	return r
}

func (b *tab) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	b.must(chromedp.Do(b.ctx, actions...))
}

// get evaluates an expression in the page.
func get[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// wait waits until an expression is true.
func (b *tab) wait(expression string) {
	b.Helper()
	const within = time.Minute
	ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(async () => {
		for (const end = performance.now() + %d; !(%s); ) {
			if (performance.now() > end) return false;
			await new Promise((next) => setTimeout(next, 10));
		}
		return true;
	})()`, within.Milliseconds(), expression), chromedp.EvalAwaitPromise))
	if err != nil || !ok {
		b.Fatalf("%s is not so after %v: %v", expression, within, err)
	}
}

// is compares what an expression comes to.
func is[T comparable](b *tab, expression string, want T) {
	b.Helper()
	if got := get[T](b, expression); got != want {
		b.Errorf("%s is %v, not %v", expression, got, want)
	}
}

func (b *tab) press(keys ...string) {
	b.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

func (b *tab) click(selector string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

//go:embed checks.js
var checks string

// check returns what one of the checks finds.
func check[T any](b *tab, name string) T {
	b.Helper()
	_, code, _ := strings.Cut(checks, "\n")
	return get[T](b, "("+strings.TrimSpace(code)+")."+name+"()")
}

func (b *tab) nothingWrong(name string) {
	b.Helper()
	wrong := check[[]string](b, name)
	for _, w := range wrong[:min(len(wrong), 20)] {
		b.Errorf("%s: %s", name, w)
	}
	if len(wrong) > 20 {
		b.Errorf("%s: %d more", name, len(wrong)-20)
	}
}

// shot writes a picture of the whole page into the directory that FATE_SHOTS names, for people to look at.
func (b *tab) shot(name string) {
	b.Helper()
	dir := os.Getenv("FATE_SHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	b.must(err)
	file, err := os.Create(filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".png"))
	b.must(err)
	_, err = io.Copy(file, bytes.NewReader(picture))
	b.must(err)
	b.must(file.Close())
}
