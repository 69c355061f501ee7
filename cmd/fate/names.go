package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// names is a flag that may be repeated and takes a list with commas. One that was given without a name holds an empty one, which kong's own
// lists don't: it is a mistake and does not mean all.
type names []string

// Decode is called for each time the flag is given.
func (n *names) Decode(ctx *kong.DecodeContext) error {
	var list string
	if err := ctx.Scan.PopValueInto("name", &list); err != nil {
		return err
	}
	*n = append(*n, strings.Split(list, ",")...)
	return nil
}
