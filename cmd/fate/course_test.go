package main

import (
	"context"
	"slices"
	"testing"
	"time"
)

// clock is a time that goes on when it is told to.
type clock struct{ at time.Time }

func (c *clock) now() time.Time         { return c.at }
func (c *clock) passes(d time.Duration) { c.at = c.at.Add(d) }

// courseOf is a course over parts of these costs, in so much time; 0 is all there is.
func courseOf(limit time.Duration, costs ...time.Duration) (*course, *clock) {
	at := &clock{time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)}
	c := &course{now: at.now, began: at.at, costs: costs}
	for _, cost := range costs {
		c.left += cost
	}
	if limit > 0 {
		c.deadline = at.at.Add(limit)
	}
	return c, at
}

func TestCourseGoesBySteps(t *testing.T) {
	c, at := courseOf(0, time.Second, 3*time.Second)
	look := func(gone, left time.Duration, done float64) {
		t.Helper()
		if g, l, d := c.where(); g != gone || l != left || d != done {
			t.Errorf("%v gone, %v left, %v done, want %v, %v, %v", g, l, d, gone, left, done)
		}
	}
	look(0, 4*time.Second, 0)
	if share := c.begin(0); share != 1 {
		t.Errorf("without an end, the share is %v", share)
	}
	at.passes(time.Second / 2)
	look(time.Second/2, 7*time.Second/2, 0.125)
	at.passes(time.Second / 2)
	if took := c.end(); took != time.Second {
		t.Errorf("the part took %v", took)
	}
	look(time.Second, 3*time.Second, 0.25)
	c.begin(1)
	at.passes(3 * time.Second)
	look(4*time.Second, 0, 1)
	c.end()
	look(4*time.Second, 0, 1)
}

// On a slow machine what is left is more, and what was shown as done stays.
func TestCourseLearns(t *testing.T) {
	costs := slices.Repeat([]time.Duration{10 * time.Second}, 10)
	c, at := courseOf(0, costs...)
	most := 0.0
	for i := range costs {
		c.begin(i)
		for range 40 { // four times as long as guessed
			at.passes(time.Second)
			_, left, done := c.where()
			if left < 0 || done < most || done > 1 {
				t.Fatalf("part %d: %v left, %v done after %v", i, left, done, most)
			}
			most = done
		}
		c.end()
		_, left, _ := c.where()
		if real := time.Duration(9-i) * 40 * time.Second; i > 4 && (left < real*3/4 || left > real*5/4) {
			t.Errorf("after part %d, %v are left, want about %v", i, left, real)
		}
	}
}

// Time that is not enough is divided, and never is there more left of it than there is.
func TestCourseDividesTheTime(t *testing.T) {
	c, at := courseOf(20*time.Second, 10*time.Second, 20*time.Second, 10*time.Second)
	if share := c.begin(0); share != 0.5 {
		t.Errorf("of half the time, the share is %v", share)
	}
	at.passes(5 * time.Second)
	c.end()
	if _, left, _ := c.where(); left > 15*time.Second {
		t.Errorf("%v are left, and the run has 15s", left)
	}
	// The first took half of what was guessed: with the guess still counted for 10 s, parts take 0.75 of theirs.
	if share, want := c.begin(1), 15.0/(0.75*30); share < want-0.001 || share > want+0.001 {
		t.Errorf("the share is %v, want %v", share, want)
	}
	at.passes(time.Minute)
	if _, left, done := c.where(); left != 0 || done != 1 {
		t.Errorf("after the end, %v left, %v done", left, done)
	}
	c.end()
	if share := c.begin(2); share != 0 {
		t.Errorf("after the end, the share is %v", share)
	}
}

func TestCourseOfNothing(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	c := newCourse(ctx, nil)
	if c.deadline.IsZero() {
		t.Error("it does not know of the deadline")
	}
	if _, left, _ := c.where(); left != 0 {
		t.Errorf("%v left", left)
	}
}
