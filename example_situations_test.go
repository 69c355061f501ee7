package fate_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// Back ends of a web page, each with a type of its own.

type account struct{ Name string }

func loadAccount(context.Context) (account, error) { return account{"Ada"}, nil }

func loadOrders(ctx context.Context) ([]string, error) {
	return []string{"a lamp", "a chair"}, ctx.Err()
}

func noBalance(context.Context) (float64, error) { return 0, errors.New("balance: no answer") }

// A handler gathers from its back ends within the request: when the client leaves, or one of them fails, the others are cancelled, and none
// of them runs when the handler returns.
func ExampleGo_handler() {
	handler := func(balance func(context.Context) (float64, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			g := fate.New(r.Context(), failfast.Strategy{})
			account := fate.Go(g, loadAccount)
			orders := fate.Go(g, loadOrders)
			left := fate.Go(g, balance)
			if err := g.Wait(); err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			fmt.Fprintf(w, "%s has %d orders and %.2f left\n", account.Value().Name, len(orders.Value()), left.Value())
		}
	}
	for _, h := range []http.HandlerFunc{
		handler(func(context.Context) (float64, error) { return 12.5, nil }),
		handler(noBalance),
	} {
		answer := httptest.NewRecorder()
		h(answer, httptest.NewRequest("GET", "/", nil))
		fmt.Print(answer.Code, " ", answer.Body)
	}
	// Output:
	// 200 Ada has 2 orders and 12.50 left
	// 502 balance: no answer
}

// Where nothing can fail and nothing is to be cancelled, no group is needed.
func Example_waitGroup() {
	var wg sync.WaitGroup
	lengths := make([]int, 3)
	for i, word := range []string{"only", "to", "wait"} {
		wg.Go(func() { lengths[i] = len(word) })
	}
	wg.Wait()
	fmt.Println(lengths)
	// Output: [4 2 4]
}

// Where tasks are quick, or each needs the one before, a loop does it.
func Example_loop() {
	sum := 0
	for _, n := range []int{1, 2, 3} {
		sum = sum*10 + n
	}
	fmt.Println(sum)
	// Output: 123
}

// Under Rethrow, Wait panics once all tasks have ended, with all there is to tell.
func ExamplePanics_rethrow() {
	g := fate.New(context.Background(), collectall.Strategy{}, fate.Panics(fate.Rethrow))
	g.Go(func(context.Context) error { panic("no such gauge") })
	g.Go(func(context.Context) error { return errors.New("disk full") })
	defer func() {
		if r, ok := recover().(*fate.RethrownError); ok {
			fmt.Println(len(r.Panics), "panicked:", r.Panics[0].Value)
			fmt.Println(len(r.Errors), "failed:", r.Errors[0])
		}
	}()
	fmt.Println("not reached:", g.Wait())
	// Output:
	// 1 panicked: no such gauge
	// 1 failed: disk full
}

// The reason why many tasks ended is logged once, by the one who waits for them, whether it was a failure or came from outside. What
// the tasks return beside it is its echo, and no failure.
func ExampleGroup_Context_log() {
	ctx, shutdown := context.WithCancelCause(context.Background())
	g := fate.New(ctx, failfast.Strategy{})
	for range 100 {
		g.Go(untilStopped)
	}
	shutdown(errors.New("SIGTERM"))
	if g.Wait() != nil {
		fmt.Println("stopped:", context.Cause(g.Context()))
	}
	// Output: stopped: SIGTERM
}
