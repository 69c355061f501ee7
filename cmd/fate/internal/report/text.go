package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/sharedfate/fate/cmd/fate/internal/provenance"
)

// Width is what every terminal is taken to have, and what a report is laid out for if it goes to a file.
const Width = 120

// WriteText writes the report for people: where it comes from, who takes part, what each contender does, what it costs. No line is
// longer than width, and nothing is cut off to keep it.
func (r *Report) WriteText(w io.Writer, width int) error {
	var b strings.Builder
	r.writeHeader(&b, width)
	r.writeContenders(&b, width)
	r.writeBehaviours(&b, width)
	r.writeCosts(&b, width)
	for _, ps := range r.Prices {
		ps.writeText(&b, width)
	}
	if r.Claims != nil {
		r.Claims.writeText(&b, width)
	}
	if len(r.LeftOut) > 0 {
		b.WriteByte('\n')
		paragraph(&b, "Left out, because the time was over: "+strings.Join(r.LeftOut, ", ")+".", width)
	}
	if r.Interrupted {
		b.WriteString("\nInterrupted: the tables hold what was measured until then.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) writeHeader(b *strings.Builder, width int) {
	p := r.Provenance
	var versions []string
	for _, m := range p.Modules {
		versions = append(versions, m.Path+" "+m.Version)
	}
	t := plain()
	t.AppendRow(table.Row{"machine", fmt.Sprintf("%s, %s, GOMAXPROCS %d", processor(p), count(p.Cores, "core"), p.GOMAXPROCS)})
	t.AppendRow(table.Row{"system", fmt.Sprintf("%s/%s, %s", p.OS, p.Arch, p.Go)})
	if len(versions) > 0 {
		t.AppendRow(table.Row{"versions", strings.Join(versions, ", ")})
	}
	if p.Commit != "" {
		t.AppendRow(table.Row{"commit", p.Commit})
	}
	t.AppendRow(table.Row{"date", p.Date.Format("2006-01-02 15:04:05 -0700")})
	t.AppendRow(table.Row{"command", strings.Join(p.Command, " ")})
	if len(r.Runs) > 1 {
		t.AppendRow(table.Row{"measured", r.whenMeasured()})
	}
	write(b, wrapLast(t, width, len("machine")))
}

func processor(p provenance.Provenance) string {
	if p.CPU == "" {
		return "unnamed processor"
	}
	return p.CPU
}

func (r *Report) writeContenders(b *strings.Builder, width int) {
	if len(r.Contenders) == 0 {
		return
	}
	names := 0
	t := plain()
	for _, c := range r.Contenders {
		names = max(names, len(c.Name))
		what := c.What
		if c.Lack != "" {
			what += " (" + c.Lack + ")"
		}
		t.AppendRow(table.Row{c.Name, what})
	}
	heading(b, "Contenders")
	write(b, wrapLast(t, width, names))
}

// plain is a table without lines: columns two spaces apart.
func plain() table.Writer {
	t := table.NewWriter()
	s := table.StyleLight
	s.Options = table.OptionsNoBordersAndSeparators
	s.Box.PaddingLeft = ""
	s.Box.PaddingRight = "  "
	// go-pretty writes headers in upper case unless told; names are case sensitive.
	s.Format.Header = text.FormatDefault
	t.SetStyle(s)
	t.SuppressTrailingSpaces()
	return t
}

// wrapLast gives the second of two columns what the first leaves of the width.
func wrapLast(t table.Writer, width, first int) string {
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 2, WidthMax: max(20, width-first-4), WidthMaxEnforcer: text.WrapSoft}})
	return t.Render()
}

func heading(b *strings.Builder, title string) { fmt.Fprintf(b, "\n%s\n\n", title) }

func write(b *strings.Builder, s string) {
	b.WriteString(s)
	b.WriteByte('\n')
}

// paragraph writes running text.
func paragraph(b *strings.Builder, s string, width int) { write(b, wrap(s, width)) }

// wrap breaks lines between words. go-pretty fills them up with spaces, which are of no use at the end of a line.
func wrap(s string, width int) string {
	lines := strings.Split(text.WrapSoft(s, width), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// Hang is running text in lines of the width, the first after a mark and those below it as far to the right. However wide the mark is, there are
// 20 columns for the text.
func Hang(mark, s string, width int) string {
	room := strings.Repeat(" ", text.StringWidth(mark))
	lines := strings.Split(wrap(s, max(20, width-len(room))), "\n")
	return strings.TrimRight(mark+strings.Join(lines, "\n"+room), " ") + "\n"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
