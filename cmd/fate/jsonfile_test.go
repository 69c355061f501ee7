package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

func TestJSONFileReplaces(t *testing.T) {
	name := filepath.Join(t.TempDir(), "report.json")
	for _, seed := range []uint64{1 << 60, 1} { // the second report is shorter
		f, err := openJSON(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.Write(&report.Report{Seed: seed}), f.Close()); err != nil {
			t.Fatal(err)
		}
		written, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var back report.Report
		if err := json.Unmarshal(written, &back); err != nil || back.Seed != seed {
			t.Errorf("read back seed %d (%v), want %d", back.Seed, err, seed)
		}
	}
}

func TestJSONFileNotWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "report.json")
	open := func() {
		f, err := openJSON(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open()
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was left: %v", err)
	}
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	open()
	if kept, err := os.ReadFile(name); err != nil || string(kept) != "old" {
		t.Errorf("the old file holds %q (%v)", kept, err)
	}
}

func TestJSONFileIsNotStandardOutput(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := openJSON("-"); err == nil {
		t.Error("- is taken for a file")
	}
	if _, err := os.Stat("-"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was made: %v", err)
	}
}

func TestNoJSONFile(t *testing.T) {
	f, err := openJSON("")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Write(&report.Report{}), f.Close()); err != nil {
		t.Error(err)
	}
}
