package main

import (
	"context"
	"time"
)

// A course is how far a run has come, how long the rest will take, and how long each part may.
//
// What a part costs is a guess, made once on two cores that had nothing else to do. How much slower the machine at hand is shows as parts are
// done, and the more of them, the more it counts.
type course struct {
	now      func() time.Time
	began    time.Time
	deadline time.Time // the zero time if there is none
	costs    []time.Duration

	at         int // the part that is measured, or is next
	underway   bool
	partBegan  time.Time
	left       time.Duration // what the parts from at on cost
	cost, took time.Duration // of those that are done: the guess, and the truth
	shown      float64       // the greatest fraction that was told
}

// prior is for how much of what is done the guess goes on counting: a first part that takes twice as long says little of the rest.
const prior = 10 * time.Second

func newCourse(ctx context.Context, parts []part) *course {
	c := &course{now: time.Now}
	for _, p := range parts {
		c.costs = append(c.costs, p.cost)
		c.left += p.cost
	}
	c.began = c.now()
	c.deadline, _ = ctx.Deadline()
	return c
}

// slowness is how many times as long as guessed parts take here.
func (c *course) slowness() float64 {
	return float64(c.took+prior) / float64(c.cost+prior)
}

// begin says that the ith part begins, and returns which share of the time that it would take it may: what is left of the run's time is divided
// among what is left to be measured, by cost.
func (c *course) begin(i int) (share float64) {
	for ; c.at < i; c.at++ {
		c.left -= c.costs[c.at]
	}
	c.underway, c.partBegan = true, c.now()
	if c.deadline.IsZero() {
		return 1
	}
	need := c.slowness() * float64(c.left)
	return min(1, max(0, float64(c.deadline.Sub(c.partBegan))/need))
}

// end says that the part is over, and returns how long it took.
func (c *course) end() time.Duration {
	took := c.now().Sub(c.partBegan)
	c.cost += c.costs[c.at]
	c.took += took
	c.left -= c.costs[c.at]
	c.at++
	c.underway = false
	return took
}

// where says for how long the run has gone on, how long it will, about, and which part of it is done, from 0 to 1. That never becomes less, and what
// is left is never less than nothing.
func (c *course) where() (gone, left time.Duration, done float64) {
	now := c.now()
	gone = max(0, now.Sub(c.began))
	need := c.slowness() * float64(c.left)
	if c.underway {
		need -= min(float64(now.Sub(c.partBegan)), c.slowness()*float64(c.costs[c.at]))
	}
	left = max(0, time.Duration(need))
	if !c.deadline.IsZero() {
		left = max(0, min(left, c.deadline.Sub(now)))
	}
	if total := gone + left; total > 0 {
		c.shown = max(c.shown, float64(gone)/float64(total))
	}
	return gone, left, c.shown
}
