// Command service is a small HTTP service as a whole program: records are kept in SQLite, something is refreshed in the background, and a
// signal stops it without losing a request that it has accepted.
//
//	go run . -addr 127.0.0.1:8080 -db records.db
//	curl -d 'some text' http://127.0.0.1:8080/records   # prints the record's number
//	curl http://127.0.0.1:8080/records/1
//	curl http://127.0.0.1:8080/totals
//
// It has three parts. Each uses those before it, so they are started in this order, each when the one before is ready, and stopped in
// reverse: first no request comes in any more and all that came are answered, then the refresher ends, and the database is
// closed when nobody uses it.
package main

import (
	"flag"
	"log"
	"os"
	"time"

	"github.com/sharedfate/fate/daemon"
)

type config struct {
	addr    string
	file    string
	refresh time.Duration
	grace   time.Duration
	verbose bool
}

func main() {
	var c config
	flag.StringVar(&c.addr, "addr", "127.0.0.1:8080", "where to listen; port 0 takes any that is free")
	flag.StringVar(&c.file, "db", "records.db", "the database's file")
	flag.DurationVar(&c.refresh, "refresh", time.Second, "how often the totals are made anew")
	flag.DurationVar(&c.grace, "grace", 20*time.Second, "how long a stop waits for requests to be answered")
	flag.BoolVar(&c.verbose, "v", false, "log each connection")
	flag.Parse()
	daemon.Main(service(c))
}

func service(c config) *daemon.Service {
	logger := log.New(os.Stdout, "", 0)
	records := &store{file: c.file, log: logger}
	totals := &refresher{every: c.refresh, store: records, log: logger}
	web := &server{addr: c.addr, verbose: c.verbose, store: records, totals: totals, log: logger}
	return daemon.New(
		daemon.Part{Name: "db", Serve: records.serve},
		daemon.Part{Name: "refresher", Serve: totals.serve},
		daemon.Part{Name: "http", Serve: web.serve, Grace: c.grace},
	)
}
