package compare

import (
	"context"
	"fmt"
	"time"
)

// A fanOut is the plainest job: so many tasks that know nothing of each other.
type fanOut struct {
	limit  int
	ledger ledger
	task   func(ctx context.Context, i int) error
}

func (j *fanOut) Run(ctx context.Context, c Contender) (Done, error) {
	g := c.Open(ctx, Options{Limit: j.limit, Tasks: len(j.ledger)})
	g.Each(len(j.ledger), j.task)
	return j.ledger.done(ctx, c, g.Wait())
}

func (j *fanOut) Close() error { return nil }

// empty is what starting, ending and joining costs. Each task writes one word, which tells that it ran.
func empty(name string, tasks, limit int) Workload {
	about := counted(tasks, "task") + " that do nothing"
	if tasks == 1 {
		about = "1 task that does nothing"
	}
	if limit > 0 {
		about += fmt.Sprintf(", %d at once", limit)
	}
	return Workload{Name: name, About: about, Tasks: tasks, Limit: limit, Plain: true,
		Prepare: func(context.Context, Input) (Job, error) {
			l := make(ledger, tasks)
			return &fanOut{limit, l, func(_ context.Context, i int) error {
				l[i].ended++
				return nil
			}}, nil
		}}
}

// busy is work for the processor alone, so much a task.
func busy(name string, tasks int, each time.Duration) Workload {
	about := fmt.Sprintf("%s of %s of CPU", counted(tasks, "task"), length(each))
	return Workload{Name: name, About: about, Tasks: tasks, Plain: true,
		Prepare: func(context.Context, Input) (Job, error) {
			l := make(ledger, tasks)
			spins := SpinsFor(each)
			return &fanOut{0, l, func(_ context.Context, i int) error {
				l[i].sum = Spin(uint64(i+1), spins)
				l[i].ended++
				return nil
			}}, nil
		}}
}

// failing is what errors cost whoever keeps them all: every so manyth task returns one of its own. A contender that cancels at
// the first, or keeps only that, does less and stays out.
func failing(name string, tasks, every int) Workload {
	about := fmt.Sprintf("%s that all fail; all errors are kept", counted(tasks, "task"))
	if every > 1 {
		about = fmt.Sprintf("%s, 1 of each %d fails; all errors are kept", counted(tasks, "task"), every)
	}
	return Workload{Name: name, About: about, Tasks: tasks,
		Takes: func(c Contender) bool { return c.Keeps == Every || c.Name == BaseName },
		Prepare: func(context.Context, Input) (Job, error) {
			l := make(ledger, tasks)
			errs := make([]error, tasks)
			for i := range errs {
				if i%every == every-1 {
					errs[i] = fmt.Errorf("task %d failed", i)
				}
			}
			return &fanOut{0, l, func(_ context.Context, i int) error {
				if errs[i] != nil {
					l[i].failed++
					l[i].sum = uint64(i)
				}
				l[i].ended++
				return errs[i]
			}}, nil
		}}
}
