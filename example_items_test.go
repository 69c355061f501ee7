package fate_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/collectall"
	"github.com/sharedfate/fate/failfast"
)

// ForEach takes its items from any iterator, no further ahead than it must.
func ExampleForEach() {
	names := strings.SplitSeq("a no-b c no-d", " ")
	err := fate.ForEach(context.Background(), collectall.Strategy{Limit: 4}, names, fetch)
	fmt.Println(err)
	// Output:
	// no-b: no such page
	// no-d: no such page
}

// Map keeps the results by index, also beside failures.
func ExampleMap() {
	ports, err := fate.Map(context.Background(), collectall.Strategy{}, []string{"80", "http", "443"},
		func(_ context.Context, s string) (int, error) { return strconv.Atoi(s) })
	fmt.Println(ports)
	fmt.Println(err)
	// Output:
	// [80 0 443]
	// strconv.Atoi: parsing "http": invalid syntax
}

// Stream yields results in the order of the input, as soon as they are there. Leaving the loop stops the rest, and waits for what
// runs.
func ExampleStream() {
	squares := fate.Stream(context.Background(), failfast.Strategy{Limit: 4}, naturals,
		func(_ context.Context, n int) (int, error) { return n * n, nil })
	for n, err := range squares {
		if err != nil {
			fmt.Println(err)
			break
		}
		if n > 50 {
			break
		}
		fmt.Print(n, " ")
	}
	fmt.Println()
	// Output:
	// 0 1 4 9 16 25 36 49
}

// naturals yields 0, 1, 2 and so on, without an end.
func naturals(yield func(int) bool) {
	for n := 0; yield(n); n++ {
	}
}

// Each stage has a strategy of its own, and what becomes of its errors is decided between the stages.
func ExampleStream_stages() {
	ctx := context.Background()
	parsed := fate.Stream(ctx, collectall.Strategy{Limit: 2}, strings.SplitSeq("1 two 3", " "),
		func(_ context.Context, s string) (int, error) { return strconv.Atoi(s) })
	good := func(yield func(int) bool) {
		for n, err := range parsed {
			if err != nil {
				fmt.Println("left out:", errors.Unwrap(err))
			} else if !yield(n) {
				return
			}
		}
	}
	for s, err := range fate.Stream(ctx, failfast.Strategy{Limit: 2}, good,
		func(_ context.Context, n int) (string, error) { return strings.Repeat("*", n), nil }) {
		fmt.Println(s, err)
	}
	// Unordered output:
	// * <nil>
	// left out: invalid syntax
	// *** <nil>
}
