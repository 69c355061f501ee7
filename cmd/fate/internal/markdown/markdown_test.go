package markdown_test

import (
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
)

func TestPlain(t *testing.T) {
	leads := func(says, target string) string { return " (" + says + "|" + target + ")" }
	for text, want := range map[string]string{
		"":                              "",
		"`a` and **b `c`**":             "a and b c",
		"[`x` **y**](to#z) says":        "x y (x y|to#z) says",
		"2 * 3 ** 4, a `lone tick [x](": "2 * 3 ** 4, a `lone tick [x](",
		"`**code**`, [no link] (x)":     "**code**, [no link] (x)",
	} {
		if got := markdown.Plain(text, leads); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
	if got := markdown.Plain("[a](b)", nil); got != "a" {
		t.Errorf("a link is %q", got)
	}
}

func TestHTMLIsEscaped(t *testing.T) {
	href := func(target string) string { return strings.TrimPrefix(target, "none") }
	for text, want := range map[string]string{
		"`a<b` **c&d** [e>f](\"g)": "<code>a&lt;b</code> <strong>c&amp;d</strong> <a href=\"&#34;g\">e&gt;f</a>",
		"[a](none)":                "a",
		"[**a**](b)":               `<a href="b"><strong>a</strong></a>`,
	} {
		if got := string(markdown.HTML(text, href)); got != want {
			t.Errorf("%q: %s, not %s", text, got, want)
		}
	}
}

func TestGrid(t *testing.T) {
	g := markdown.Grid{Head: []string{"a|b", "n"}, Words: 1}
	g.Add("x | y", "1")
	g.Add("short")
	var b strings.Builder
	g.Write(&b)
	if got, want := b.String(), "| a\\|b | n |\n|---|---:|\n| x \\| y | 1 |\n| short |  |\n"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

// An error of several has several lines, and a row has one.
func TestRowsOfATableAreLines(t *testing.T) {
	g := markdown.Grid{Head: []string{"a", "b"}, Words: 2}
	g.Add("one|two", "first\nsecond")
	var b strings.Builder
	g.Write(&b)
	if got, want := b.String(), "| a | b |\n|---|---|\n| one\\|two | first second |\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
