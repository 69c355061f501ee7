package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	clients = 8   // at once; every other one keeps its connection
	warmUp  = 100 // requests that are answered before the signal comes
)

// The program is told to stop while clients send as much as they can. It answers every request that it has accepted, and every record that
// it answered for is in the database; then it ends as it should, its parts in reverse order.
func TestAStopUnderLoadLosesNothing(t *testing.T) {
	p := begin(t, "-refresh", "1ms", "-grace", "1m")
	var l load
	l.begin(p)
	<-l.warm
	// Two that are accepted before the signal, and complete only after it. Of one a handler is at work.
	silent, pending := connect(t, p.addr, "silent"), connect(t, p.addr, "pending")
	p.await(accepted + silent.local)
	pending.begin(t)
	p.terminate()
	l.untilRefused(t, p.addr)
	silent.begin(t)
	silent.finish(t)
	pending.finish(t)
	l.clients.Wait()
	if code := p.end(); code != 0 || p.stderr.Len() > 0 {
		t.Errorf("it ended with %d: %s", code, &p.stderr)
	}
	want := []string{"db: open", "http: listening on " + p.addr, "http: stopped", "refresher: stopped", "db: closed"}
	if got := p.said(); !slices.Equal(got, want) {
		t.Errorf("it said %q, want %q", got, want)
	}

	l.answered["pending"], l.answered["silent"] = pending.id, silent.id
	got := readBack(t, p.file)
	for text, id := range l.answered {
		if got[id] != text {
			t.Errorf("record %d is %q, and the answer was for %q", id, got[id], text)
		}
	}
	all := p.accepted()
	if !all[pending.local] {
		t.Errorf("the log of connections is not whole: %s is missing of %d", pending.local, len(all))
	}
	for local, err := range l.cut {
		if all[local] {
			t.Errorf("%s was accepted, and cut without an answer: %v", local, err)
		}
	}
	t.Logf("%d answered and found, of %d records; %d connections accepted; of others, %d refused, %d cut before they were accepted, %d used again too late",
		len(l.answered), len(got), len(all), l.refused, len(l.cut), l.stale)
}

// A load is clients that send records, each of another text, until they are refused.
type load struct {
	clients sync.WaitGroup
	count   atomic.Int32
	warm    chan struct{} // closed when warmUp requests are answered

	mu       sync.Mutex // for all below
	answered map[string]int64
	cut      map[string]error // connections, by the client's address, that gave no answer to their first request
	refused  int              // connections that were not made
	stale    int              // connections that had answered before, and were closed when they were used again
}

func (l *load) begin(p *process) {
	l.warm = make(chan struct{})
	l.answered, l.cut = map[string]int64{}, map[string]error{}
	for i := range clients {
		l.clients.Go(func() { l.client(p.addr, i) })
	}
}

// client sends until a request fails, which is when the program stops.
func (l *load) client(addr string, i int) {
	transport := &http.Transport{DisableKeepAlives: i%2 == 0}
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport, Timeout: time.Minute}
	for k := 0; l.send(c, addr, fmt.Sprintf("text %d of client %d", k, i)); k++ {
	}
}

// send reports whether the request was answered.
func (l *load) send(c *http.Client, addr, text string) bool {
	var conn httptrace.GotConnInfo
	// The context is not the test's: all of the load is waited for.
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) { conn = got }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/records", strings.NewReader(text))
	if err != nil {
		panic(err)
	}
	req.GetBody = nil // or the transport would send it again by itself, and hide a cut
	id, err := answer(c.Do(req))

	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		l.answered[text] = id
		if l.count.Add(1) == warmUp {
			close(l.warm)
		}
		return true
	case conn.Conn == nil:
		l.refused++
	case conn.Reused:
		// HTTP can't do better: the server closes a connection that is idle, while the client's next request is under way.
		l.stale++
	default:
		l.cut[conn.Conn.LocalAddr().String()] = err
	}
	return false
}

// answer is the record's number, if that is what came.
func answer(res *http.Response, err error) (id int64, _ error) {
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusCreated {
		return 0, fmt.Errorf("%s: %s", res.Status, body)
	}
	_, err = fmt.Sscan(string(body), &id)
	return id, err
}

// untilRefused returns when the program does not listen any more.
func (l *load) untilRefused(t *testing.T, addr string) {
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		c.Close()
	}
	t.Error("it was told to stop, and went on listening")
}

// A request is one that is sent in pieces.
type request struct {
	conn  net.Conn
	in    *bufio.Reader
	text  string
	local string
	id    int64
}

// connect makes a request's connection.
func connect(t *testing.T, addr, text string) *request {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &request{conn: conn, in: bufio.NewReader(conn), text: text, local: conn.LocalAddr().String()}
}

// begin sends all but the body, and returns when the handler is at work.
func (r *request) begin(t *testing.T) {
	fmt.Fprintf(r.conn, "POST /records HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(r.text))
	// The server says this when the handler begins to read, and an empty line.
	if line, err := r.in.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		t.Errorf("%s, accepted before the stop: %q, %v", r.text, line, err)
	}
	_, _ = r.in.ReadString('\n')
}

func (r *request) finish(t *testing.T) {
	if _, err := io.WriteString(r.conn, r.text); err != nil {
		t.Error(err)
	}
	var err error
	if r.id, err = answer(http.ReadResponse(r.in, nil)); err != nil {
		t.Errorf("%s, accepted before the stop: %v", r.text, err)
	}
}

// readBack is what the database holds.
func readBack(t *testing.T, file string) map[int64]string {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT id, text FROM records")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[int64]string{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			t.Fatal(err)
		}
		all[id] = text
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// A request that never ends keeps the HTTP part from stopping. It is named, and the code says so; the other parts are stopped all the same.
func TestAPartThatDoesNotStopIsNamed(t *testing.T) {
	p := begin(t, "-grace", "100ms")
	connect(t, p.addr, "never sent").begin(t)
	p.terminate()
	if code := p.end(); code != 3 {
		t.Errorf("it ended with %d", code)
	}
	if got, want := p.stderr.String(), "daemon: did not stop in time: \"http\" (has 100ms)\n"; got != want {
		t.Errorf("its stderr is %q, want %q", got, want)
	}
	want := []string{"db: open", "http: listening on " + p.addr, "refresher: stopped", "db: closed"}
	if got := p.said(); !slices.Equal(got, want) {
		t.Errorf("it said %q, want %q", got, want)
	}
}

// What can't be started says which part it was, and the others are stopped.
func TestAnAddressThatIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p := tryToBegin(t, "-addr", taken.Addr().String())
	if code := p.end(); code != 1 || !strings.HasPrefix(p.stderr.String(), "http: listen tcp ") {
		t.Errorf("it ended with %d: %s", code, &p.stderr)
	}
	if got, want := p.said(), []string{"db: open", "refresher: stopped", "db: closed"}; !slices.Equal(got, want) {
		t.Errorf("it said %q, want %q", got, want)
	}
}

// What comes in can be read, and counted once it has been refreshed.
func TestRecordsAndTotals(t *testing.T) {
	p := begin(t, "-refresh", "1ms")
	defer http.DefaultClient.CloseIdleConnections()
	url := "http://" + p.addr
	if id, err := answer(http.Post(url+"/records", "text/plain", strings.NewReader("some text"))); err != nil || id != 1 {
		t.Errorf("%d, %v", id, err)
	}
	get := func(path string) string {
		res, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Error(err)
		}
		return fmt.Sprint(res.StatusCode, " ", string(body))
	}
	for path, want := range map[string]string{
		"/records/1":   "200 some text",
		"/records/2":   "404 there is no such record\n",
		"/records/one": "400 a record's number is wanted\n",
	} {
		if got := get(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	want := "200 {\"records\":1,\"characters\":9}\n"
	got := get("/totals")
	for began := time.Now(); got != want && time.Since(began) < time.Minute; got = get("/totals") {
	}
	if got != want {
		t.Errorf("/totals: %q, want %q", got, want)
	}
	p.terminate()
	if code := p.end(); code != 0 {
		t.Errorf("it ended with %d: %s", code, &p.stderr)
	}
}
