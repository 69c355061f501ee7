package main

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/sharedfate/fate/internal/claims"
	"github.com/sharedfate/fate/internal/compare"
)

// A given is a flag that somebody gave, with its value as an error repeats it.
type given struct{ flag, value string }

func (g given) String() string { return strings.TrimSpace(g.flag + " " + g.value) }

// measures are the flags given that say what is measured, and how.
func (c *compareCmd) measures() (all []given) {
	add := func(is bool, flag, value string) {
		if is {
			all = append(all, given{flag, value})
		}
	}
	add(len(c.Workload) > 0, "--workload", strings.Join(c.Workload, ","))
	add(len(c.Contender) > 0, "--contender", strings.Join(c.Contender, ","))
	add(c.Dir != "", "--dir", c.Dir)
	add(c.All, "--all", "")
	add(c.Quick, "--quick", "")
	add(c.JSON != "", "--json", c.JSON)
	return all
}

const (
	besideFrom   = "beside it there may be --markdown, --html, --bench, --picture, --serve, --against and --check"
	besideResume = "it goes on as the file says; beside it there may be --time, --markdown, --html, --bench, --picture, --serve and --check"
)

// checkTogether finds flags that don't go together, whatever files hold.
func (c *compareCmd) checkTogether() error {
	others := c.measures()
	switch {
	case c.From != "" && c.Resume != "":
		return usagef("--from %s and --resume %s don't go together: show a report, or measure what it lacks", c.From, c.Resume)
	case c.From != "" && len(others) > 0:
		return usagef("--from %s measures nothing, so that %v is not for it: %s", c.From, others[0], besideFrom)
	case c.From != "" && c.Time != nil:
		return usagef("--from %s measures nothing, so that --time %v is not for it: %s", c.From, *c.Time, besideFrom)
	case c.Resume != "" && len(others) > 0:
		return usagef("--resume %s and %v don't go together: %s", c.Resume, others[0], besideResume)
	case c.Resume != "" && c.Against != "":
		return usagef("--resume %s and --against %s don't go together: when nothing is missing, say --from %[1]s --against %[2]s", c.Resume, c.Against)
	case c.All && len(c.Workload) > 0:
		return usagef("--all and --workload %s don't go together: --all is the usual workloads and the decision table", strings.Join(c.Workload, ","))
	case c.Time != nil && *c.Time < leastTime:
		return usagef("--time is %v: must be at least %v", *c.Time, leastTime)
	}
	if err := checkStdout(given{"--markdown", c.Markdown}, given{"--html", c.HTML}, given{"--bench", c.Bench}); err != nil {
		return err
	}
	return checkServe(c.Serve)
}

// checkStdout finds whether more than one thing would go to standard output.
func checkStdout(all ...given) error {
	all = slices.DeleteFunc(all, func(g given) bool { return g.value != "-" })
	if len(all) > 1 {
		return usagef("%v and %v: only one of them can go to standard output; name a file for the other", all[0], all[1])
	}
	return nil
}

// checkServe finds whether the page can be served there: now, rather than once everything has been measured.
func checkServe(addr string) error {
	if addr == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return usagef("--serve is %q: must be an address with a port, such as :8080, or :0 for any free port", addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 1<<16-1 {
		return usagef("--serve is %q: the port must be from 0 to 65535", addr)
	}
	if ip, err := netip.ParseAddr(host); host != "" && host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return usagef("--serve is %q: the page is for this machine alone; the host must be localhost, 127.0.0.1, [::1] or left out", addr)
	}
	l, err := net.Listen("tcp", loopback(addr))
	if err != nil {
		return usagef("--serve: %w", err)
	}
	return l.Close()
}

// loopback is the address on this machine alone.
func loopback(addr string) string {
	if strings.HasPrefix(addr, ":") {
		return "127.0.0.1" + addr
	}
	return addr
}

// checkPicked finds what does not go with what was picked.
func (c *compareCmd) checkPicked(picked selection) error {
	if err := checkDir(c.Dir, picked.workloads); err != nil {
		return usagef("--dir: %w", err)
	}
	var names []string
	for _, w := range priced() {
		names = append(names, w.Name)
	}
	known := strings.Join(names, ", ")
	switch {
	case len(picked.prices) == 0 && (c.Check && c.Against == "" || c.Picture != ""):
		return usagef("--picture and --check are for the workloads %s: choose one by --workload, or for --check an older report by --against", known)
	case len(picked.workloads) == 0 && len(c.Contender) > 0:
		return usagef("--contender: the workloads %s have contenders of their own", known+", "+claims.Name)
	}
	return nil
}

// checkDir finds out whether the directory can be listed, and whether anybody will. What is below it, the workload that reads it finds
// out when it is prepared.
func checkDir(name string, ws []compare.Workload) error {
	if name == "" {
		return nil
	}
	if !slices.ContainsFunc(ws, func(w compare.Workload) bool { return w.ReadsDir }) {
		return errors.New("it is for the workload hash, which is not among those that were chosen")
	}
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	if _, err := dir.Readdirnames(1); err != io.EOF {
		return err
	}
	return nil
}
