package fate_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

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

// A limit, all errors, and what to do with each: ForEach under collectall returns an *Errors, whose tasks have the item's place.
func ExampleForEach_limit() {
	hosts := []string{"a", "no-b", "c", "no-d"}
	err := fate.ForEach(context.Background(), collectall.Strategy{Limit: 2}, slices.Values(hosts), fetch)
	if all, ok := errors.AsType[*fate.Errors](err); ok {
		for _, failed := range all.Tasks {
			fmt.Printf("item %d, %s: %v\n", failed.ID, hosts[failed.ID], failed.Err)
		}
	}
	// Output:
	// item 1, no-b: no-b: no such page
	// item 3, no-d: no-d: no such page
}

// Failures beside results: the ID of a failure is the index of its item, so that the rest can be used.
func ExampleMap_failures() {
	words := []string{"80", "http", "443", "ssh"}
	ports, err := fate.Map(context.Background(), collectall.Strategy{Limit: 2}, words,
		func(_ context.Context, s string) (int, error) { return strconv.Atoi(s) })
	unknown := map[int]bool{}
	if all, ok := errors.AsType[*fate.Errors](err); ok {
		for _, failed := range all.Tasks {
			unknown[int(failed.ID)] = true
		}
	}
	for i, word := range words {
		if unknown[i] {
			fmt.Println(word, "is no number")
		} else {
			fmt.Println(word, ports[i])
		}
	}
	// Output:
	// 80 80
	// http is no number
	// 443 443
	// ssh is no number
}

// Leaving the loop is how to have enough: what still runs is cancelled, and has ended when the loop has.
func ExampleStream_break() {
	running := atomic.Int32{}
	look := func(ctx context.Context, n int) (int, error) {
		running.Add(1)
		defer running.Add(-1)
		if n > 3 {
			<-ctx.Done() // would take for ever
			return 0, ctx.Err()
		}
		return n, nil
	}
	for n, err := range fate.Stream(context.Background(), failfast.Strategy{Limit: 4}, naturals, look) {
		if err != nil || n == 3 {
			fmt.Println("enough:", n)
			break
		}
	}
	fmt.Println("running:", running.Load())
	// Output:
	// enough: 3
	// running: 0
}

// Three stages, each with a strategy of its own. The second fails for one item; what that means for the third is the third's to decide,
// and the reader is told where it came from.
func ExampleStage() {
	words := strings.SplitSeq("1, 2, three, 4", ",")
	trimmed := fate.Stage(fate.From(words), failfast.Strategy{Limit: 2},
		func(_ context.Context, s string) (string, error) { return strings.TrimSpace(s), nil })
	parsed := fate.Stage(trimmed, collectall.Strategy{Limit: 2},
		func(_ context.Context, s string) (int, error) { return strconv.Atoi(s) }, fate.Name("parse"))
	drawn := fate.Stage(parsed, collectall.Strategy{Limit: 2},
		func(_ context.Context, n int) (string, error) { return strings.Repeat("*", n), nil }, fate.Name("draw"))

	for s, err := range drawn(context.Background()) {
		if in, ok := errors.AsType[*fate.InputError](err); ok {
			fmt.Printf("%s was given no item %d: %v\n", in.Stage, in.ID, errors.Unwrap(in.Err))
			continue
		}
		fmt.Println(s, err)
	}
	// Output:
	// * <nil>
	// ** <nil>
	// draw was given no item 2: invalid syntax
	// **** <nil>
}

// An input that can fail: a function of a context that returns an iterator of values and errors, as over the rows of a query, is a
// Source as it is. Under failfast its error ends the loop, after what came before it.
func ExampleStage_input() {
	rows := func(ctx context.Context) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for id := range 3 {
				if !yield(id, ctx.Err()) {
					return
				}
			}
			yield(0, errors.New("connection lost"))
		}
	}
	names := fate.Stage(rows, failfast.Strategy{Limit: 1}, func(_ context.Context, id int) (string, error) { return fmt.Sprint("user", id), nil })
	for name, err := range names(context.Background()) {
		fmt.Println(name, err)
	}
	// Output:
	// user0 <nil>
	// user1 <nil>
	// user2 <nil>
	//  input 3: connection lost
}

// An iterator that can fail becomes a Source by From2.
func ExampleFrom2() {
	lines := bufio.NewScanner(strings.NewReader("1\n2\n3"))
	read := func(yield func(string, error) bool) {
		for lines.Scan() {
			if !yield(lines.Text(), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield("", err)
		}
	}
	for n, err := range fate.Stage(fate.From2(read), failfast.Strategy{Limit: 2},
		func(_ context.Context, s string) (int, error) { return strconv.Atoi(s) })(context.Background()) {
		fmt.Println(n, err)
	}
	// Output:
	// 1 <nil>
	// 2 <nil>
	// 3 <nil>
}

// From makes a Source of what can't fail.
func ExampleFrom() {
	doubled := fate.Stage(fate.From(slices.Values([]int{1, 2})), failfast.Strategy{},
		func(_ context.Context, n int) (int, error) { return 2 * n, nil })
	for n, err := range doubled(context.Background()) {
		fmt.Println(n, err)
	}
	// Output:
	// 2 <nil>
	// 4 <nil>
}

func ExampleInputError() {
	var err error = &fate.InputError{ID: 7, Stage: "store", Err: &fate.InputError{ID: 7, Stage: "parse", Err: errors.New("disk error")}}
	for in, ok := errors.AsType[*fate.InputError](err); ok; in, ok = errors.AsType[*fate.InputError](err) {
		fmt.Println("through", in.Stage)
		err = in.Err
	}
	fmt.Println(err)
	// Output:
	// through store
	// through parse
	// disk error
}
