// Package page shows the decision table as a page for a browser.
package page

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net"
	"net/http"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
)

var outline = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>fate: the decision table</title><pre>{{.}}</pre></html>
`))

// Write writes the page.
func Write(w io.Writer, t decision.Table) error {
	text, err := json.MarshalIndent(t, "", "\t")
	if err != nil {
		return err
	}
	return outline.Execute(w, string(text))
}

// Serve serves the page at addr until ctx ends, and then returns nil. ready is called with the page's address once it can be had.
func Serve(ctx context.Context, addr string, t decision.Table, ready func(url string)) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = Write(w, t) })}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	ready("http://" + l.Addr().String() + "/")
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
