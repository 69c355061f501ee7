package claims

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate/internal/price"
)

// roundTrips measures a starter with tasks that each send a byte over a TCP connection of its own on this machine, and wait for the answer.
func roundTrips(run starter) price.Side {
	return func(m *price.Meter) (err error) {
		conns, hangUp, err := dial(m.Context, m.Tasks)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, hangUp()) }()
		var trips atomic.Int64
		task := func(i int) error {
			b := [1]byte{byte(i)}
			if _, err := conns[i].Write(b[:]); err != nil {
				return err
			}
			if _, err := conns[i].Read(b[:]); err != nil {
				return err
			}
			if b[0] != byte(i)+1 {
				return fmt.Errorf("claims: %d was answered by %d", byte(i), b[0])
			}
			trips.Add(1)
			return nil
		}
		work := func() error { return run(m.Context, m.Tasks, task) }
		return looped(m, work, func() error {
			return did(m, trips.Swap(0)) // not every starter hands on the errors of its tasks
		})
	}
}

// dial opens so many connections to a server that answers each byte by the next. hangUp closes them and joins the server; so does the end
// of ctx, but for the joining.
func dial(ctx context.Context, n int) (conns []net.Conn, hangUp func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			served.Go(func() { answer(conn) })
		}
	})
	end := func() error {
		var errs []error
		for _, c := range conns {
			if err := c.Close(); !errors.Is(err, net.ErrClosed) {
				errs = append(errs, err)
			}
		}
		if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
		served.Wait()
		return errors.Join(errs...)
	}
	for range n {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
		if err != nil {
			return nil, nil, errors.Join(err, end())
		}
		conns = append(conns, conn)
		// A sample opens them anew: connections that linger after their end would use up the ports.
		if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
			return nil, nil, errors.Join(err, end())
		}
	}
	unwatch := context.AfterFunc(ctx, func() {
		for _, c := range conns {
			_ = c.Close()
		}
	})
	return conns, func() error { unwatch(); return end() }, nil
}

// answer serves one connection until its other end is closed.
func answer(conn net.Conn) {
	defer conn.Close()
	var b [1]byte
	for {
		if _, err := conn.Read(b[:]); err != nil {
			return
		}
		b[0]++
		if _, err := conn.Write(b[:]); err != nil {
			return
		}
	}
}
