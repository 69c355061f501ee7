package compare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	dashboardServers = 6
	dashboardPanels  = 4 // asked of each server
	slowServer       = 2
	failingServer    = 4
	slowness         = 20 * time.Millisecond
	maxPanel         = 64 << 10 // bytes that are read of one answer
)

// dashboard is a page that gathers its panels from several back ends, of which one is slow and one fails.
//
// That a back end answers with an error is data here and no failure of the task: the panel is shown as unavailable, and the
// page without it. It could not be compared otherwise, because contenders that cancel at the first failure would not wait for the
// slow back end while the others do. What a task fails with is that it got no answer at all, which ends the run.
func dashboard(name string) Workload {
	about := fmt.Sprintf("%d requests to %d HTTP servers, one of them slow (%s) and one failing, shown as unavailable",
		dashboardServers*dashboardPanels, dashboardServers, length(slowness))
	return Workload{Name: name, About: about, Tasks: dashboardServers * dashboardPanels,
		Prepare: func(context.Context, Input) (Job, error) {
			j := &dashboardJob{ledger: make(ledger, dashboardServers*dashboardPanels)}
			for id := range dashboardServers {
				b, err := startBackEnd(id)
				if err != nil {
					return nil, errors.Join(fmt.Errorf("compare: dashboard: %w", err), j.Close())
				}
				j.backEnds = append(j.backEnds, b)
			}
			j.client = &http.Client{Transport: &http.Transport{
				MaxConnsPerHost:     dashboardPanels,
				MaxIdleConnsPerHost: dashboardPanels, // all connections are kept, or each run would open new ones
			}}
			j.each = j.task
			return j, nil
		}}
}

type dashboardJob struct {
	backEnds []*backEnd
	client   *http.Client
	ledger   ledger
	each     func(context.Context, int) error
}

func (j *dashboardJob) Run(ctx context.Context, c Contender) (Done, error) {
	g := c.Open(ctx, Options{Tasks: len(j.ledger)})
	g.Each(len(j.ledger), j.each)
	waited := g.Wait()
	d, err := j.ledger.done(ctx, c, waited)
	if err == nil && d.Failures > 0 {
		err = errors.Join(fmt.Errorf("compare: dashboard: %d requests got no answer", d.Failures), waited)
	}
	return d, err
}

// task asks for panels of different servers one after another, so that the slow ones are spread among the others.
func (j *dashboardJob) task(ctx context.Context, i int) error {
	e := &j.ledger[i]
	sum, err := j.gather(ctx, j.backEnds[i%dashboardServers], i/dashboardServers)
	e.ended++
	if err != nil {
		e.failed++
		return err
	}
	e.sum = sum
	return nil
}

// gather asks for one panel and returns a checksum of what it shows.
func (j *dashboardJob) gather(ctx context.Context, b *backEnd, number int) (uint64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/panels/%d", b.url, number), nil)
	if err != nil {
		return 0, err
	}
	resp, err := j.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPanel)) // to the end, or the connection is not kept
	if err != nil {
		return 0, err
	}
	if resp.StatusCode != http.StatusOK {
		return mark(b.id, number, resp.StatusCode), nil
	}
	var p panel
	if err := json.Unmarshal(body, &p); err != nil {
		return 0, fmt.Errorf("panel %d of server %d: %w", number, b.id, err)
	}
	return p.sum(), nil
}

func (j *dashboardJob) String() string {
	return fmt.Sprintf("%d servers on the loopback, %d requests to each", dashboardServers, dashboardPanels)
}

// Close ends the client's connections and the servers, and returns when they have ended.
func (j *dashboardJob) Close() error {
	if j.client != nil {
		j.client.CloseIdleConnections()
	}
	var errs []error
	for _, b := range j.backEnds {
		errs = append(errs, b.close())
	}
	return errors.Join(errs...)
}
