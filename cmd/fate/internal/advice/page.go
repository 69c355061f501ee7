package advice

import (
	"fmt"
	"path"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// Width is what running text is laid out for. Code and commands stand as they are, to be copied.
const Width = 80

const indent = "  "

// A page is plain text as it grows.
type page struct{ strings.Builder }

func (p *page) line(s string) { fmt.Fprintln(p, strings.TrimRight(s, " ")) }

func (p *page) heading(s string) { p.line("\n" + s) }

// hang writes running text after a mark, the lines below the first as far to the right as it.
func (p *page) hang(mark, s string) { p.WriteString(report.Hang(mark, s, Width)) }

func (p *page) paragraph(s string) { p.hang("", s) }
func (p *page) indented(s string)  { p.hang(indent, s) }
func (p *page) item(s string)      { p.hang(indent+"- ", s) }

// plain is Markdown without its marks. A link is what it says, and the file that it leads to, seen from the root of the repository.
func plain(s string) string {
	return markdown.Plain(s, func(says, target string) string {
		file := path.Join("docs", target)
		if strings.HasPrefix(target, "#") || file == says {
			return ""
		}
		return " (" + file + ")"
	})
}

// place is a directory, as commands name it.
func place(dir string) string {
	if dir == "." {
		return "the root of the repository"
	}
	return dir
}

func stop(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// and lists words: "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
