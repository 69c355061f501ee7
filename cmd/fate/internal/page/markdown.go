package page

import (
	"html/template"
	"regexp"

	"github.com/sharedfate/fate/cmd/fate/internal/markdown"
)

// toRow is where a link leads to another row of docs/choosing.md.
var toRow = regexp.MustCompile(`^#([0-9]+)-`)

// paragraph writes a paragraph. A link to another row leads there; others are their text alone, for where the page will lie nothing that they
// lead to lies beside it.
func paragraph(s string) template.HTML {
	return markdown.HTML(s, func(target string) string {
		if to := toRow.FindStringSubmatch(target); to != nil {
			return "#row-" + to[1]
		}
		return ""
	})
}
