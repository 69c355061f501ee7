package pages

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
)

// Between these, in README.md, stands what is written here.
const (
	begin = "<!-- Written by fate docs; the words are in internal/table, and what is changed here is lost. -->\n"
	end   = "<!-- The end of what fate docs writes. -->\n"
)

// readme replaces the table.
func (w writer) readme(old []byte, charts []chartPage) ([]byte, error) {
	var b bytes.Buffer
	g := markdown.Grid{Head: []string{"you face", "take", "measured beside the most usual other way"}, Words: 3}
	for _, r := range w.table.Rows {
		g.Add(fmt.Sprintf("[%s](docs/choosing.md#%s)", r.Face, r.Anchor()), linked(r), worked(r))
	}
	g.Write(&b)
	b.WriteByte('\n')
	for _, c := range charts {
		if c.front {
			fmt.Fprintf(&b, "![%s](%s)\n\n", c.alt, c.Name)
		}
	}
	paragraph(&b, fmt.Sprintf("Median ratio of our time to theirs, and the interval of 95 %%: %s, from [docs/%s](docs/%[2]s).", w.report.Place(), w.raw))
	return between("README.md", old, begin, end, b.String())
}

// linked is what to take, where it names the row's package with a link to that.
func linked(r decision.Row) string {
	const module = "github.com/sharedfate/fate/"
	dir, ours := strings.CutPrefix(r.Import, module)
	if !ours {
		return r.Take
	}
	open := "`" + dir
	at := strings.Index(r.Take, open)
	if at < 0 {
		return r.Take
	}
	span := r.Take[at+1:]
	span = span[:strings.Index(span, "`")]
	return r.Take[:at] + "[`" + span + "`](" + dir + ")" + r.Take[at+len(span)+2:]
}
