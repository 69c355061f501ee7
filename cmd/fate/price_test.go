package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/price"
	"github.com/sharedfate/fate/internal/stats"
)

// naps is a side of which a run takes about as long as a sample.
func naps(m *price.Meter) error {
	nap := func() error { time.Sleep(time.Millisecond); return nil }
	return m.Loop(nap, nap)
}

// tiny is a workload that is measured in no time.
func tiny() price.Workload {
	row := price.Row{Name: "row", Work: "nothing", Beside: "them", Tasks: 1, AtMost: 1, Ours: naps, Theirs: naps}
	other := row
	other.Name, other.Work = "other", "something else"
	return price.Workload{Name: "tiny", About: "the least there is", Rows: []price.Row{row, other},
		Curves: []price.Curve{{Name: "size", Points: []price.Point{{At: "1", Rows: []price.Row{row}}}}}}
}

// measured measures the parts into a new report, and returns it with what was told meanwhile.
func measured(ctx context.Context, parts []part) (*report.Report, string) {
	var stderr bytes.Buffer
	s := session{found: &report.Report{Seed: 1}, progress: newProgress(&stderr)}
	s.run(ctx, parts)
	return s.found, stderr.String()
}

func TestPriceMeasuresRowsAndCurves(t *testing.T) {
	found, told := measured(t.Context(), new(compareCmd).priceParts(tiny()))
	if len(found.Prices) != 1 || len(found.LeftOut) > 0 {
		t.Fatalf("%d reports, left out %v", len(found.Prices), found.LeftOut)
	}
	ps := found.Prices[0]
	if len(ps.Rows) != 2 || len(ps.Curves) != 1 || len(ps.Growth) != 0 || len(ps.Spreads) != 0 || ps.Quick || found.Failures() > 0 {
		t.Errorf("measured %+v", ps)
	}
	if got, want := told, "measuring tiny, 2 rows\nmeasuring tiny by size\n"; got != want {
		t.Errorf("progress is %q, want %q", got, want)
	}
}

// Rows of one name are measured in the same rounds: ours is there once.
func TestPriceMeasuresRowsOfOneNameTogether(t *testing.T) {
	w := tiny()
	w.Rows[1] = w.Rows[0]
	w.Rows[1].Beside = "others"
	found, _ := measured(t.Context(), (&compareCmd{Quick: true}).priceParts(w))
	rows := found.Prices[0].Rows
	if len(rows) != 2 || rows[1].Beside != "others" || rows[1].AgainOf != "them" || rows[0].Pairs == 0 || !slices.Equal(rows[0].Ours, rows[1].Ours) {
		t.Errorf("measured %+v", rows)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	found, _ = measured(ctx, (&compareCmd{Quick: true}).priceParts(w))
	if got, want := strings.Join(found.LeftOut, "; "), "tiny: row beside them, others"; got != want {
		t.Errorf("left out %q, want %q", got, want)
	}
}

func TestQuickPriceHasNoCurves(t *testing.T) {
	found, _ := measured(t.Context(), (&compareCmd{Quick: true}).priceParts(tiny()))
	if ps := found.Prices[0]; len(ps.Rows) != 2 || len(ps.Curves) != 0 || !ps.Quick {
		t.Errorf("measured %+v", ps)
	}
}

// What there is no time for is named.
func TestPriceSaysWhatItLeftOut(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := tiny()
	w.Rows[1].Ours = func(m *price.Meter) error { cancel(); return naps(m) }
	found, _ := measured(ctx, new(compareCmd).priceParts(w))
	if got, want := strings.Join(found.LeftOut, ", "), "tiny: other beside them, tiny: by size"; got != want {
		t.Errorf("left out %q, want %q", got, want)
	}
	if len(found.Prices[0].Rows) != 1 {
		t.Errorf("%d rows are there, want the first", len(found.Prices[0].Rows))
	}
}

// A quick run whose time is over says so, for each thing it left out, and has gone well.
func TestQuickPriceEndsInTime(t *testing.T) {
	before := quickTime
	quickTime = 0
	defer func() { quickTime = before }()
	file := filepath.Join(t.TempDir(), "report.json")
	var stdout, stderr bytes.Buffer
	args := []string{"compare", "--quick", "--workload", "engine,single", "--check", "--json", file}
	if got := run(t.Context(), args, &stdout, &stderr); got != exitOK {
		t.Errorf("status %d, want %d; stderr: %s", got, exitOK, &stderr)
	}
	for _, want := range []string{"engine: what a task costs", "No row was measured", "Left out, ", "single", "start-1 beside errgroup"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("stdout lacks %q:\n%s", want, &stdout)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(written, &r); err != nil || len(r.Prices) != 1 || r.Prices[0].Workload != "engine" || len(r.LeftOut) == 0 {
		t.Errorf("the file holds %+v, %v", r, err)
	}
}

// A picture of nothing is an error, and no file.
func TestNoPictureOfNothing(t *testing.T) {
	before := quickTime
	quickTime = 0
	defer func() { quickTime = before }()
	file := filepath.Join(t.TempDir(), "picture.svg")
	var stdout, stderr bytes.Buffer
	args := []string{"compare", "--quick", "--workload", "busy", "--markdown", "-", "--picture", file}
	if got := run(t.Context(), args, &stdout, &stderr); got != exitFailed {
		t.Errorf("status %d, want %d", got, exitFailed)
	}
	if !strings.Contains(stderr.String(), "--picture: there is nothing to draw") || !strings.HasPrefix(stdout.String(), "Measured by `fate compare ") {
		t.Errorf("stdout %q, stderr %q", &stdout, &stderr)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was left: %v", err)
	}
}

func TestInterruptedPricePrintsWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout bytes.Buffer
	stderr := &cancelAt{text: "measuring engine", cancel: cancel}
	file := filepath.Join(t.TempDir(), "picture.svg")
	if got := run(ctx, []string{"compare", "--workload", "engine", "--picture", file}, &stdout, stderr); got != exitInterrupted {
		t.Errorf("status %d, want %d; stderr: %s", got, exitInterrupted, stderr)
	}
	if out := stdout.String(); !strings.Contains(out, "engine: what a task costs") || !strings.Contains(out, "Interrupted: ") || strings.Contains(out, "Left out") {
		t.Errorf("stdout does not say that it was interrupted:\n%s", out)
	}
}

// What --check says is an error with status 1 if a target is missed for certain, and nothing otherwise.
func TestCheck(t *testing.T) {
	with := func(met price.Met) *report.Report {
		l := price.Line{Of: price.OfTime, Ours: 3, Theirs: 2, Ratio: stats.Estimate{Median: 1.5, Low: 1.25, High: 1.75}, AtMost: 1, Target: true, Met: met}
		return &report.Report{Prices: []*report.Prices{{Workload: "tiny", Rows: []price.Result{{Work: "nothing", Beside: "them", Lines: []price.Line{l}}}}}}
	}
	check := &compareCmd{Check: true}
	for _, met := range []price.Met{price.Yes, price.Unclear} {
		if err := check.outcome(with(met), nil); err != nil {
			t.Errorf("met: %s: %v", met, err)
		}
	}
	missed := with(price.No)
	if err := new(compareCmd).outcome(missed, nil); err != nil {
		t.Errorf("without --check: %v", err)
	}
	err := check.outcome(missed, nil)
	if err == nil || !strings.Contains(err.Error(), "1 target is missed") || !strings.Contains(err.Error(), "nothing: them 2.00 ns, ours 3.00 ns, ratio 1.50 (1.25-1.75), at most 1") {
		t.Errorf("the error is %v", err)
	}
	if errors.Is(err, errUsage) || errors.Is(err, errInterrupted) {
		t.Errorf("%v would not be status 1", err)
	}
	missed.Prices = append(missed.Prices, missed.Prices[0])
	if err := check.outcome(missed, nil); err == nil || !strings.Contains(err.Error(), "2 targets are missed") {
		t.Errorf("of two: %v", err)
	}
	missed.Interrupted = true
	if err := check.outcome(missed, nil); !errors.Is(err, errInterrupted) {
		t.Errorf("after an interruption: %v", err)
	}
}
