package fatetest

// Check is Test that returns what it finds.
var Check = check

// Examine is Check that also returns a channel that is closed when the examination has ended, which may be later.
var Examine = examine

// Violation is what they find.
type Violation = violation

func (v violation) Law() string   { return string(v.law) }
func (v violation) After() string { return v.after }

// SetPatience changes how much others may get done during one call, and returns what sets it back.
func SetPatience(work int) (restore func()) {
	old := patience
	patience = work
	return func() { patience = old }
}

// The laws, for tests that say which one must be found broken.
const (
	Constructs  = string(constructs)
	OwnEach     = string(ownEach)
	Valid       = string(valid)
	HintsHold   = string(hintsHold)
	NoPanic     = string(noPanic)
	NoWaiting   = string(noWaiting)
	NoGoroutine = string(noGoroutine)
	PureValue   = string(pureValue)
	Untimed     = string(untimed)
	Unasked     = string(unasked)
	WithWhom    = string(withWhom)
	WithCause   = string(withCause)
	Restartable = string(restartable)
	AsHinted    = string(asHinted)
	KnownAnswer = string(knownAnswer)
	IdleHolds   = string(idleHolds)
	IdleSheds   = string(idleSheds)
	Monotone    = string(monotone)
	StopCause   = string(stopCause)
	CancelWhom  = string(cancelWhom)
	CancelCause = string(cancelCause)
	NoRestart   = string(noRestart)
	PassedOn    = string(passedOn)
	NoTypedNil  = string(noTypedNil)
	SummaryKept = string(summaryKept)
	ErrorStays  = string(errorStays)
	LinearText  = string(linearText)
	SuccessNil  = string(successNil)
	FailureTold = string(failureTold)
	StopTold    = string(stopTold)
	CauseTold   = string(causeTold)
	RealError   = string(realError)
)
