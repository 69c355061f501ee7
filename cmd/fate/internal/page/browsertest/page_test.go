package browsertest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const rowsShown = `[...document.querySelectorAll('tr.row')].filter((r) => r.checkVisibility()).length`

// some is how many of n are looked at: all of them in the file, and two as they are served, which are the same bytes.
func some(address string, n int) int {
	if strings.HasPrefix(address, "file:") {
		return n
	}
	return 2
}

// Every row is there until an answer is chosen. Then those remain that fit it, and the page says how many.
func TestFilters(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		b := open(t, address, looks["1400 light"])
		d := fixture(t)
		is(b, rowsShown, len(d.Rows))
		is(b, `document.getElementById('left').textContent`, fmt.Sprintf("All %d situations", len(d.Rows)))
		is(b, `document.getElementById('left').getAttribute('role')`, "status")
		for _, q := range d.Questions[:some(address, len(d.Questions))] {
			for _, a := range q.Answers {
				want := 0
				for _, r := range d.Rows {
					if fits, asked := r.Fits[q.Name]; !asked || strings.Contains(","+strings.Join(fits, ",")+",", ","+a.Name+",") {
						want++
					}
				}
				selector := fmt.Sprintf(`.filters input[name="%s"][value="%s"]`, q.Name, a.Name)
				is(b, fmt.Sprintf(`document.querySelector('%s').parentElement.querySelector('.n').textContent`, selector), fmt.Sprint(want))
				b.click(selector)
				is(b, rowsShown, want)
				is(b, `document.getElementById('left').textContent`, fmt.Sprintf("%d of %d situations fit", want, len(d.Rows)))
				is(b, `location.hash`, "#"+q.Name+"="+a.Name)
				b.click("#clear")
				is(b, rowsShown, len(d.Rows))
				is(b, `location.hash`, "")
			}
		}
	})
}

// Two answers that no row fits are said to be so, and can be taken back.
func TestAnswersThatExcludeEachOther(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		b := open(t, address+"#lives=forget&failure=stop", looks["360 light"])
		is(b, rowsShown, 0)
		is(b, `document.getElementById('nothing').checkVisibility()`, true)
		b.nothingWrong("beyond")
		b.click("#clear")
		is(b, `document.getElementById('nothing').checkVisibility()`, false)
	})
}

// The keyboard alone chooses an answer and opens a row.
func TestFiltersByKeyboard(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		b := open(t, address, looks["1400 dark"])
		b.press(kb.Tab)
		is(b, `document.activeElement.className`, "skip")
		is(b, `document.activeElement.getBoundingClientRect().left >= 0`, true)
		for range 40 {
			if get[string](b, `document.activeElement.name || ''`) == "lives" {
				break
			}
			b.press(kb.Tab)
		}
		b.press(kb.ArrowDown, kb.ArrowDown)
		is(b, `document.activeElement.value`, "process")
		is(b, `location.hash`, "#lives=process")
		for range 40 {
			if get[string](b, `document.activeElement.className`) == "opens" {
				break
			}
			b.press(kb.Tab)
		}
		outline := `getComputedStyle(document.activeElement).outlineStyle !== 'none' && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2`
		is(b, outline, true)
		is(b, `document.activeElement.getAttribute('aria-expanded')`, "false")
		b.press(kb.Enter)
		is(b, `document.activeElement.getAttribute('aria-expanded')`, "true")
		is(b, `document.getElementById(document.activeElement.getAttribute('aria-controls')).checkVisibility()`, true)
	})
}

// An address brings back what was chosen and opened; one that names a row opens it; others are ignored.
func TestAddressKeepsTheView(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		b := open(t, address+"#errors=all&at-limit=drop&open=7,no&what=ever", looks["1400 light"])
		is(b, `document.querySelector('.filters input[name=errors]:checked').value`, "all")
		is(b, `document.querySelector('.filters input[name="at-limit"]:checked').value`, "drop")
		is(b, `document.getElementById('row-7-more').checkVisibility()`, true)
		is(b, `document.querySelectorAll('tr.more:not([hidden])').length`, 1)
		b.click("#row-7 button")
		is(b, `location.hash`, "#errors=all&at-limit=drop")

		b.do(chromedp.Navigate(address + "#row-4"))
		b.wait(`document.getElementById('row-4-more').checkVisibility()`)
		b.do(chromedp.Navigate(address + "#errors=no-such-answer"))
		b.wait(rowsShown + ` === 18`)
		b.do(chromedp.Navigate(address + "#errors=all"))
		b.wait(rowsShown + ` < 18`)
		b.do(chromedp.Navigate(address + "#behaviours"))
		b.wait(`document.getElementById('behaviours').getBoundingClientRect().top < innerHeight`)
		if get[int](b, rowsShown) == 18 {
			t.Error("to go to a part of the page has taken back what was chosen")
		}
	})
}

// A row opens to its words, its code and its evidence, and closes.
func TestRowsOpen(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		b := open(t, address, looks["360 dark"])
		rows := fixture(t).Rows
		for _, r := range rows[:some(address, len(rows))] {
			more := fmt.Sprintf(`document.getElementById('row-%d-more')`, r.Number)
			is(b, more+`.checkVisibility()`, false)
			b.click(fmt.Sprintf("#row-%d button", r.Number))
			is(b, more+`.checkVisibility()`, true)
			text := get[string](b, more+`.innerText`)
			for _, want := range slices.Concat(r.Imports(), r.Code, r.Commands) {
				if want = strings.TrimSpace(want); !strings.Contains(text, want) {
					t.Errorf("row %d: %q is not in %q", r.Number, want, text)
				}
			}
			is(b, fmt.Sprintf(`document.querySelectorAll('#row-%d-more .plotted > svg').length`, r.Number), len(r.Ratios)+min(1, len(r.Ratios)))
			is(b, fmt.Sprintf(`document.querySelectorAll('#row-%d-more .observed tbody tr').length`, r.Number), len(r.Cells))
			b.click(fmt.Sprintf("#row-%d button", r.Number))
			is(b, more+`.checkVisibility()`, false)
		}
		b.click("#all")
		is(b, `document.querySelectorAll('tr.more[hidden]').length`, 0)
		is(b, `location.hash`, "#open=all")
		b.click("#all")
		is(b, `document.querySelectorAll('tr.more:not([hidden])').length`, 0)
	})
}

// A cell of the matrix opens to what was seen, by whom it is held, and gives the focus back.
func TestCellsOpen(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		for _, l := range []string{"360 light", "1400 light"} {
			b := open(t, address, looks[l])
			d := fixture(t)
			is(b, `document.querySelectorAll('.matrix td').length`, len(d.Matrix.Rows)*len(d.Matrix.Contenders))
			last := len(d.Matrix.Rows) - 1
			id := fmt.Sprintf("seen-%d-1", last)
			shown := `document.getElementById('` + id + `')`
			cell := `[popovertarget="` + id + `"]`
			b.click(".matrix " + cell)
			b.wait(shown + `.matches(':popover-open') && document.activeElement === ` + shown)
			text := get[string](b, shown+`.innerText`)
			a := d.Matrix.Rows[last].Answers[1]
			for _, want := range []string{d.Matrix.Contenders[1], d.Matrix.Rows[last].Behaviour, d.Matrix.Rows[last].Question, a.Cell, a.Detail, "TestEveryContenderDoesWhatWasFound"} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in %q", want, text)
				}
			}
			b.nothingWrong("beyond")
			b.shot(l + " cell")
			b.press(kb.Escape)
			b.wait(`!` + shown + `.matches(':popover-open')`)
			is(b, `document.activeElement.getAttribute('popovertarget')`, id)

			b.press(kb.ArrowLeft)
			id = fmt.Sprintf("seen-%d-0", last)
			is(b, `document.activeElement.getAttribute('popovertarget')`, id)
			shown = `document.getElementById('` + id + `')`
			b.press(kb.Enter)
			b.wait(shown + `.matches(':popover-open') && document.activeElement === ` + shown)
			b.press(kb.Tab, kb.Enter) // its button
			b.wait(`!` + shown + `.matches(':popover-open')`)
		}
	})
}

// At no width does anything stand beyond the page, closed or with everything open, and the matrix scrolls by itself, by keyboard as well.
func TestNothingIsBeyondThePage(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		b := open(t, address, look{width: 360})
		widths := []int64{360, 1400, 390, 719, 720, 999, 1000, 1239, 1240, 1920} // the layout changes at 720, 1000 and 1240
		for _, width := range widths[:some(address, len(widths))] {
			b.see(look{width: width})
			b.do(chromedp.Navigate(address + "#behaviours"))
			is(b, `innerWidth`, int(width))
			b.nothingWrong("beyond")
			b.do(chromedp.Navigate(address + "#open=all"))
			b.wait(`document.querySelectorAll('tr.more[hidden]').length === 0`)
			get[bool](b, `document.querySelectorAll('details').forEach((d) => { d.open = true }), true`)
			b.nothingWrong("beyond")
			get[bool](b, `document.querySelectorAll('details').forEach((d) => { d.open = false }), true`)
			if t.Failed() {
				t.Fatalf("at %d pixels", width)
			}
		}
		b.see(look{width: 360})
		region := `document.querySelector('#behaviours .scroll')`
		is(b, region+`.scrollWidth > `+region+`.clientWidth`, true)
		get[bool](b, region+`.focus(), true`)
		b.press(kb.ArrowRight)
		b.wait(region + `.scrollLeft > 0`)
		get[bool](b, region+`.scrollLeft = 300, true`)
		is(b, `Math.abs(document.querySelector('.matrix tbody th').getBoundingClientRect().left - `+region+`.getBoundingClientRect().left) < 2`, true)
	})
}

// In every look text can be read, and the rules for readers of screens are kept.
func TestLooks(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		for name, l := range looks {
			b := open(t, address+"#open=1,14", l)
			b.shot(name)
			for _, part := range []string{"row-1", "prices", "curves", "behaviours", "provenance"} {
				get[bool](b, `document.getElementById('`+part+`').scrollIntoView(), true`)
				b.shot(name + " " + part)
			}
			b.nothingWrong("rules")
			found := check[struct {
				Pairs int
				Wrong []string
			}](b, "contrast")
			if len(found.Wrong) > 0 || found.Pairs < 5 {
				t.Errorf("%s: %d pairs of colours; %s", name, found.Pairs, strings.Join(found.Wrong, "; "))
			}
		}
	})
}

// Whoever hears the page hears tables with headers, and a name for everything that can be used.
func TestAccessibilityTree(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		for _, name := range []string{"360 light", "1400 light"} {
			b := open(t, address+"#open=2", looks[name])
			get[bool](b, `document.querySelectorAll('details').forEach((d) => { d.open = true }), true`)
			roles := map[string]int{}
			for _, node := range call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
				if node.Ignored || node.Role == nil {
					continue
				}
				role := text(node.Role)
				roles[role]++
				switch role {
				case "button", "link", "radio", "region", "table", "group", "navigation", "image", "columnheader", "rowheader", "DisclosureTriangle", "heading":
					if strings.TrimSpace(text(node.Name)) == "" && role != "group" {
						t.Errorf("%s: a %s has no name", name, role)
					}
				}
			}
			d := fixture(t)
			for role, least := range map[string]int{
				"table": 3 + len(roles)/100, "rowheader": len(d.Rows) + len(d.Matrix.Rows), "columnheader": len(d.Matrix.Contenders) + 1,
				"button": len(d.Rows) + len(d.Matrix.Rows)*len(d.Matrix.Contenders), "cell": len(d.Matrix.Rows) * len(d.Matrix.Contenders),
				"radio": 20, "status": 1, "main": 1, "region": 3, "navigation": 1, "image": 2,
			} {
				if roles[role] < least {
					t.Errorf("%s: %d of role %s, not %d at least; all: %v", name, roles[role], role, least, roles)
				}
			}
		}
	})
}

func text(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	return strings.Trim(string(v.Value), `"`)
}

// On paper everything that was not filtered out is open, there are no controls, and nothing is cut off.
func TestPrint(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		b := open(t, address+"#lives=process", look{width: 720, dark: true, print: true})
		is(b, `[...document.querySelectorAll('tr.row')].every((r) => r.checkVisibility() === r.nextElementSibling.checkVisibility())`, true)
		if n := get[int](b, rowsShown); n == 0 || n == 18 {
			t.Errorf("%d rows are printed", n)
		}
		is(b, `['.filters', '.bar', 'nav'].some((s) => document.querySelector(s).checkVisibility())`, false)
		b.nothingWrong("beyond")
		found := check[struct {
			Pairs int
			Wrong []string
		}](b, "contrast")
		if len(found.Wrong) > 0 {
			t.Error(strings.Join(found.Wrong, "; "))
		}
		b.shot("print")
		pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
		if err != nil || len(pdf) < 10_000 {
			t.Errorf("%d bytes of PDF, %v", len(pdf), err)
		}
	})
}

// Without its script the page is whole: no row is hidden, and no control is there that would do nothing.
func TestWithoutScript(t *testing.T) {
	forms(t, func(t *testing.T, address string) {
		b := open(t, address, look{width: 360, noScript: true})
		is(b, `document.documentElement.className`, "")
		is(b, rowsShown, len(fixture(t).Rows))
		is(b, `[...document.querySelectorAll('tr.more')].every((r) => r.checkVisibility())`, true)
		is(b, `['.filters', '.bar', '.opens', '.js-only'].some((s) => [...document.querySelectorAll(s)].some((e) => e.checkVisibility()))`, false)
		b.nothingWrong("beyond")
		b.nothingWrong("rules")
		b.click(`.matrix [popovertarget="seen-0-0"]`)
		b.wait(`document.getElementById('seen-0-0').matches(':popover-open')`)
	})
}
