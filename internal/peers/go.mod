module github.com/sharedfate/fate/internal/peers

go 1.26.0

require (
	github.com/alitto/pond/v2 v2.7.1
	github.com/oklog/run v1.2.0
	github.com/panjf2000/ants/v2 v2.12.1
	github.com/sharedfate/fate v0.0.0-00010101000000-000000000000
	github.com/thejerf/suture/v4 v4.0.6
	go.uber.org/goleak v1.3.0
	go.uber.org/multierr v1.11.0
)

require (
	github.com/hashicorp/errwrap v1.0.0 // indirect
	github.com/hashicorp/go-multierror v1.1.1 // indirect
	github.com/sourcegraph/conc v0.3.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
)

replace github.com/sharedfate/fate => ../..
