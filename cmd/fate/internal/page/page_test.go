package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/page"
)

// fixture is a table with the evidence of a quick run.
func fixture(t testing.TB) (d decision.Table) {
	t.Helper()
	b, err := os.ReadFile("testdata/table.json")
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func write(t *testing.T, d decision.Table) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// whole is the page of the fixture, which most tests look at.
func whole(t *testing.T) string {
	t.Helper()
	once.Do(func() { written = write(t, fixture(t)) })
	return written
}

var (
	once    sync.Once
	written string
)

var styleOrScript = regexp.MustCompile(`(?s)<(style|script)>(.*?)</(?:style|script)>`)

// An element is one of the page, with the text that stands directly in it.
type element struct {
	name, text string
	attrs      map[string]string
}

// elements reads a page, of which each element but the void ones must have an end.
func elements(t *testing.T, html string) (all []*element) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(styleOrScript.ReplaceAllString(html, "<$1></$1>")))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var open []*element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			all, open = append(all, e), append(open, e)
		case xml.EndElement:
			if last := open[len(open)-1]; last.name != token.Name.Local {
				t.Fatalf("<%s> ends by </%s>", last.name, token.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(token)
			}
		}
	}
}

func attr(all []*element, name, attribute string) (values []string) {
	for _, e := range all {
		if v, ok := e.attrs[attribute]; ok && (name == "" || e.name == name) {
			values = append(values, v)
		}
	}
	return values
}

// The page loads nothing, leads nowhere else, and has nothing in it that its policy forbids.
func TestThePageNeedsNothingElse(t *testing.T) {
	html := whole(t)
	for _, e := range elements(t, html) {
		for name, value := range e.attrs {
			switch {
			case name == "style", strings.HasPrefix(name, "on"), name == "src", name == "srcset", name == "action", name == "ping":
				t.Errorf("<%s> has %s=%q", e.name, name, value)
			case name == "href" && !strings.HasPrefix(value, "#") && value != "data:,":
				t.Errorf("<%s> leads to %q", e.name, value)
			case strings.Contains(value, "://") || strings.HasPrefix(value, "//"):
				t.Errorf("<%s> has an address in %s=%q", e.name, name, value)
			}
		}
		switch e.name {
		case "iframe", "object", "embed", "base", "img", "audio", "video":
			t.Errorf("there is a <%s>", e.name)
		}
	}
	for _, m := range styleOrScript.FindAllStringSubmatch(html, -1) {
		if found := regexp.MustCompile(`@import|url\(|https?:|fetch\(|XMLHttp|import\(|innerHTML|eval\(`).FindString(m[2]); found != "" {
			t.Errorf("the %s has %q in it", m[1], found)
		}
	}
}

// What one element says of another is there: ids are unique, labels, links and controls lead somewhere, headings go down by one.
func TestReferencesLeadSomewhere(t *testing.T) {
	all := elements(t, whole(t))
	ids := map[string]bool{}
	for _, id := range attr(all, "", "id") {
		if ids[id] {
			t.Errorf("two elements are %q", id)
		}
		ids[id] = true
	}
	for _, attribute := range []string{"aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "data-opens", "for"} {
		for _, value := range attr(all, "", attribute) {
			for id := range strings.FieldsSeq(value) {
				if !ids[id] {
					t.Errorf("%s names %q, which is not there", attribute, id)
				}
			}
		}
	}
	for _, href := range attr(all, "a", "href") {
		if !ids[strings.TrimPrefix(href, "#")] {
			t.Errorf("a link leads to %q, which is not there", href)
		}
	}
	level := 0
	for _, e := range all {
		if len(e.name) == 2 && e.name[0] == 'h' && '1' <= e.name[1] && e.name[1] <= '6' {
			own := int(e.name[1] - '0')
			if own > level+1 || level > 0 && own == 1 {
				t.Errorf("<%s> %q comes after a heading of level %d", e.name, e.text, level)
			}
			level = own
		}
		if e.name == "th" && e.attrs["scope"] == "" {
			t.Errorf("the header %q has no scope", e.text)
		}
		if e.name == "html" && e.attrs["lang"] != "en" {
			t.Error("the page has no language")
		}
	}
}

// The policy forbids everything but the one style and the one script, by what is in them.
func TestPolicyNamesStyleAndScript(t *testing.T) {
	html := whole(t)
	policies := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindAllStringSubmatch(html, -1)
	if len(policies) != 1 {
		t.Fatalf("%d policies", len(policies))
	}
	policy := strings.ReplaceAll(strings.ReplaceAll(policies[0][1], "&#39;", "'"), "&#43;", "+")
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("the policy is %q", policy)
	}
	found := styleOrScript.FindAllStringSubmatch(html, -1)
	if len(found) != 2 || strings.Count(html, "<style") != 1 || strings.Count(html, "<script") != 1 {
		t.Fatalf("%d styles and scripts", len(found))
	}
	if strings.Index(html, "<style") < strings.Index(html, "Content-Security-Policy") {
		t.Error("the policy comes after what it is about")
	}
	for _, m := range found {
		sum := sha256.Sum256([]byte(m[2]))
		if want := m[1] + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
			t.Errorf("%q is not in the policy %q", want, policy)
		}
	}
}

// Everything that the table has is on the page.
func TestThePageHasAllOfTheTable(t *testing.T) {
	d := fixture(t)
	all := elements(t, write(t, d))
	var b strings.Builder
	for _, e := range all {
		b.WriteString(e.text + "\n")
	}
	whole := b.String()
	has := func(what, want string) {
		t.Helper()
		if !strings.Contains(whole, want) {
			t.Errorf("%s: %q is not there", what, want)
		}
	}
	for _, r := range d.Rows {
		what := fmt.Sprintf("row %d", r.Number)
		has(what, r.Face)
		for _, path := range r.Imports() {
			has(what, path)
		}
		has(what, strings.Join(r.Code, "\n"))
		has(what, r.Example)
		has(what, strings.Join(r.Commands, "\n"))
		for _, x := range r.Ratios {
			has(what, x.Work)
			has(what, x.Beside)
		}
	}
	for _, q := range d.Questions {
		has("question", q.Ask)
		for _, a := range q.Answers {
			has(q.Name, a.Means)
		}
	}
	for _, o := range d.Matrix.Rows {
		for _, a := range o.Answers {
			has(o.Behaviour, a.Cell)
			has(o.Behaviour, a.Detail)
		}
	}
	for _, c := range d.Curves {
		for _, p := range c.Points {
			has(c.Name, p.At)
			has(c.Name, p.Result.Beside)
		}
	}
	has("provenance", d.Provenance.Commit)
	has("provenance", strings.Join(d.Provenance.Command, " "))
	for _, m := range d.Provenance.Modules {
		has("provenance", m.Path)
		has("provenance", m.Version)
	}
	has("provenance", "quick: less of the same work")
	ours := 0
	for _, e := range all {
		if e.name == "span" && e.attrs["class"] == "tag" {
			ours++
		}
	}
	if ours != 4 {
		t.Errorf("%d contenders are said to be ours", ours)
	}
}

// Whatever a name or an error has in it, it is text.
func TestTextIsEscaped(t *testing.T) {
	const hostile = `</script></style></title><script>alert(1)</script><img src=x onerror=alert(1)>"'` + "`" + `&amp; javascript:alert(1)`
	plain := whole(t)
	raw, err := json.Marshal(fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	// Each word of the table becomes hostile, but for those that the page takes for more than words.
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	tree = spoil(tree, hostile)
	raw, err = json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	var d decision.Table
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	html := write(t, d)
	kinds := func(html string) map[string]int {
		n := map[string]int{}
		for _, e := range elements(t, html) {
			n[e.name]++
		}
		return n
	}
	before, after := kinds(plain), kinds(html)
	for _, name := range []string{"script", "style", "img", "title", "form", "section", "button", "main"} {
		if name != "title" && before[name] != after[name] {
			t.Errorf("there are %d <%s>, and were %d", after[name], name, before[name])
		}
	}
	for _, e := range elements(t, html) {
		for name, value := range e.attrs {
			if strings.HasPrefix(name, "on") || name == "src" || name == "href" && !strings.HasPrefix(value, "#") && value != "data:," {
				t.Errorf("<%s> has %s=%q", e.name, name, value)
			}
		}
	}
	if n := strings.Count(html, "alert(1)"); n < 1000 {
		t.Errorf("only %d hostile words arrived", n)
	}
}

// spoil adds to every string below v.
func spoil(v any, hostile string) any {
	switch v := v.(type) {
	case string:
		return v + hostile
	case []any:
		for i := range v {
			v[i] = spoil(v[i], hostile)
		}
	case map[string]any:
		for key := range v {
			switch key {
			case "date", "of", "met", "at": // a time, and words that others decide by
			default:
				v[key] = spoil(v[key], hostile)
			}
		}
	}
	return v
}

// A run that was ended early, and one of nothing, are pages that say what is missing.
func TestWhatIsMissingIsSaid(t *testing.T) {
	empty := write(t, decision.Table{})
	elements(t, empty)
	for _, want := range []string{"Nothing was measured in this run.", "Nothing was observed in this run."} {
		if !strings.Contains(empty, want) {
			t.Errorf("%q is not said", want)
		}
	}
	d := fixture(t)
	d.Matrix.Rows[0].Answers[0].Cell = ""
	d.Rows[0].Ratios = nil
	d.Rows[1].Cells[0].Cell = ""
	d.Curves[0].Points = nil
	d.Curves[1].Points[0].Result.Lines = nil
	d.Rows[2].Ratios[0].Err = "the other hung"
	html := write(t, d)
	elements(t, html)
	for _, want := range []string{"not measured", "not observed", "not to the end: the other hung"} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not said", want)
		}
	}
	if strings.Contains(html, `id="seen-0-0"`) {
		t.Error("what was not observed can be opened")
	}
}

// The same table is the same page, to the byte: two runs can be compared.
func TestTheSameTableIsTheSamePage(t *testing.T) {
	if d := fixture(t); write(t, d) != whole(t) {
		t.Error("the page differs")
	}
}

type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteReturnsTheWritersError(t *testing.T) {
	if err := page.Write(full{}, fixture(t)); !errors.Is(err, errFull) {
		t.Errorf("Write returned %v", err)
	}
}

// The test that the page says holds each cell is there.
func TestCellsAreHeldByATestThatIsThere(t *testing.T) {
	dir, name, _ := strings.Cut(page.CellTest, ".")
	source, err := os.ReadFile("../../../../internal/" + dir + "/behaviour_test.go")
	if err != nil || !strings.Contains(string(source), "func "+name+"(") {
		t.Errorf("%s: %v", page.CellTest, err)
	}
}

func TestMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"plain <b> & \"'":                               "plain &lt;b&gt; &amp; &#34;&#39;",
		"`a<b` and **bold `x`**":                        "<code>a&lt;b</code> and <strong>bold <code>x</code></strong>",
		"see [row 4](#4-a-service) or [x](../emit)":     `see <a href="#row-4">row 4</a> or x`,
		"[`go`](https://example.com) [a](javascript:b)": "<code>go</code> a",
		"2 * 3 ** 4, a `lone tick":                      "2 * 3 ** 4, a `lone tick",
	} {
		if got := string(page.Markdown(text)); got != want {
			t.Errorf("%s\nis  %s\nnot %s", text, got, want)
		}
	}
}
