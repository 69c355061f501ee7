package table

// Contenders whose answers are shown together, ours first.
var (
	firstError = []string{"failfast", "errgroup", "conc", "hand-once"}
	limited    = []string{"failfast", "errgroup", "errgroup-sem", "conc"}
	everyError = []string{"collectall", "conc-errors", "multierror", "hand-chan", "hand-mutex"}
	dropping   = []string{"shed", "errgroup", "conc", "hand-chan"}
)

// observed are behaviours, each of the same contenders.
func observed(contenders []string, names ...string) []Behaviour {
	all := make([]Behaviour, len(names))
	for i, name := range names {
		all[i] = Behaviour{Name: name, Contenders: append([]string(nil), contenders...)}
	}
	return all
}
