package errgroup_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sharedfate/fate/internal/stats"
)

var (
	benchTasks  = []int{1, 4, 100, 1000}
	benchLimits = []int{-1, 8}
)

// bare is what both are made of: goroutines and a sync.WaitGroup. It has no limit and keeps no error.
type bare struct{ wg sync.WaitGroup }

func (b *bare) Go(f func() error)         { b.wg.Go(func() { _ = f() }) }
func (b *bare) TryGo(f func() error) bool { b.Go(f); return true }
func (b *bare) SetLimit(int)              {}
func (b *bare) Wait() error               { b.wg.Wait(); return nil }

// fan runs n functions that count.
func fan(g group, n, limit int, count *atomic.Int64) error {
	if limit >= 0 {
		g.SetLimit(limit)
	}
	for i := range n {
		g.Go(func() error { count.Add(int64(i)); return nil })
	}
	return g.Wait()
}

// All contenders do the same work.
func TestContendersDoTheSameWork(t *testing.T) {
	for _, n := range benchTasks {
		for _, limit := range benchLimits {
			for name, g := range map[string]group{"errgroup": implementations["errgroup"].zero(), "x-sync": implementations["x-sync"].zero(), "bare": new(bare)} {
				var count atomic.Int64
				if err := fan(g, n, limit, &count); err != nil || int(count.Load()) != n*(n-1)/2 {
					t.Errorf("%s, %d tasks, limit %d: %v, counted to %d", name, n, limit, err, count.Load())
				}
			}
		}
	}
}

// BenchmarkFan is the price of one Group with short functions.
func BenchmarkFan(b *testing.B) {
	for _, n := range benchTasks {
		for _, limit := range benchLimits {
			for _, name := range append(names, "bare") {
				if name == "bare" && limit >= 0 {
					continue
				}
				b.Run(fmt.Sprintf("impl=%s/tasks=%d/limit=%d", name, n, max(limit, 0)), func(b *testing.B) {
					b.ReportAllocs()
					var count atomic.Int64
					for b.Loop() {
						if err := fan(contender(name), n, limit, &count); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

func contender(name string) group {
	if name == "bare" {
		return new(bare)
	}
	return implementations[name].zero()
}

// BenchmarkRatio takes both in turn, in an order that chance decides, and reports the median of the pairs' ratios: ours to
// golang.org/x/sync's ("ratio", less than 1 is faster), with the ends of its 95 % interval, and golang.org/x/sync's to itself ("a/a").
func BenchmarkRatio(b *testing.B) {
	for _, n := range benchTasks {
		for _, limit := range benchLimits {
			b.Run(fmt.Sprintf("tasks=%d/limit=%d", n, max(limit, 0)), func(b *testing.B) {
				sides := []string{"errgroup", "x-sync", "x-sync"}
				samples := make([][]float64, len(sides))
				groups := max(1, 1000/n) // in one sample
				var count atomic.Int64
				for b.Loop() {
					for _, side := range rand.Perm(len(sides)) {
						began := time.Now()
						for range groups {
							if err := fan(contender(sides[side]), n, limit, &count); err != nil {
								b.Fatal(err)
							}
						}
						samples[side] = append(samples[side], float64(time.Since(began)))
					}
				}
				ratio, again := stats.Ratios(samples[0], samples[1]), stats.Ratios(samples[2], samples[1])
				b.ReportMetric(0, "ns/op") // of all sides together: says nothing
				b.ReportMetric(ratio.Median, "ratio")
				b.ReportMetric(ratio.Low, "low")
				b.ReportMetric(ratio.High, "high")
				b.ReportMetric(again.Median, "a/a")
			})
		}
	}
}
