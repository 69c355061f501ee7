module github.com/sharedfate/fate

go 1.26.0

require (
	github.com/hashicorp/go-multierror v1.1.1
	github.com/sourcegraph/conc v0.3.0
	go.uber.org/goleak v1.3.0
	golang.org/x/sync v0.24.0
)

require (
	github.com/hashicorp/errwrap v1.0.0 // indirect
	go.uber.org/atomic v1.7.0 // indirect
	go.uber.org/multierr v1.9.0 // indirect
)
