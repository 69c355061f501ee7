package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// An outFile is where --json, --html or another flag writes to. It is tried out before anything is measured, so that minutes of work are not lost for want
// of a folder or a permission, and what it held stays until there is something to replace it. A file is replaced as a whole: who reads it, or ends
// this program meanwhile, finds the old text or the new. A nil one takes everything and keeps nothing.
type outFile struct {
	flag    string
	name    string      // of the file itself, where links are followed
	mode    os.FileMode // of the file
	regular bool        // it can be replaced; a pipe or a device is written to
	to      io.Writer   // unless it is regular
	f       *os.File    // the same, to be closed
	stdout  bool
}

// openOut finds out whether the file that the flag names can be written, or made; an empty name is no file, and - is stdout, if that is not nil.
func openOut(flag, name string, stdout io.Writer) (*outFile, error) {
	switch {
	case name == "":
		return nil, nil
	case name == "-" && stdout == nil:
		return nil, usagef("%s: name a file: the tables go to standard output", flag)
	case name == "-":
		return &outFile{flag: flag, to: stdout, stdout: true}, nil
	}
	o := &outFile{flag: flag, name: name}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	made := err == nil
	if errors.Is(err, os.ErrExist) {
		f, err = os.OpenFile(name, os.O_WRONLY, 0)
	}
	if err != nil {
		return nil, usagef("%s: %w", flag, err)
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		o.f, o.to = f, f
		return o, nil
	}
	o.regular, o.mode = true, info.Mode().Perm()
	if real, err := filepath.EvalSymlinks(name); err == nil {
		o.name = real
	}
	err = f.Close()
	if made { // who ends this program before there is anything to write finds no empty file
		err = errors.Join(err, os.Remove(o.name))
	}
	if err != nil {
		return nil, usagef("%s: %w", flag, err)
	}
	return o, nil
}

// Write replaces what the file held by what write writes, as often as it is called. If that writes nothing but an error, the file stays as it was.
func (o *outFile) Write(write func(io.Writer) error) error {
	if o == nil {
		return nil
	}
	var text bytes.Buffer
	err := write(&text)
	if err == nil {
		err = o.replace(text.Bytes())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", o.flag, err)
	}
	return nil
}

func (o *outFile) replace(text []byte) error {
	if !o.regular {
		_, err := o.to.Write(text)
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(o.name), "."+filepath.Base(o.name)+".*")
	if err != nil {
		// A folder that takes no new files, with a file in it that may be written.
		return os.WriteFile(o.name, text, o.mode)
	}
	_, err = temp.Write(text)
	if err == nil {
		err = temp.Sync()
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Chmod(temp.Name(), o.mode)
	}
	if err == nil {
		err = os.Rename(temp.Name(), o.name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// Close closes what is open. A file to which nothing was written is not there, or as it was.
func (o *outFile) Close() error {
	if o == nil || o.f == nil {
		return nil
	}
	return o.f.Close()
}
