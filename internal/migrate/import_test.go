package migrate_test

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
)

// The two files differ in the import path, and in nothing else but the function's name.
func TestImportPathIsAllThatChanges(t *testing.T) {
	read := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	after := strings.NewReplacer("golang.org/x/sync/errgroup", "github.com/sharedfate/fate/errgroup", "importBefore", "importAfter").Replace(read("import_before_test.go"))
	equal(t, "the file", after, read("import_after_test.go"))
	for _, urls := range [][]string{none, good, one} {
		synctest.Test(t, func(t *testing.T) {
			equal(t, "the error", importBefore(t.Context(), urls), importAfter(t.Context(), urls))
		})
	}
}
