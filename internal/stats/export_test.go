package stats

// Outside is what a test needs to check the interval's ends by other means.
var Outside = outside
