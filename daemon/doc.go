// Package daemon is for what lives as long as the process: a service of several parts, such as a database, a refresher and an HTTP
// server, that are started in order, stopped in reverse order, each with its deadline, and stopped together when one of them fails.
//
//	s := daemon.New(
//		daemon.Part{Name: "db", Serve: db.serve},
//		daemon.Part{Name: "http", Serve: web.serve, Grace: 20 * time.Second},
//	)
//	daemon.Main(s) // until SIGINT or SIGTERM, or a failure
//
// A [fate.Group] has a Wait that returns when its work is done, and a service has no such moment: it has Start and Stop, any number
// of times, and says which part would not end. Underneath it is a group all the same, one for each time it is started, under the
// strategy in [Config], which decides what one part's failure means for the others: by default the service stops.
//
// For a helper that lives as long as some other work does, a child with [fate.Daemon] is enough. For tasks that end by themselves, take a
// group.
package daemon
