package report

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/sharedfate/fate/internal/compare"
	"github.com/sharedfate/fate/internal/stats"
)

// writePeer writes our contenders' ratios to the peer, workloads down: to whom the other tables' base is nothing, this is the
// comparison. The file that --json writes has these ratios for all contenders.
func (r *Report) writePeer(b *strings.Builder, width int) {
	var ws []compare.Report
	var labels []string
	for _, w := range r.Workloads {
		if w.Peer != "" {
			ws = append(ws, w)
			labels = append(labels, w.Workload)
		}
	}
	var columns []column
	for _, c := range r.Contenders {
		if column := peerColumn(c.Name, ws); c.Ours && column.cells != nil {
			columns = append(columns, column)
		}
	}
	if len(columns) == 0 {
		return
	}
	heading(b, "Ours against "+ws[0].Peer)
	matrix(b, labels, columns, width, text.AlignRight)
	b.WriteByte('\n')
	paragraph(b, "Each contender's time over that of "+ws[0].Peer+" in the same round, and the interval. Below 1, ours is faster; "+
		"an interval that holds 1 shows no difference.", width)
}

// peerColumn has no cells if the contender did none of the workloads.
func peerColumn(name string, ws []compare.Report) column {
	cells, some := make([]string, len(ws)), false
	for i, w := range ws {
		row := find(w, name)
		if row == nil {
			continue
		}
		some = true
		cells[i] = missing
		if e := row.ToPeer; e != (stats.Estimate{}) {
			cells[i] = number(e.Median) + text.AlignRight.Apply(interval(e), 12)
		}
	}
	if !some {
		return column{}
	}
	return column{head: name, cells: cells}
}

func interval(e stats.Estimate) string { return Interval(e.Low, e.High) }
