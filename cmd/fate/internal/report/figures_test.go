package report_test

import (
	"slices"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

func TestFigures(t *testing.T) {
	for _, c := range []struct {
		write func(float64) string
		of    float64
		want  string
	}{
		{report.Duration, 0, "0.00 ns"},
		{report.Duration, 1.234, "1.23 ns"},
		{report.Duration, 999.4, "999 ns"},
		{report.Duration, 999.6, "1.00 µs"},
		{report.Duration, 12_345, "12.3 µs"},
		{report.Duration, 99_960, "100 µs"},
		{report.Duration, 999_600, "1.00 ms"},
		{report.Duration, 1e9, "1.00 s"},
		{report.Duration, 4321e9, "4321 s"},
		{report.Size, 0, "0 B"},
		{report.Size, 999, "999 B"},
		{report.Size, 999.7, "1.00 kB"},
		{report.Size, 60_720, "60.7 kB"},
		{report.Size, 123.4e6, "123 MB"},
		{report.Size, 2e9, "2.00 GB"},
		{report.Amount, 0, "0"},
		{report.Amount, 2.6, "3"},
		{report.Amount, 9999, "9999"},
		{report.Amount, 12_345, "12.3k"},
		{report.Amount, 1e6, "1.00M"},
		{report.Amount, 5e9, "5.00G"},
		{report.Number, 0, "0.000"},
		{report.Number, 0.000_012_34, "0.000012"},
		{report.Number, 0.0038, "0.0038"},
		{report.Number, 0.0096, "0.010"},
		{report.Number, 0.0123, "0.012"},
		{report.Number, 0.0994, "0.099"},
		{report.Number, 0.0996, "0.10"},
		{report.Number, 0.996, "1.00"},
		{report.Number, 9.996, "10.0"},
		{report.Number, 99.96, "100"},
	} {
		if got := c.write(c.of); got != c.want {
			t.Errorf("%v is written %q, want %q", c.of, got, c.want)
		}
	}
}

// An interval that does not hold 1 does not look as if it did.
func TestIntervalsBeside1(t *testing.T) {
	for want, of := range map[string][2]float64{
		"1.001-1.14":    {1.0008, 1.14},
		"0.90-0.9997":   {0.9, 0.99966},
		"1.00002-1.20":  {1.00002, 1.2},
		"1.00-1.00":     {1, 1},
		"0.95-1.05":     {0.95, 1.05},
		"0.996-1.00":    {0.996, 1},
		"0.19-1.00":     {0.19, 1.0000001}, // nearer than anybody can tell
		"0.00012-0.052": {0.00012, 0.052},
	} {
		if got := report.Interval(of[0], of[1]); got != want {
			t.Errorf("%v is written %q, want %q", of, got, want)
		}
	}
}

func TestBands(t *testing.T) {
	for _, c := range []struct {
		columns, width int
		want           []int
	}{
		// A column is 7 wide, as its head is broken, and has a gap of 2.
		{5, 45, []int{5}},
		{5, 44, []int{2, 3}},
		{5, 27, []int{2, 3}},
		{5, 26, []int{1, 2, 2}},
		{5, 9, []int{1, 1, 1, 1, 1}},
		{5, 1, []int{1, 1, 1, 1, 1}},
		{0, 10, nil},
	} {
		if got := report.Bands(c.columns, "ten-letter", "7letter", c.width); !slices.Equal(got, c.want) {
			t.Errorf("%d columns in %d characters: bands of %v, want %v", c.columns, c.width, got, c.want)
		}
	}
}
