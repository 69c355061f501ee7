// Package markdown has the little of Markdown that reports and pages need: it writes tables, and reads what the decision table's texts have of it
// within a paragraph, which is code, bold words and links. Nothing else is known of it, and what is not closed is text.
package markdown

import (
	"html/template"
	"regexp"
	"strings"
)

// A Kind is what a Span is.
type Kind int

const (
	Text Kind = iota
	Code
	Bold
	Link
)

// A Span is a part of a paragraph.
type Span struct {
	Kind   Kind
	Text   string // of Text and Code
	Spans  []Span // of Bold and Link: what stands in it
	Target string // of a Link
}

var marks = regexp.MustCompile("`([^`]+)`" + `|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]*)\)`)

// Parse takes a paragraph apart.
func Parse(s string) (spans []Span) {
	text := func(s string) {
		if s != "" {
			spans = append(spans, Span{Text: s})
		}
	}
	last := 0
	for _, m := range marks.FindAllStringSubmatchIndex(s, -1) {
		text(s[last:m[0]])
		last = m[1]
		switch {
		case m[2] >= 0:
			spans = append(spans, Span{Kind: Code, Text: s[m[2]:m[3]]})
		case m[4] >= 0:
			spans = append(spans, Span{Kind: Bold, Spans: Parse(s[m[4]:m[5]])})
		default:
			spans = append(spans, Span{Kind: Link, Spans: Parse(s[m[6]:m[7]]), Target: s[m[8]:m[9]]})
		}
	}
	text(s[last:])
	return spans
}

// Plain is the paragraph without its marks. A link is what it says, and then what leads says of its target, if anything; leads may be nil.
func Plain(s string, leads func(says, target string) string) string { return plain(Parse(s), leads) }

func plain(spans []Span, leads func(says, target string) string) string {
	var b strings.Builder
	for _, p := range spans {
		says := p.Text + plain(p.Spans, leads)
		b.WriteString(says)
		if p.Kind == Link && leads != nil {
			b.WriteString(leads(says, p.Target))
		}
	}
	return b.String()
}

// HTML is the paragraph as HTML. A link leads to where href says that its target is, and is its text alone if that is nothing.
func HTML(s string, href func(target string) string) template.HTML {
	var b strings.Builder
	write(&b, Parse(s), href)
	return template.HTML(b.String())
}

func write(b *strings.Builder, spans []Span, href func(target string) string) {
	for _, p := range spans {
		var open, shut string
		switch p.Kind {
		case Code:
			open, shut = "<code>", "</code>"
		case Bold:
			open, shut = "<strong>", "</strong>"
		case Link:
			if to := href(p.Target); to != "" {
				open, shut = `<a href="`+template.HTMLEscapeString(to)+`">`, "</a>"
			}
		}
		b.WriteString(open + template.HTMLEscapeString(p.Text))
		write(b, p.Spans, href)
		b.WriteString(shut)
	}
}
