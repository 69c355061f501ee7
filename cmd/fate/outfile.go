package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// An outFile is where --json or --picture goes. It is opened before anything is measured, so that minutes of work are not lost for want of a
// folder or a permission, and what it held stays until there is something to replace it. A nil one takes everything and keeps nothing.
type outFile struct {
	flag    string
	f       *os.File
	created bool
	written bool
}

// openOut opens the file that the flag names, or makes it; an empty name is no file.
func openOut(flag, name string) (*outFile, error) {
	if name == "" {
		return nil, nil
	}
	if name == "-" {
		return nil, usagef("%s: name a file: the tables go to standard output", flag)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		return &outFile{flag: flag, f: f, created: true}, nil
	}
	if !errors.Is(err, os.ErrExist) {
		return nil, usagef("%s: %w", flag, err)
	}
	f, err = os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return nil, usagef("%s: %w", flag, err)
	}
	return &outFile{flag: flag, f: f}, nil
}

// Write replaces what the file held by what write writes. If that writes nothing but an error, the file stays as it was.
func (o *outFile) Write(write func(io.Writer) error) error {
	if o == nil {
		return nil
	}
	var text bytes.Buffer
	err := write(&text)
	if err == nil {
		o.written = true
		err = o.replace(text.Bytes())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", o.flag, err)
	}
	return nil
}

func (o *outFile) replace(text []byte) error {
	info, err := o.f.Stat()
	if err == nil && info.Mode().IsRegular() { // not a pipe or a device, which can't be cut
		err = o.f.Truncate(0)
	}
	if err == nil {
		_, err = o.f.Write(text)
	}
	return err
}

// Close closes the file, and takes it away again if it was made for nothing.
func (o *outFile) Close() error {
	if o == nil {
		return nil
	}
	err := o.f.Close()
	if o.created && !o.written {
		err = errors.Join(err, os.Remove(o.f.Name()))
	}
	return err
}
