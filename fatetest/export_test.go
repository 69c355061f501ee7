package fatetest

import "time"

// Check is Test that returns what it finds.
var Check = check

func (v violation) Law() string   { return string(v.law) }
func (v violation) After() string { return v.after }

// SetPatience changes how long a call may take, and returns what sets it back.
func SetPatience(d time.Duration) (restore func()) {
	old := patience
	patience = d
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
