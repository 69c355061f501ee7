package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

func TestOutFileReplaces(t *testing.T) {
	name := filepath.Join(t.TempDir(), "report.json")
	for _, seed := range []uint64{1 << 60, 1} { // the second report is shorter
		f, err := openOut("--json", name, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.Write((&report.Report{Seed: seed}).WriteJSON), f.Close()); err != nil {
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

func TestOutFileNotWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "report.json")
	open := func() {
		f, err := openOut("--json", name, nil)
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

func TestOutFileIsNotStandardOutput(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := openOut("--json", "-", nil); err == nil {
		t.Error("- is taken for a file")
	}
	if _, err := os.Stat("-"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was made: %v", err)
	}
}

func TestNoOutFile(t *testing.T) {
	f, err := openOut("--json", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Write((&report.Report{}).WriteJSON), f.Close()); err != nil {
		t.Error(err)
	}
}

// What could not be made leaves an old file as it was.
func TestOutFileKeepsTheOldOneBesideAnError(t *testing.T) {
	name := filepath.Join(t.TempDir(), "picture.svg")
	if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := openOut("--picture", name, nil)
	if err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no picture")
	if err := f.Write(func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return failed }); !errors.Is(err, failed) {
		t.Errorf("Write returned %v", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if kept, err := os.ReadFile(name); err != nil || string(kept) != "old" {
		t.Errorf("the old file holds %q (%v)", kept, err)
	}
}
