package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// drain is what http.Server.Shutdown lacks. A request that the server has read while Shutdown begins is dropped: the connection, which the
// server had accepted, is closed without an answer. So Shutdown has to wait until a handler is at work on the first request of each
// connection, and nothing but a look from outside tells when that is. (Of later requests on the same connection a client must
// expect that: it is told by the answer to the one before, or by HTTP's rules for connections that are kept.)
type drain struct {
	ending  atomic.Bool    // answers say that the connection ends
	waiting sync.WaitGroup // for the connections in fresh

	mu    sync.Mutex
	fresh map[net.Conn]bool // no handler has begun on a request of these; under mu
}

type connKey struct{}

// watch makes a server report to d.
func (d *drain) watch(h *http.Server) {
	d.fresh = map[net.Conn]bool{}
	next := h.Handler
	h.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.forget(r.Context().Value(connKey{}).(net.Conn))
		if d.ending.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
	h.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	h.ConnState = func(c net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			d.mu.Lock()
			defer d.mu.Unlock()
			d.fresh[c] = true
			d.waiting.Add(1)
		case http.StateClosed:
			d.forget(c) // it never sent one
		}
	}
}

func (d *drain) forget(c net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fresh[c] {
		delete(d.fresh, c)
		d.waiting.Done()
	}
}

// wait returns when each connection has got its first request to a handler, or is closed, which ReadHeaderTimeout sees to. It is called when
// the server accepts no more.
func (d *drain) wait() { d.waiting.Wait() }
