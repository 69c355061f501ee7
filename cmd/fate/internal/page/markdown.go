package page

import (
	"html/template"
	"regexp"
	"strings"
)

// inline finds what the table's texts have of Markdown: code, bold words, links.
var inline = regexp.MustCompile("`([^`]+)`" + `|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]*)\)`)

// toRow is where a link leads to another row of docs/choosing.md.
var toRow = regexp.MustCompile(`^#([0-9]+)-`)

// markdown writes a paragraph. A link to another row leads there; others are their text alone, for where the page will lie nothing that they
// lead to lies beside it.
func markdown(s string) template.HTML {
	var b strings.Builder
	text := func(s string) { b.WriteString(template.HTMLEscapeString(s)) }
	last := 0
	for _, m := range inline.FindAllStringSubmatchIndex(s, -1) {
		text(s[last:m[0]])
		last = m[1]
		part := func(n int) (string, bool) {
			if m[2*n] < 0 {
				return "", false
			}
			return s[m[2*n]:m[2*n+1]], true
		}
		if code, ok := part(1); ok {
			b.WriteString("<code>")
			text(code)
			b.WriteString("</code>")
		} else if bold, ok := part(2); ok {
			b.WriteString("<strong>" + string(markdown(bold)) + "</strong>")
		} else {
			label, _ := part(3)
			target, _ := part(4)
			if to := toRow.FindStringSubmatch(target); to != nil {
				b.WriteString(`<a href="#row-` + to[1] + `">` + string(markdown(label)) + "</a>")
			} else {
				b.WriteString(string(markdown(label)))
			}
		}
	}
	text(s[last:])
	return template.HTML(b.String())
}
