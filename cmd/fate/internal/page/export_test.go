package page

import (
	"github.com/sharedfate/fate/internal/price"
)

// What tests need to look at parts of the page by themselves.
var (
	Judge    = judge
	Markdown = markdown
	NumberOf = numberOf
)

const CellTest = cellTest

// Against says what the page says of each that ours stood beside in the first curve, and where their lines meet.
func Against(results []price.CurveResult) (says map[string]string, meets map[string][]float64) {
	c := curvesOf(results)[0]
	says, meets = map[string]string{}, map[string][]float64{}
	for _, name := range c.names()[1:] {
		says[name], meets[name] = c.against(name)
	}
	return says, meets
}
