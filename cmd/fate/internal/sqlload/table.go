package sqlload

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite", in pure Go
)

// A table is a new database with one table, to which batches of lines can be added by several goroutines.
type table struct {
	db   *sql.DB
	full *sql.Stmt // inserts stmtLines lines
}

// create makes the database.
//
// SQLite has one writer at a time, so the pool has one connection, for which tasks queue in order and which a cancelled
// task stops waiting for. The other way is a connection for each writer, BEGIN IMMEDIATE and a busy_timeout: SQLite then
// polls for its lock, sleeping between tries, and it is the sleeping that would be timed.
//
// The journal is a write-ahead log that is not synced: a load that loses its machine is begun again, and the
// disk's mood is not what is compared here.
func create(ctx context.Context, file string) (*table, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(file)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	t := &table{db: db}
	if _, err = db.ExecContext(ctx, "CREATE TABLE lines (crc INTEGER NOT NULL, line TEXT NOT NULL)"); err == nil {
		t.full, err = db.PrepareContext(ctx, statement(stmtLines))
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return t, nil
}

func (t *table) close() {
	t.full.Close()
	t.db.Close()
}

// insert adds the lines: all of them or, with an error, none.
func (t *table) insert(ctx context.Context, lines []string) error {
	// The checksums are made before the connection is asked for, so that tasks do this part side by side.
	values := make([]any, 0, 2*len(lines))
	for _, line := range lines {
		values = append(values, checksum(line), line)
	}
	tx, err := t.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit

	full := tx.StmtContext(ctx, t.full)
	for some := range slices.Chunk(values, 2*stmtLines) {
		if len(some) == 2*stmtLines {
			_, err = full.ExecContext(ctx, some...)
		} else {
			_, err = tx.ExecContext(ctx, statement(len(some)/2), some...)
		}
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}

func statement(lines int) string {
	return "INSERT INTO lines (crc, line) VALUES (?, ?)" + strings.Repeat(", (?, ?)", lines-1)
}

// totals asks the database what it holds: its own count, its own measure of the text, and the sum of what the tasks computed.
func (t *table) totals(ctx context.Context) (totals, error) {
	var got totals
	// octet_length counts bytes, where length would count characters.
	row := t.db.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(octet_length(line)), 0), coalesce(sum(crc), 0) FROM lines")
	err := row.Scan(&got.lines, &got.bytes, &got.crc)
	return got, err
}
