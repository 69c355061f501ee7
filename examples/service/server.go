package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
)

const maxText = 1 << 20 // bytes

// server answers requests.
type server struct {
	addr    string
	verbose bool
	store   *store
	totals  *refresher
	log     *log.Logger
}

// serve is the part: it is ready when it listens, and when it is told to stop it accepts no more and answers what it has accepted.
func (s *server) serve(ctx context.Context, ready func()) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.addr)
	if err != nil {
		return err
	}
	// The requests' contexts are not below ctx: they would all end when the part is told, and it is told to let them finish.
	h := &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	var d drain
	d.watch(h)
	if s.verbose {
		s.logConnections(h)
	}
	// Nor is the group: when ctx ends, there is still much to wait for.
	return fate.Do(context.WithoutCancel(ctx), failfast.Strategy{}, func(g *fate.Group) error {
		accepting := g.Spawn("accepting", func(context.Context) error {
			if err := h.Serve(listener); ctx.Err() == nil || !errors.Is(err, net.ErrClosed) {
				return err
			}
			return nil
		})
		s.log.Printf("http: listening on %v", listener.Addr())
		ready()
		select {
		case <-ctx.Done():
		case <-accepting.Done():
			return nil // it has failed, and Do returns why
		}
		defer s.log.Print("http: stopped")
		d.ending.Store(true)
		closing := listener.Close()
		<-accepting.Done()
		d.wait()
		// How long it may take is the part's Grace, so it has no deadline here.
		return errors.Join(closing, h.Shutdown(context.Background()))
	})
}

// logConnections logs each connection that is accepted.
func (s *server) logConnections(h *http.Server) {
	next := h.ConnState
	h.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.log.Printf("http: accepted %v", c.RemoteAddr())
		}
		next(c, state)
	}
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /records", s.add)
	mux.HandleFunc("GET /records/{id}", s.get)
	mux.HandleFunc("GET /totals", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.totals.last.Load())
	})
	return mux
}

func (s *server) add(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxText))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	id, err := s.store.add(r.Context(), string(text))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Location", fmt.Sprintf("/records/%d", id))
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintln(w, id)
}

func (s *server) get(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		http.Error(w, "a record's number is wanted", http.StatusBadRequest)
		return
	}
	switch text, err := s.store.get(r.Context(), id); {
	case errors.Is(err, sql.ErrNoRows):
		http.Error(w, "there is no such record", http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		fmt.Fprint(w, text)
	}
}
