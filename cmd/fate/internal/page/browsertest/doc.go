// Package browsertest opens the page in a real browser. It has tests alone, and is a module of its own for what they need.
package browsertest
