package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/sharedfate/fate/cmd/fate/internal/report"
)

// A jsonFile is where --json goes. It is opened before anything is measured, so that minutes of work are not lost for want of a
// folder or a permission, and what it held stays until there is something to replace it. A nil one takes everything and keeps nothing.
type jsonFile struct {
	f       *os.File
	created bool
	written bool
}

// openJSON opens the file, or makes it; an empty name is no file.
func openJSON(name string) (*jsonFile, error) {
	if name == "" {
		return nil, nil
	}
	if name == "-" {
		return nil, errors.New("name a file: the tables go to standard output")
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		return &jsonFile{f: f, created: true}, nil
	}
	if !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	f, err = os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	return &jsonFile{f: f}, nil
}

// Write replaces what the file held by the report.
func (j *jsonFile) Write(r *report.Report) error {
	if j == nil {
		return nil
	}
	j.written = true
	info, err := j.f.Stat()
	if err == nil && info.Mode().IsRegular() { // not a pipe or a device, which can't be cut
		err = j.f.Truncate(0)
	}
	if err == nil {
		err = r.WriteJSON(j.f)
	}
	if err != nil {
		return fmt.Errorf("--json: %w", err)
	}
	return nil
}

// Close closes the file, and takes it away again if it was made for nothing.
func (j *jsonFile) Close() error {
	if j == nil {
		return nil
	}
	err := j.f.Close()
	if j.created && !j.written {
		err = errors.Join(err, os.Remove(j.f.Name()))
	}
	return err
}
