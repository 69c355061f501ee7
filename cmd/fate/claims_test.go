package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/price"
)

// said are two claims that are measured in no time.
func said() []claims.Claim {
	row := price.Row{Name: "row", Work: "nothing", Beside: "them", Tasks: 1, Ours: naps, Theirs: naps}
	check := claims.Check{Of: "all", Who: "us", Look: claims.Ratio, Bounds: claims.Bounds{AtLeast: 1e-9}, Row: row}
	return []claims.Claim{
		{Name: "first", Says: "time passes", Rule: "It does.", Checks: []claims.Check{check}},
		{Name: "second", Says: "it does so twice", Rule: "It does.", Checks: []claims.Check{check, check}},
	}
}

func TestClaimsAreMeasuredAndJudged(t *testing.T) {
	found, told := measured(t.Context(), (&compareCmd{Quick: true}).claimParts(said()))
	if found.Claims == nil || !found.Claims.Quick || len(found.Claims.Findings) != 2 || len(found.LeftOut) > 0 || found.Failures() > 0 {
		t.Fatalf("found %+v, left out %v", found.Claims, found.LeftOut)
	}
	for _, f := range found.Claims.Findings {
		if f.Verdict != "holds" {
			t.Errorf("%s: %s", f.Says, f.Verdict)
		}
	}
	if got, want := told, "measuring 2 claims\n"; got != want {
		t.Errorf("progress is %q, want %q", got, want)
	}
}

// What there is no time for is named, and a claim that was measured in part is not there.
func TestClaimsSayWhatWasLeftOut(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	all := said()
	all[1].Checks[1].Row.Ours = func(m *price.Meter) error { cancel(); return naps(m) }
	found, _ := measured(ctx, (&compareCmd{Quick: true}).claimParts(all))
	if got, want := strings.Join(found.LeftOut, ", "), "claims: second"; got != want {
		t.Errorf("left out %q, want %q", got, want)
	}
	if len(found.Claims.Findings) != 1 {
		t.Errorf("%d findings are there, want the first", len(found.Claims.Findings))
	}
}

func TestQuickClaimsEndInTime(t *testing.T) {
	before := quickTime
	quickTime = 0
	defer func() { quickTime = before }()
	file := filepath.Join(t.TempDir(), "report.json")
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), []string{"compare", "--quick", "--workload", "claims", "--markdown", "-", "--json", file}, &stdout, &stderr); got != exitOK {
		t.Errorf("status %d, want %d; stderr: %s", got, exitOK, &stderr)
	}
	for _, want := range []string{"### claims: what is often said", "No claim was measured", "claims: pool"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("stdout lacks %q:\n%s", want, &stdout)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(written, &r); err != nil || r.Claims == nil || !r.Claims.Quick || len(r.LeftOut) != len(claims.Claims()) {
		t.Errorf("the file holds %+v, %v", r, err)
	}
}

// Claims have verdicts and no targets, and contenders of their own.
func TestClaimsTakeNoFlagsOfOthers(t *testing.T) {
	for _, args := range [][]string{
		{"--workload", "claims", "--check"},
		{"--workload", "claims", "--picture", filepath.Join(t.TempDir(), "picture.svg")},
		{"--workload", "claims", "--contender", "conc"},
	} {
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), append([]string{"compare"}, args...), &stdout, &stderr); got != exitUsage || stdout.Len() > 0 {
			t.Errorf("%v: status %d, want %d; stdout %q, stderr %q", args, got, exitUsage, &stdout, &stderr)
		}
	}
}

func TestPickClaimsByName(t *testing.T) {
	for _, c := range []struct {
		names  []string
		claims bool
	}{{nil, false}, {[]string{"engine"}, false}, {[]string{"claims"}, true}, {[]string{"claims", "engine", "empty"}, true}} {
		s, err := pick(nil, c.names)
		if err != nil || s.claims != c.claims {
			t.Errorf("%v: %v, %v", c.names, s.claims, err)
		}
	}
}
