package fate_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pages are all pages for readers.
func pages(t *testing.T) []string {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) < 7 {
		t.Fatalf("docs has the pages %q, %v", pages, err)
	}
	return append(pages, "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
}

// A part of a page stands between two of its headings.
type part struct {
	heading string
	text    string // without its code
	blocks  []block
}

// A block is code in a page.
type block struct {
	language string
	lines    []string // those that are not blank, without the space around them
	after    string   // the part's text before it
}

// parts takes a page apart at its headings, of which what is before the first has none.
func parts(t *testing.T, page string) []part {
	source, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	all := []part{{}}
	in := false
	for line := range strings.Lines(string(source)) {
		line = strings.TrimSuffix(line, "\n")
		last := &all[len(all)-1]
		switch language, fence := strings.CutPrefix(line, "```"); {
		case fence && in:
			in = false
		case fence:
			in = true
			last.blocks = append(last.blocks, block{language: language, after: last.text})
		case in:
			if b := &last.blocks[len(last.blocks)-1]; strings.TrimSpace(line) != "" {
				b.lines = append(b.lines, strings.TrimSpace(line))
			}
		case heading.MatchString(line):
			all = append(all, part{heading: heading.ReplaceAllString(line, "")})
		default:
			last.text += line + "\n"
		}
	}
	if in {
		t.Errorf("%s: a block of code does not end", page)
	}
	return all
}

var (
	heading = regexp.MustCompile(`^#+ `)
	link    = regexp.MustCompile(`\]\(([^)#:]*)(#[^)]*)?\)`) // a web address has a colon
)

// anchor is how GitHub links to a heading.
func anchor(heading string) string {
	drop := regexp.MustCompile(`[^a-z0-9 _-]`)
	return "#" + strings.ReplaceAll(drop.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

// anchors are those of a page's headings.
func anchors(t *testing.T, page string) map[string]bool {
	all := map[string]bool{}
	for _, p := range parts(t, page) {
		if a := anchor(p.heading); all[a] && p.heading != "" {
			t.Errorf("%s has two headings %q: a link leads to the first alone", page, p.heading)
		} else {
			all[a] = true
		}
	}
	return all
}

// What pages link to is there: files, and headings of pages.
func TestLinksOfPagesLeadSomewhere(t *testing.T) {
	of := map[string]map[string]bool{}
	links := 0
	for _, page := range pages(t) {
		for _, p := range parts(t, page) {
			for _, m := range link.FindAllStringSubmatch(p.text, -1) {
				links++
				to := page
				if m[1] != "" {
					to = filepath.Join(filepath.Dir(page), m[1])
				}
				if _, err := os.Stat(to); err != nil {
					t.Errorf("%s links to %s: %v", page, m[1], err)
					continue
				}
				if m[2] == "" {
					continue
				}
				if of[to] == nil {
					of[to] = anchors(t, to)
				}
				if !of[to][m[2]] {
					t.Errorf("%s links to %s%s, a heading that is not there", page, m[1], m[2])
				}
			}
		}
	}
	if links < 50 {
		t.Errorf("the pages have %d links: some are not seen", links)
	}
}
