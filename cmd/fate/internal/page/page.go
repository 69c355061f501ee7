// Package page writes the decision table with its evidence as a page of HTML, and serves it on this machine.
//
// The page is one file that needs no other and no network: it can be sent, kept beside the raw file of its run and opened in three years. What it
// may load and run is said by a policy that names the one style and the one script in it by their hashes. Without the script, in print and read
// aloud, everything is there; the script hides what is not asked for.
//
// For a terminal and for Markdown take package report. It measures and observes nothing: package decision has what is shown.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/chart"
	"github.com/sharedfate/fate/cmd/fate/internal/decision"
)

//go:embed page.html page.css page.js
var files embed.FS

// The style and the script stand in the page as they are in these strings, to the byte, because their hashes do in its policy.
var (
	style  = read("page.css") + chart.CSS
	script = read("page.js")
)

func read(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it was there when the program was built
	}
	return string(b)
}

// policy is the content security policy. The empty icon keeps browsers from asking for one.
func policy() string {
	return strings.Join([]string{
		"default-src 'none'",
		"style-src " + hash(style),
		"script-src " + hash(script),
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; ")
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Write writes the page. What was not observed or measured is left out or said to be missing, so that the page of a run that was ended early
// is a page. Nothing is written if it can't be made; otherwise the error is that of w.
func Write(w io.Writer, t decision.Table) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, "page.html", viewOf(t)); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"mark":     chart.MarkOf,
	"markdown": paragraph,
	"join":     strings.Join,
}).ParseFS(files, "page.html"))
