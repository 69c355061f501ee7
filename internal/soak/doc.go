// Package soak runs everything of this module at random, for as long as one likes, and checks what must hold whatever happens: that each
// task is counted once and runs once, that no failure is lost, that limits hold, that Wait says what it should, and that nothing is left
// when it has returned. cmd/fate has it as the command soak.
//
// A soak is made of episodes, each of one of the [Kinds]. What happens in one (which strategy, which tasks, how each ends, who stops
// what and when) is drawn from a number that the seed and the episode's own number make, so that one that went wrong can be run
// again by itself. How the scheduler interleaves it is not drawn, so it may take several runs to go wrong again.
//
// What the episodes try is handed to them as [Subjects]. A test of a check puts something broken there, and sees it caught.
package soak
