package quorum_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sharedfate/fate/quorum"
)

// hedge makes one attempt, and another when the first has failed or is late. The first answer wins.
func hedge[T any](ctx context.Context, late time.Duration, one, another func(context.Context) (T, error)) (T, error) {
	// turn ends when it is the other's turn, and for no other reason: if it ended with ctx, it might do so before the group's context.
	turn, begin := context.WithTimeout(context.WithoutCancel(ctx), late)
	defer begin()
	return quorum.First(ctx,
		func(ctx context.Context) (T, error) {
			v, err := one(ctx)
			if err != nil {
				begin()
			}
			return v, err
		},
		func(ctx context.Context) (v T, err error) {
			select {
			case <-turn.Done():
			case <-ctx.Done():
			}
			if err := ctx.Err(); err != nil { // the first was in time, or nobody wants an answer any more
				return v, err
			}
			return another(ctx)
		})
}

// A hedged request: most answers come in time, and cost one request. Only for those that do not, a second replica is asked as well.
func ExampleFirst_hedging() {
	ctx := context.Background()
	quick := func(context.Context) (string, error) { return "quick", nil }
	broken := func(context.Context) (string, error) { return "", errors.New("connection refused") }
	hanging := func(ctx context.Context) (string, error) {
		<-ctx.Done()
		fmt.Println("the hanging replica is told:", context.Cause(ctx))
		return "", ctx.Err()
	}
	second := func(context.Context) (string, error) {
		fmt.Println("the second replica is asked")
		return "second", nil
	}

	fmt.Println(hedge(ctx, time.Hour, quick, second))
	fmt.Println(hedge(ctx, time.Hour, broken, second))
	fmt.Println(hedge(ctx, time.Millisecond, hanging, second))
	// Output:
	// quick <nil>
	// the second replica is asked
	// second <nil>
	// the second replica is asked
	// the hanging replica is told: quorum: enough tasks have succeeded
	// second <nil>
}
