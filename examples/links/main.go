// Links looks for broken links: it crawls a site from its first page, several pages at once, and reports the pages that are missing and who
// links to them. A page that can't be read at all stops the crawl. Here the site is a server of this process.
//
//	go run ./examples/links -pages 40 -missing 5,12
//	go run ./examples/links -failing 9
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

func main() {
	pages := flag.Int("pages", 30, "how many pages the site has")
	missing := flag.String("missing", "", "numbers of pages that are missing, with commas between them")
	failing := flag.String("failing", "", "numbers of pages that the server fails to send")
	limit := flag.Int("limit", 4, "how many pages are read at once")
	flag.Parse()
	if *limit < 1 {
		fmt.Fprintln(os.Stderr, "links: -limit must be 1 or more")
		os.Exit(2)
	}

	server := httptest.NewServer(site(*pages, strings.Split(*missing, ","), strings.Split(*failing, ",")))
	c, err := crawl(context.Background(), server.URL, server.Client(), *limit)
	server.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, "links:", err)
		os.Exit(2)
	}
	fmt.Printf("%d pages\n", len(c.from)-len(c.broken))
	slices.Sort(c.broken)
	for _, page := range c.broken {
		from := c.from[page]
		slices.Sort(from)
		fmt.Println(page, "is missing, and linked from", strings.Join(from, " "))
	}
	if len(c.broken) > 0 {
		os.Exit(1)
	}
}

// site serves pages that link to those with twice and three times their number, and to the first.
func site(pages int, missing, failing []string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{page}", func(w http.ResponseWriter, r *http.Request) {
		page, n := r.PathValue("page"), 0
		if _, err := fmt.Sscan(page, &n); err != nil || n > pages || slices.Contains(missing, page) {
			http.NotFound(w, r)
			return
		}
		if slices.Contains(failing, page) {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		for _, to := range []int{1, 2 * n, 3 * n, 2*n + 1} {
			if to <= pages {
				fmt.Fprintf(w, "<a href=\"/%d\">page %[1]d</a>\n", to)
			}
		}
	})
	return mux
}

type crawler struct {
	g      *errgroup.Group
	client *http.Client
	url    string

	mu     sync.Mutex
	from   map[string][]string // by page, those that link to it; guarded by mu
	broken []string            // guarded by mu
}

func crawl(ctx context.Context, url string, client *http.Client, limit int) (*crawler, error) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(limit)
	c := &crawler{g: g, client: client, url: url, from: map[string][]string{"/1": {"the start"}}}
	g.Go(func() error { return c.visit(ctx, "/1") })
	return c, g.Wait()
}

// visit reads a page and those it links to that nobody has seen. Go would wait for a slot here, and once every function does that there is
// nobody to free one: so what finds no slot is visited on the spot.
func (c *crawler) visit(ctx context.Context, page string) error {
	links, err := c.read(ctx, page)
	for _, to := range links {
		if err == nil && c.first(to, page) && !c.g.TryGo(func() error { return c.visit(ctx, to) }) {
			err = c.visit(ctx, to)
		}
	}
	return err
}

// first notes a link, and reports whether it is the first to a page.
func (c *crawler) first(to, from string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := len(c.from[to]) > 0
	if !slices.Contains(c.from[to], from) {
		c.from[to] = append(c.from[to], from)
	}
	return !seen
}

var link = regexp.MustCompile(`href="([^"]*)"`)

func (c *crawler) read(ctx context.Context, page string) (links []string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+page, nil)
	if err != nil {
		return nil, err
	}
	res, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if res.StatusCode == http.StatusNotFound {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.broken = append(c.broken, page)
		return nil, err
	}
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", page, res.Status)
	}
	for _, m := range link.FindAllStringSubmatch(string(body), -1) {
		links = append(links, m[1])
	}
	return links, err
}
