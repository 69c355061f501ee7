// Package migrate has the code of docs/migrating.md, before and after, as tests: each pair is run on the same input and must give the
// same, and where it means something else afterwards, a test shows that. It has no code but tests, as programs of readers are what it is
// about.
package migrate
