// Package docs holds what was measured for the documentation, so that the tool can show it.
package docs

import _ "embed"

// Table is the raw file of the run from which the decision table's evidence comes: JSON, and an empty object before there was one.
//
//go:embed table.json
var Table []byte
