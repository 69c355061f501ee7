package soak_test

import (
	"testing"
	"time"

	"github.com/sharedfate/fate/internal/soak"
)

func TestSoak(t *testing.T) {
	report, faults := soak.Run(t.Context(), soak.Options{For: 2 * time.Second, Seed: uint64(time.Now().UnixNano())})
	t.Log(report)
	for _, f := range faults {
		t.Error(f)
	}
}
