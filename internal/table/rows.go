package table

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rows returns the table, by number. What it returns is the caller's own.
func Rows() []Row {
	rows := slices.Concat(groupRows(), manyRows(), processRows(), childRows(), stageRows(), answerRows(), shareRows(), seeRows())
	slices.SortFunc(rows, func(a, b Row) int { return a.Number - b.Number })
	for i := range rows {
		rows[i].Fits = fits(rows[i].Number)
	}
	return rows
}

// Heading is the heading of the row's section of docs/choosing.md: "1. A handful of tasks; ...".
func (r Row) Heading() string {
	first, size := utf8.DecodeRuneInString(r.Face)
	return strconv.Itoa(r.Number) + ". " + string(unicode.ToUpper(first)) + r.Face[size:]
}

var unlinked = regexp.MustCompile(`[^a-z0-9 _-]`)

// Anchor is the name under which a page of Markdown on GitHub has that section: "1-a-handful-of-tasks-...".
func (r Row) Anchor() string {
	return strings.ReplaceAll(unlinked.ReplaceAllString(strings.ToLower(r.Heading()), ""), " ", "-")
}
