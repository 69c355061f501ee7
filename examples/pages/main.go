// Pages gathers a shop's page for one customer from several back ends over HTTP. All parts but the offers are needed: when one of
// them fails the others are cancelled, and there is no page. Here the back ends are servers of this process, and -down lets some fail.
//
//	go run ./examples/pages -customer 7
//	go run ./examples/pages -down offers     # a page without offers
//	go run ./examples/pages -down cart       # no page
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	customer := flag.Int("customer", 1, "whose page")
	down := flag.String("down", "", "back ends that fail, with commas between them: account, cart, offers")
	slow := flag.Duration("slow", 20*time.Millisecond, "how long a back end takes")
	flag.Parse()

	shop := serve(strings.Split(*down, ","), *slow)
	page, err := shop.page(context.Background(), *customer)
	shop.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
	fmt.Print(page)
}

// backends is the server that stands for all back ends, one path each.
type backends struct{ *httptest.Server }

func serve(down []string, slow time.Duration) backends {
	mux := http.NewServeMux()
	for name, format := range map[string]string{
		"account": "customer %s, since 2019",
		"cart":    "2 articles for customer %s",
		"offers":  "a hat, for %s only",
	} {
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) {
			if slices.Contains(down, name) {
				http.Error(w, "down", http.StatusServiceUnavailable)
				return
			}
			select {
			case <-time.After(slow):
				fmt.Fprintf(w, format, r.FormValue("customer"))
			case <-r.Context().Done(): // nobody waits any more
			}
		})
	}
	return backends{httptest.NewServer(mux)}
}

// page asks all back ends at once.
func (b backends) page(ctx context.Context, customer int) (string, error) {
	g, ctx := errgroup.WithContext(ctx)
	var account, cart, offers string
	need := func(part *string, name string) {
		g.Go(func() (err error) {
			*part, err = b.ask(ctx, name, customer)
			return err
		})
	}
	need(&account, "account")
	need(&cart, "cart")
	g.Go(func() error {
		var err error
		if offers, err = b.ask(ctx, "offers", customer); err != nil {
			offers = "none today" // a page without them is a page
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return "", fmt.Errorf("page of customer %d: %w", customer, err)
	}
	return fmt.Sprintf("account: %s\ncart:    %s\noffers:  %s\n", account, cart, offers), nil
}

// ask returns what a back end says about a customer.
func (b backends) ask(ctx context.Context, name string, customer int) (string, error) {
	url := fmt.Sprintf("%s/%s?customer=%d", b.URL, name, customer)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	res, err := b.Client().Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", name, res.Status)
	}
	body, err := io.ReadAll(res.Body)
	return string(body), err
}
