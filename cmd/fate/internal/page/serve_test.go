package page_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/page"
)

// serve serves the fixture until the test ends, and returns the address.
func serve(t *testing.T, addr string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- page.Serve(ctx, addr, fixture(t), func(url string) { ready <- url }) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve returned %v", err)
		}
	})
	select {
	case url := <-ready:
		return url
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
		return ""
	}
}

func TestServe(t *testing.T) {
	url := serve(t, ":0")
	if !regexp.MustCompile(`^http://127\.0\.0\.1:[1-9][0-9]*/$`).MatchString(url) {
		t.Errorf("it is served at %s", url)
	}
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || string(body) != whole(t) {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	if got := answer.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type is %q", got)
	}
}

// Serve ends when its context does, returns nil, and nobody listens any more.
func TestServeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var url string
	err := page.Serve(ctx, "127.0.0.1:0", decision.Table{}, func(at string) { url = at; cancel() })
	if err != nil {
		t.Errorf("Serve returned %v", err)
	}
	if c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/")); err == nil {
		_ = c.Close()
		t.Error("somebody still listens")
	}
}

// Only addresses of this machine are served, and the error says which are.
func TestServeRefusesOtherAddresses(t *testing.T) {
	for _, addr := range []string{"", "8080", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.com:0", ":http", ":-1", ":65536", "localhost", "localhost:", "127.0.0.1:0:0", "localhost.example.com:0"} {
		err := page.Serve(t.Context(), addr, fixture(t), func(url string) { t.Errorf("%q is served at %s", addr, url) })
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", addr)) || !strings.Contains(err.Error(), `":PORT"`) {
			t.Errorf("%q: %v", addr, err)
		}
	}
}

func TestServeTellsThatAPortIsTaken(t *testing.T) {
	taken := strings.TrimSuffix(strings.TrimPrefix(serve(t, "localhost:0"), "http://"), "/")
	if err := page.Serve(t.Context(), taken, decision.Table{}, nil); err == nil || !strings.Contains(err.Error(), taken) {
		t.Errorf("Serve at %s returned %v", taken, err)
	}
}

func handler(t *testing.T) http.Handler {
	t.Helper()
	h, err := page.Handler(fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func request(h http.Handler, method, host, path string) *http.Response {
	r := httptest.NewRequest(method, "http://localhost"+path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// A site whose name was made to lead here is not answered, whatever it calls itself.
func TestOnlyOwnHostsAreAnswered(t *testing.T) {
	h := handler(t)
	for _, host := range []string{"localhost", "localhost:80", "127.0.0.1:8080", "127.0.0.1", "127.1.2.3:1", "[::1]:8080", "[::1]"} {
		if got := request(h, http.MethodGet, host, "/").StatusCode; got != http.StatusOK {
			t.Errorf("%s: %d", host, got)
		}
	}
	for _, host := range []string{"", "example.com", "example.com:8080", "localhost.example.com", "127.0.0.1.example.com:80", "192.0.2.1", "0.0.0.0:80", "[::]:80", "localhost:80:80"} {
		answer := request(h, http.MethodGet, host, "/")
		body, _ := io.ReadAll(answer.Body)
		if answer.StatusCode != http.StatusForbidden || strings.Contains(string(body), "<") {
			t.Errorf("%q: %d %s", host, answer.StatusCode, body[:min(len(body), 100)])
		}
	}
}

// There is one page, which can be read and nothing else, and every answer has the headers that keep it to itself.
func TestAnswers(t *testing.T) {
	h, html := handler(t), whole(t)
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", 200}, {"HEAD", "/", 200}, {"GET", "/?a=b", 200},
		{"GET", "/favicon.ico", 404}, {"GET", "/..", 404}, {"GET", "//", 404}, {"GET", "/index.html", 404},
		{"POST", "/", 405}, {"PUT", "/", 405}, {"DELETE", "/", 405}, {"OPTIONS", "/", 405}, {"POST", "/x", 404},
	} {
		answer := request(h, c.method, "localhost", c.path)
		if answer.StatusCode != c.want {
			t.Errorf("%s %s: %d, not %d", c.method, c.path, answer.StatusCode, c.want)
		}
		if c.want == 405 && answer.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s allows %q", c.method, answer.Header.Get("Allow"))
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
			"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s %s: %s is %q", c.method, c.path, name, got)
			}
		}
		// The header is what the page says itself.
		said := strings.NewReplacer("'", "&#39;", "+", "&#43;").Replace(answer.Header.Get("Content-Security-Policy"))
		if said == "" || !strings.Contains(html, `content="`+said+`"`) {
			t.Errorf("%s %s: the policy is %q", c.method, c.path, said)
		}
	}
}

func ExampleHandler() {
	h, err := page.Handler(decision.Table{})
	if err != nil {
		panic(err)
	}
	for _, host := range []string{"localhost:8080", "example.com"} {
		r := httptest.NewRequest(http.MethodGet, "http://"+host+"/", nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("Content-Type"))
	}
	// Output:
	// 200 text/html; charset=utf-8
	// 403 text/plain; charset=utf-8
}
