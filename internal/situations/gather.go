package situations

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/failfast"
	"golang.org/x/sync/errgroup"
)

// Row 12: an HTTP handler asks several back ends, each of which answers with a type of its own, and is done with them when the request is.

var (
	errOrders = errors.New("situations: orders: no answer")
	errLeft   = errors.New("situations: the client has left")
)

func gatherWorks() []Work {
	work := func(name, about string, want func(int) Done, scene func(ctx context.Context, n int, gather gatherer) Done) Work {
		side := func(name, less string, gather gatherer) Side {
			return Side{Name: name, Less: less, Do: func(ctx context.Context, n int) Done { return scene(ctx, n, gather) }}
		}
		return Work{
			Row: 12, Name: name, About: about, Tasks: 1, Want: want,
			Sides: []Side{
				side("failfast + futures", "", gatherOurs),
				side("errgroup", "a variable for each result, and nothing but care keeps it from being read before Wait; runtime.Goexit in a back end leaves it empty, without an error", gatherErrgroup),
				side("by hand", "the same, and it is more to write", gatherByHand),
			},
		}
	}
	return []Work{
		work("gather", "a request to a handler that asks 3 back ends", func(n int) Done { return Done{Sum: uint64(n) * 3, Told: n} }, gathered),
		work("gather-fails", "the same, and one of the back ends fails while the others work", func(n int) Done { return Done{Cut: 2 * n, Told: n, Err: errOrders} }, gatheredWithout),
		work("gather-left", "the same, and the client leaves while all of them work", func(n int) Done { return Done{Cut: 3 * n, Told: n, Err: errLeft} }, gatheredForNobody),
	}
}

// backends are what a handler asks: three types for three answers.
type backends struct {
	user    func(context.Context) (user, error)
	orders  func(context.Context) ([]order, error)
	balance func(context.Context) (float64, error)
}

type (
	user  struct{ name string }
	order string
)

// A page is made of all of them.
type page struct {
	user    user
	orders  []order
	balance float64
}

// A gatherer asks the back ends at the same time.
type gatherer func(ctx context.Context, b backends) (page, error)

func gatherOurs(ctx context.Context, b backends) (page, error) {
	g := fate.New(ctx, failfast.Strategy{})
	user, orders, balance := fate.Go(g, b.user), fate.Go(g, b.orders), fate.Go(g, b.balance)
	if err := g.Wait(); err != nil {
		return page{}, err
	}
	return page{user.Value(), orders.Value(), balance.Value()}, nil
}

func gatherErrgroup(ctx context.Context, b backends) (page, error) {
	g, ctx := errgroup.WithContext(ctx)
	var p page
	g.Go(func() (err error) {
		p.user, err = b.user(ctx)
		return err
	})
	g.Go(func() (err error) {
		p.orders, err = b.orders(ctx)
		return err
	})
	g.Go(func() (err error) {
		p.balance, err = b.balance(ctx)
		return err
	})
	if err := g.Wait(); err != nil {
		return page{}, err
	}
	return p, nil
}

func gatherByHand(ctx context.Context, b backends) (page, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var p page
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	fail := func(err error) {
		if err != nil {
			once.Do(func() {
				first = err
				cancel(err)
			})
		}
	}
	wg.Go(func() {
		var err error
		p.user, err = b.user(ctx)
		fail(err)
	})
	wg.Go(func() {
		var err error
		p.orders, err = b.orders(ctx)
		fail(err)
	})
	wg.Go(func() {
		var err error
		p.balance, err = b.balance(ctx)
		fail(err)
	})
	wg.Wait()
	if first != nil {
		return page{}, first
	}
	return p, nil
}

// handler answers with the page, or says that there is none. Of a request whose client has left nobody reads the answer.
func handler(gather gatherer, b backends) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p, err := gather(r.Context(), b)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		fmt.Fprintf(w, "%s has %d orders and %.2f left", p.user.name, len(p.orders), p.balance)
	}
}

// An answer is what a handler writes, without a connection.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// ask has the handler serve one request.
func ask(ctx context.Context, h http.HandlerFunc) *answer {
	a := &answer{header: make(http.Header), status: http.StatusOK}
	h(a, (&http.Request{Method: http.MethodGet}).WithContext(ctx))
	return a
}

const wholePage = "Ada has 3 orders and 12.50 left"

// gathered asks back ends that answer at once.
func gathered(ctx context.Context, n int, gather gatherer) Done {
	var asked atomic.Int64
	h := handler(gather, backends{
		user:    func(context.Context) (user, error) { asked.Add(1); return user{"Ada"}, nil },
		orders:  func(context.Context) ([]order, error) { asked.Add(1); return make([]order, 3), nil },
		balance: func(context.Context) (float64, error) { asked.Add(1); return 12.5, nil },
	})
	var d Done
	for range n {
		if a := ask(ctx, h); a.status == http.StatusOK && a.body.String() == wholePage {
			d.Told++
		}
	}
	d.Sum = uint64(asked.Load())
	return d
}

// gatheredWithout has orders fail once the others work; they do until they are told to end.
func gatheredWithout(ctx context.Context, n int, gather gatherer) Done {
	var cut atomic.Int64
	var working sync.WaitGroup
	work := func(ctx context.Context) error {
		working.Done()
		return untilCut(ctx, &cut)
	}
	h := handler(gather, backends{
		user: func(ctx context.Context) (user, error) { return user{}, work(ctx) },
		orders: func(context.Context) ([]order, error) {
			working.Wait()
			return nil, errOrders
		},
		balance: func(ctx context.Context) (float64, error) { return 0, work(ctx) },
	})
	d := Done{Err: errOrders}
	for range n {
		working.Add(2)
		if a := ask(ctx, h); a.status == http.StatusBadGateway && a.body.String() == errOrders.Error()+"\n" {
			d.Told++
		}
	}
	d.Cut = int(cut.Load())
	return d
}

// gatheredForNobody has the client leave once all back ends work.
func gatheredForNobody(ctx context.Context, n int, gather gatherer) Done {
	var cut atomic.Int64
	var working sync.WaitGroup
	work := func(ctx context.Context) error {
		working.Done()
		return untilCut(ctx, &cut)
	}
	h := handler(gather, backends{
		user:    func(ctx context.Context) (user, error) { return user{}, work(ctx) },
		orders:  func(ctx context.Context) ([]order, error) { return nil, work(ctx) },
		balance: func(ctx context.Context) (float64, error) { return 0, work(ctx) },
	})
	d := Done{Err: errLeft}
	for range n {
		request, leave := context.WithCancelCause(ctx)
		working.Add(3)
		left := make(chan struct{})
		go func() {
			working.Wait()
			leave(errLeft)
			close(left)
		}()
		if a := ask(request, h); a.status == http.StatusBadGateway {
			d.Told++
		}
		<-left
		if context.Cause(request) != errLeft {
			d.Err = context.Cause(request)
		}
	}
	d.Cut = int(cut.Load())
	return d
}

func untilCut(ctx context.Context, cut *atomic.Int64) error {
	<-ctx.Done()
	cut.Add(1)
	return context.Cause(ctx)
}
