package main

import (
	"context"
	"database/sql"
	"log"
	"path/filepath"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite", in pure Go
)

// store keeps the records. Its methods are used while serve runs and is ready.
type store struct {
	file string
	log  *log.Logger
	db   *sql.DB
}

// serve is the part: it opens the database, and closes it when told.
func (s *store) serve(ctx context.Context, ready func()) error {
	// A record that was answered for is on the disk: synchronous is FULL. SQLite has one writer at a time, and one connection makes
	// requests queue for it in order, instead of sleeping between tries.
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(s.file)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	s.db = db
	if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"); err != nil {
		db.Close()
		return err
	}
	s.log.Print("db: open")
	ready()
	<-ctx.Done()
	defer s.log.Print("db: closed")
	return db.Close()
}

// add returns when the record is on the disk.
func (s *store) add(ctx context.Context, text string) (id int64, err error) {
	res, err := s.db.ExecContext(ctx, "INSERT INTO records (text) VALUES (?)", text)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// get returns sql.ErrNoRows if there is no such record.
func (s *store) get(ctx context.Context, id int64) (text string, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT text FROM records WHERE id = ?", id).Scan(&text)
	return text, err
}

func (s *store) totals(ctx context.Context) (t totals, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(length(text)), 0) FROM records").Scan(&t.Records, &t.Characters)
	return t, err
}
