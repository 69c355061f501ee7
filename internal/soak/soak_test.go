package soak_test

import (
	"os"
	"testing"
	"time"

	"github.com/sharedfate/fate/internal/soak"
)

func TestTmp(t *testing.T) {
	kinds := map[string]soak.Episode{}
	k := os.Getenv("KIND")
	for name, e := range soak.Kinds() {
		if k == "" || k == name {
			kinds[name] = e
		}
	}
	d, _ := time.ParseDuration(os.Getenv("FOR"))
	report, faults := soak.Run(t.Context(), soak.Options{For: d, Seed: uint64(time.Now().UnixNano()), Kinds: kinds, Patience: 10 * time.Second})
	t.Log(report)
	for _, f := range faults {
		t.Error(f)
	}
}
