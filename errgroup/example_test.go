package errgroup_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/sharedfate/fate/errgroup"
)

// Three parts of one page. Each writes to a variable of its own, which is safe to read after Wait.
func ExampleGroup() {
	ask := func(who string) (string, error) { return "answer of " + who, nil }
	var g errgroup.Group
	answers := make([]string, 3)
	for i, who := range []string{"users", "stock", "prices"} {
		g.Go(func() (err error) {
			answers[i], err = ask(who)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range answers {
		fmt.Println(a)
	}
	// Output:
	// answer of users
	// answer of stock
	// answer of prices
}

// The first failure cancels the context; those that look at it give up.
func ExampleWithContext() {
	errNoStock := errors.New("stock: no such article")

	g, ctx := errgroup.WithContext(context.Background())
	g.Go(func() error {
		<-ctx.Done() // a slow request
		fmt.Println("prices:", context.Cause(ctx))
		return ctx.Err()
	})
	g.Go(func() error { return errNoStock })

	err := g.Wait()
	fmt.Println("page:", err, err == errNoStock)
	// Output:
	// prices: stock: no such article
	// page: stock: no such article true
}

// At the limit Go waits. With a limit of 1 each function sees what the one before it did.
func ExampleGroup_SetLimit() {
	var g errgroup.Group
	g.SetLimit(1)
	sum := 0
	for n := range 101 {
		g.Go(func() error { sum += n; return nil })
	}
	fmt.Println(g.Wait(), sum)
	// Output: <nil> 5050
}

// A function may start others, also while Wait waits.
func ExampleGroup_Go() {
	var g errgroup.Group
	sizes := make(chan int, 7)
	var tree func(depth int) error
	tree = func(depth int) error {
		sizes <- 1
		for range 2 {
			if depth > 1 {
				g.Go(func() error { return tree(depth - 1) })
			}
		}
		return nil
	}
	g.Go(func() error { return tree(3) })
	fmt.Println(g.Wait(), len(sizes))
	// Output: <nil> 7
}

// TryGo does not wait: what finds no slot is done on the spot, or dropped.
func ExampleGroup_TryGo() {
	var g errgroup.Group
	g.SetLimit(2)
	release := make(chan struct{})
	for n := range 4 {
		fmt.Println(n, g.TryGo(func() error { <-release; return nil }))
	}
	close(release)
	fmt.Println(g.Wait())
	// Output:
	// 0 true
	// 1 true
	// 2 false
	// 3 false
	// <nil>
}

// Wait returns the first error by time, and does so whenever it is called.
func ExampleGroup_Wait() {
	var g errgroup.Group
	g.SetLimit(1)
	for _, text := range []string{"first", "second"} {
		g.Go(func() error { return errors.New(text) })
	}
	fmt.Println(g.Wait())
	g.Go(func() error { return errors.New("third") })
	fmt.Println(g.Wait())
	// Output:
	// first
	// first
}
