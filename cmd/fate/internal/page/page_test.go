package page_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/decision"
	"github.com/sharedfate/fate/cmd/fate/internal/page"
)

// fixture is a table with the evidence of a quick run.
func fixture(t *testing.T) (d decision.Table) {
	t.Helper()
	b, err := os.ReadFile("testdata/table.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	if err := page.Write(&b, fixture(t)); err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/page.html", b.Bytes(), 0o644)
}
