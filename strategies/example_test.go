package strategies_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/sharedfate/fate"
	"github.com/sharedfate/fate/strategies"
)

// The strategy is chosen by a line of text; the code that uses it is the same for all.
func ExampleParse() {
	days := []string{"2024-05-30", "2024-06-01", "2024-05-31"}
	book := func(_ context.Context, day string) error {
		if day < "2024-06-01" {
			return fmt.Errorf("%s is past", day)
		}
		return nil
	}
	for _, text := range []string{"failfast limit=1", "collectall limit=1"} {
		s, err := strategies.Parse(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		err = fate.ForEach(context.Background(), s, slices.Values(days), book)
		fmt.Printf("%v: %q\n", s, err)
	}
	// Output:
	// failfast limit=1: "2024-05-30 is past"
	// collectall limit=1: "2024-05-30 is past\n2024-05-31 is past"
}

// Errors say what is wrong and what would be right.
func ExampleParse_errors() {
	for _, text := range []string{"failfast limit=many", "failfast limit=-1", "failfast keep=3", "shed", "shed limit=4 then=failfast limit=2"} {
		_, err := strategies.Parse(text)
		fmt.Println(err)
	}
	// Output:
	// strategies: failfast: limit is "many": must be a whole number
	// strategies: failfast: Limit is -1: must be 0 (no limit) or more
	// strategies: failfast: unknown field "keep": must be one of limit
	// strategies: shed: Limit is 0: must be given, and 1 or more
	// strategies: shed: limit is given twice: "2" is too much
}

// In a configuration file a strategy is a text or an object. It is written as a text.
func ExampleConfig() {
	var settings struct {
		Fetch   strategies.Config `json:"fetch"`
		Metrics strategies.Config `json:"metrics"`
	}
	err := json.Unmarshal([]byte(`{
		"fetch":   "failfast limit=8",
		"metrics": {"name": "shed", "limit": 4, "then": {"name": "collectall", "keep": 10}}
	}`), &settings)
	if err != nil {
		fmt.Println(err)
		return
	}
	fetch, err := settings.Fetch.Strategy()
	fmt.Printf("%#v %v\n", fetch, err)
	fmt.Println(settings.Metrics.Then.Keep)

	text, err := json.Marshal(settings)
	fmt.Println(string(text), err)
	// Output:
	// failfast.Strategy{Limit:8} <nil>
	// 10
	// {"fetch":"failfast limit=8","metrics":"shed limit=4 then=\"collectall keep=10\""} <nil>
}

// A Config made in code is checked when the strategy is made of it.
func ExampleConfig_Strategy() {
	s, err := strategies.Config{Name: "collectall", Limit: 8, StopAfter: 3}.Strategy()
	fmt.Println(s, err)
	_, err = strategies.Config{Name: "collectall", Scope: "later"}.Strategy()
	fmt.Println(err)
	_, err = strategies.Config{}.Strategy()
	fmt.Println(strings.Contains(err.Error(), "no strategy is named"))
	// Output:
	// collectall limit=8 stopafter=3 <nil>
	// strategies: collectall: unknown field "scope": must be one of limit, keep, stopafter
	// true
}

// A Config is a flag. What it holds before is the default.
func ExampleConfig_Set() {
	fetch := strategies.Config{Name: "failfast", Limit: 8}

	flags := flag.NewFlagSet("crawl", flag.ContinueOnError)
	flags.SetOutput(os.Stdout)
	flags.Var(&fetch, "fetch", "`strategy` for the requests")
	flags.PrintDefaults()

	err := flags.Parse([]string{"-fetch", "shed limit=4 then=failfast"})
	fmt.Println(fetch, err)
	// Output:
	//   -fetch strategy
	//     	strategy for the requests (default failfast limit=8)
	// shed limit=4 then=failfast <nil>
}

// Any library that knows encoding.TextUnmarshaler reads a Config, as those for environment variables do.
func ExampleConfig_UnmarshalText() {
	var fetch strategies.Config
	err := fetch.UnmarshalText([]byte("selective limit=2 scope=dependents"))
	fmt.Println(fetch.Name, fetch.Limit, fetch.Scope, err)
	// Output: selective 2 dependents <nil>
}

func ExampleConfig_MarshalText() {
	text, err := strategies.Config{
		Name:  "shed",
		Limit: 4,
		Then:  &strategies.Config{Name: "failfast", Limit: 2},
	}.MarshalText()
	fmt.Println(string(text), err)
	// Output: shed limit=4 then="failfast limit=2" <nil>
}

// Names and Describe make help texts.
func ExampleDescribe() {
	info, _ := strategies.Describe("shed")
	fmt.Printf("%s: %s\n", info.Name, info.Help)
	for _, f := range info.Fields {
		fmt.Printf("  %s=<%s>  %s\n", f.Name, f.Type, f.Help)
	}
	// Output:
	// shed: a task offered at the limit is refused instead of waiting
	//   limit=<a whole number>  how many tasks run at once; must be given
	//   then=<a strategy>  decides about the tasks let in; collectall if left out
}

func ExampleNames() {
	for _, name := range strategies.Names() {
		info, _ := strategies.Describe(name)
		for _, f := range info.Fields {
			if f.Name == "scope" {
				fmt.Println("has a scope:", name)
			}
		}
	}
	// Output: has a scope: selective
}
