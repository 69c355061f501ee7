package claims

// What tests from outside need to put work of their own in the place of a contender's.
type Form = form

var (
	Slots      = slots
	Spinning   = spinning
	Waiting    = waiting
	RoundTrips = roundTrips
	Same       = same
	Bare       = bare
	Ours       = ours
	Did        = did
)
