package page

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
)

// closing is how long requests under way may take once the page is no longer served.
const closing = 2 * time.Second

// Serve serves the page at addr until ctx ends, and returns nil then, once no request is under way any more or two seconds have passed. Anything else
// that ends it is an error.
//
// It serves this machine alone: addr is ":PORT", which is 127.0.0.1, or "localhost:PORT", "127.0.0.1:PORT", "[::1]:PORT"; port 0 is any that is free.
// Another host is an error. Once it listens it calls ready with the page's address; ready may be nil.
func Serve(ctx context.Context, addr string, t decision.Table, ready func(url string)) error {
	at, err := loopback(addr)
	if err != nil {
		return err
	}
	h, err := Handler(t)
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", at.String())
	if err != nil {
		return fmt.Errorf("page: Serve: %w", err)
	}
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // a client's broken connection is nothing that a reader of the page's address wants to see
	}
	if ready != nil {
		ready("http://" + l.Addr().String() + "/")
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	select {
	case err = <-served:
		_ = s.Close()
		return fmt.Errorf("page: Serve: %w", err)
	case <-ctx.Done():
	}
	// Shutdown ends idle connections at once, and a browser keeps some; what is under way has its time.
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	if s.Shutdown(end) != nil {
		_ = s.Close()
	}
	<-served
	return nil
}

// loopback is the address that addr stands for.
func loopback(addr string) (netip.AddrPort, error) {
	host, port, err := net.SplitHostPort(addr)
	n, portErr := strconv.ParseUint(port, 10, 16)
	ip := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if host != "" && host != "localhost" && err == nil {
		ip, err = netip.ParseAddr(host)
	}
	if err != nil || portErr != nil || !ip.IsLoopback() {
		return netip.AddrPort{}, fmt.Errorf(`page: Serve: address %q is not one of this machine's own: ":PORT", "localhost:PORT", "127.0.0.1:PORT" and "[::1]:PORT" are, with a port from 0, which is any, to 65535`, addr)
	}
	return netip.AddrPortFrom(ip, uint16(n)), nil
}

// Handler serves the page at / and nothing else. It writes the page once, here: what is changed in the table afterwards is not seen.
//
// Only requests to an address or name of this machine are answered. A page of another site could have its own name resolved to 127.0.0.1 and
// read what is served there, but can't have the browser name another host than its own.
func Handler(t decision.Table) (http.Handler, error) {
	var b bytes.Buffer
	if err := Write(&b, t); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy())
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY") // in the policy it would be an error where the page has it in a <meta>
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // the next run is served at the same address
		switch {
		case !ownHost(r.Host):
			http.Error(w, fmt.Sprintf("Host %q is not this machine: the page is served at localhost, 127.0.0.1 and [::1].", r.Host), http.StatusForbidden)
		case r.URL.Path != "/":
			http.Error(w, "There is one page, at /.", http.StatusNotFound)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "The page can be read, by GET and HEAD.", http.StatusMethodNotAllowed)
		default:
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Length", strconv.Itoa(b.Len()))
			_, _ = w.Write(b.Bytes())
		}
	}), nil
}

// ownHost reports whether a Host header names this machine. The port makes no difference: it may have been forwarded.
func ownHost(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
		if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
			name = host[1 : n-1]
		}
	}
	if name == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}
