// Package page writes the decision table with its evidence as a page of HTML, and serves it.
package page

import (
	"io"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
)

// Write writes the page: one file that needs no other and no network.
func Write(w io.Writer, t decision.Table) error {
	_, err := io.WriteString(w, "<!doctype html>")
	return err
}

func policy() string { return "default-src 'none'" }
