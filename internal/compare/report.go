package compare

import (
	"time"

	"github.com/sharedfate/fate/internal/stats"
)

// A Plan says how a workload is measured. The zero Plan is a good one.
type Plan struct {
	// Budget is how long all of it may take; 0 is 2 s. It is overrun where each contender's six rounds take longer, the
	// fewest that give an interval of 95 %.
	Budget time.Duration

	// Sample is how long one sample of the base should take; 0 is 3 ms. If a single run takes longer, it is a sample.
	Sample time.Duration

	// Seed shuffles the order of contenders within each round; the same seed gives the same orders.
	Seed uint64
}

// Progress is what Measure tells while it works.
type Progress struct {
	Workload string
	Round    int // rounds that are done; 0 while everything is run for the first time
	Rounds   int // rounds that are planned; 0 if that is not known yet
}

// A Report is what one workload cost each contender.
type Report struct {
	Workload string `json:"workload"`
	About    string `json:"about"`
	Limit    int    `json:"limit"`           // 0 is no limit
	Input    string `json:"input,omitempty"` // what the job says it found
	Done     Done   `json:"done"`            // what each run did
	Base     string `json:"base"`            // the contender that ratios are taken against
	Runs     int    `json:"runs"`            // runs in one sample, the same for all
	Rounds   int    `json:"rounds"`
	Partial  bool   `json:"partial,omitempty"` // it was interrupted; what is here is from the rounds before

	// Peer names the other contender that ratios are taken against, PeerName; empty if it took no part or is the base.
	Peer string `json:"peer,omitempty"`

	// Rows are the contenders in the order they were given. After the base stands a second row of it, measured as if it were
	// another contender: its interval shows how widely ratios scatter here where there is no difference.
	Rows []Row `json:"rows"`
}

// A Row is what a workload cost one contender.
type Row struct {
	Contender string `json:"contender"`
	Ours      bool   `json:"ours,omitempty"`
	Again     bool   `json:"again,omitempty"` // the base's second row

	Time   stats.Estimate `json:"time_ns"`       // nanoseconds for one run
	Ratio  stats.Estimate `json:"ratio"`         // of the base's time in the same round; all 0 if the base could not be measured
	ToPeer stats.Estimate `json:"ratio_to_peer"` // of the peer's; all 0 if there is no Peer, or it could not be measured

	// Verdict is what Ratio shows. It is empty where there is nothing to judge: without a Ratio, of the base, and of its second row, which is
	// what the others are judged by.
	Verdict stats.Verdict `json:"verdict,omitempty"`

	Allocs float64 `json:"allocs"` // heap allocations in one run, by the whole process
	Bytes  float64 `json:"bytes"`  // heap bytes in one run, by the whole process

	// Samples are the nanoseconds of one run in each round, in all rows the same rounds: from these Time and Ratio are made. A row
	// with an error has fewer.
	Samples []float64 `json:"samples_ns"`

	// Err says why the contender could not be measured, or why it was not to the end; empty if nothing went wrong.
	Err string `json:"err,omitempty"`
}

// judge sets the rows' verdicts.
func (r *Report) judge() {
	var again stats.Estimate
	for _, row := range r.Rows {
		if row.Again {
			again = row.Ratio
		}
	}
	for i := range r.Rows {
		if row := &r.Rows[i]; row.Ratio != (stats.Estimate{}) && row.Contender != r.Base {
			row.Verdict = stats.Judge(row.Ratio, again)
		}
	}
}
