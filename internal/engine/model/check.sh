#!/usr/bin/env bash
# Checks the model with spin: every size must hold, every line of it must be reached in one of them, and every mutant must be caught.
# `check.sh` does it all; `check.sh NAME ...` takes the sizes and mutants of these names only. It needs spin and gcc.
set -euo pipefail
cd "$(dirname "$0")"

# A name, the flags, and what this size is there for.
SIZES=$(cat <<'END'
blocked       -DITEMS=4 -DPRODUCERS=1 -DRUNNERS=5 -DBLOCK      no limit; each task may never end: all others start
producers     -DPRODUCERS=2 -DBLOCK                            the same, from two producers
nested        -DFIRST=2 -DBLOCK -DEXITS                        tasks that offer tasks, and may never end, or panic
limit         -DLIMIT=2 -DITEMS=4 -DBACKLOG=1 -DPRODUCERS=1    tasks are held, and Go waits for room
no-backlog    -DLIMIT=1 -DITEMS=4                              nothing is held, and Go waits
backlog       -DLIMIT=1 -DITEMS=5 -DBACKLOG=2                  several are let in at a time
backlog-full  -DLIMIT=1 -DITEMS=4 -DBACKLOG=2 -DBLOCK          tasks that never end keep others waiting, but not if there is room
exits         -DLIMIT=2 -DBACKLOG=1 -DEXITS                    tasks panic, or call Goexit
after         -DLIMIT=1 -DAFTERS -DBLOCK                       what is called after an end may never return
after-exits   -DLIMIT=1 -DAFTERS -DBLOCK -DEXITS -DITEMS=2     and may call Goexit
tries         -DLIMIT=1 -DITEMS=4 -DBACKLOG=1 -DTRIES          TryGo beside Go: refused without the lock
shed          -DLIMIT=1 -DATLIMIT=SHED -DSTOP                  Go refused without the lock, and a stop
stop          -DSTOP -DEXITS -DPRODUCERS=1                     a stop from outside, no limit
stop-held     -DSTOP -DLIMIT=1 -DBACKLOG=1 -DBLOCK             a stop while a task is held and Go waits
stop-waits    -DSTOP -DLIMIT=1 -DBLOCK                         a stop while two Go's wait
fails         -DFAILS -DEXITS -DLIMIT=1 -DBACKLOG=1            a task fails, and the strategy stops the group
faults        -DFAULTS -DLIMIT=1 -DBACKLOG=1                   the strategy panics
parent        -DPARENT -DLIMIT=1 -DBLOCK                       the parent ends, and no task looks at its context
parent-tries  -DPARENT -DLIMIT=1 -DBACKLOG=1 -DTRIES           the parent ends, and Wait concludes
cancel        -DCANCEL -DLIMIT=1 -DBACKLOG=1 -DBLOCK           a child is cancelled in the queue: an end without a runner
moody         -DMOODY -DLIMIT=2 -DBACKLOG=1                    a strategy that runs, holds and sheds as it likes
waits         -DWAITERS=2 -DLIMIT=1                            Wait called twice
crew          -DCREW -DAHEAD=1                                 a crew: items come one by one
crew-map      -DCREW -DMAPS -DITEMS=4 -DFAILS -DBLOCK          all are there at once; each may fail, or never end
crew-slow     -DCREW -DMAPS -DITEMS=4 -DMOST=3 -DBLOCK         three stints take from each other
crew-grain    -DCREW -DMAPS -DITEMS=5 -DGRAIN=3 -DBLOCK        larger batches
crew-silent   -DCREW -DAHEAD=1 -DITEMS=4 -DBLOCK -DSILENT      the input may never give another item: what has come starts
crew-unseen   -DCREW -DLOOKS=0 -DBLOCK -DSILENT                no stint looks before it leaves
crew-ahead    -DCREW -DMOST=1 -DITEMS=4 -DAHEAD=1 -DGROWS=2    the producer comes to be further ahead
crew-fails    -DCREW -DAHEAD=1 -DITEMS=4 -DFAILS -DBLOCK       an item fails, and the strategy stops the group
crew-faults   -DCREW -DMOST=1 -DFAILS -DFAULTS                 the strategy panics while the producer waits
crew-breaks   -DCREW -DAHEAD=1 -DITEMS=4 -DBREAKS -DBLOCK      a stop while items come, and a join at once
crew-parent   -DCREW -DPARENT -DBLOCK                          the parent ends, and no item looks at its context
END
)

# A name, and the size in which the mutant must be caught.
MUTANTS=$(cat <<'END'
NO_SUCCESSOR   blocked    a runner sends no other before it runs an item
NO_RELEASE     producers  an offer sends no runner
DOUBLE_TAKE    producers  an item is still in the queue after it was taken
UNCOUNTED      producers  a runner counts when it arrives, not when it is sent
UNARRIVED      blocked    a runner that has arrived still counts as on its way
LEAVE_EARLY    exits      a runner that leaves does not look at the queue
AFTER_FIRST    after      what is called after an end comes before the runner that is needed
NO_BROADCAST   producers  the last runner wakes nobody
JOIN_ONCE      producers  Join does not look again when it wakes up
SCOUT_PASSED   waits      who comes to Join passes by a scout's errand that another was woken for
SCOUT_ASLEEP   producers  a joiner that was woken in a runner's place goes on waiting
SEAL_UNSEEN    producers  an offer is accepted after Wait
NO_PROMOTE     limit      an end admits none that are held
LOST_WAKEUP    no-backlog an end lets no waiting Go in
SERVE_UNASKED  no-backlog a waiting Go is let in without asking the strategy
FULL_KEPT      shed       an end leaves the group saying that it is full
END_SEEN_FIRST shed       an end can be seen while the group still says that it is full
NO_STALL       moody      a strategy that holds while nothing runs does not stop the group
SKIPPED_STAY   stop       a stop leaves in the queue what it skips
NO_TURN_AWAY   stop-held  a stop leaves Go waiting
RUN_BLIND      stop       a taken item starts though the group has stopped
NO_HOOK        parent     the parent's end is told to nobody
CLAIM_TORN     crew-map   a claim is two steps
GIVE_CLAIMED   crew-map   who takes items away puts the claims back to what they were
IDLE_LAST      crew-breaks a stop drains before the producer can see that nobody will come
LOOK_FIRST     crew-silent the producer looks for who is on the way before it publishes
LOOK_ONCE      crew-unseen who sends nobody does not look again once the producer can see that
LEAVE_UNSEEN   crew-map   a stint leaves or goes on and sends no other
COUNT_TWICE    crew       items are counted once more when a stint comes back
NOT_PUSHED_AGAIN crew-map a stint whose item failed leaves the others
HALT_UNTOLD    crew-faults a stop does not wake the producer
JOIN_BLIND     crew-breaks what comes after a stop is alive when Join returns
RUN_ON         crew-breaks a claimed item starts though the group has stopped
END
)

fail() { echo "check.sh: $*" >&2; exit 1; }
for tool in spin gcc; do
	command -v "$tool" >/dev/null || fail "$tool is missing (Debian and Ubuntu: apt-get install spin gcc)"
done
here=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# flags_of NAME prints the flags of a size.
flags_of() { awk -v name="$1" '$1 == name { for (i = 2; $i ~ /^-D/; i++) printf "%s ", $i }' <<<"$SIZES"; }

# model_of FLAG ... says which of the two models the flags are for.
model_of() { if [[ " $* " == *" -DCREW "* ]]; then echo crew.pml; else echo protocol.pml; fi; }

# violated FLAG ... looks at all that the model can do, and reports whether something is wrong. What spin said is in pan.txt.
violated() {
	model=$here/$(model_of "$@")
	rm -rf "$scratch/pan" && mkdir "$scratch/pan" && cd "$scratch/pan"
	spin -a "$@" "$model" >spin.txt 2>&1 && ! grep -iq error spin.txt || { cat spin.txt; fail "spin rejects the model under $*"; }
	gcc -O0 -w -DNOFAIR -DMEMLIM=1500 -o pan pan.c # optimising takes longer than it saves
	./pan -a -b -m10000 -w22 >pan.txt 2>&1 || true
	if grep -qE 'pan:1: (assertion violated|acceptance cycle)' pan.txt && ! grep -q 'runners<=' pan.txt; then
		return 0
	fi
	grep -q 'errors: 0' pan.txt && ! grep -q 'not completed' pan.txt || { cat pan.txt; fail "the search under $* did not come to an end"; }
	return 1
}

# found prints what spin said: states, depth, memory and time.
found() {
	awk '/depth reached/ { sub(",", "", $6); depth = $6 } /states, stored/ { states = $1 } /total actual/ { memory = $1 } /elapsed time/ { time = $4 }
		END { printf "%9d %6d %7d %6.1f", states, depth, memory, time }' pan.txt
}

# lines prints each statement of the model that was compiled, with its line, and + if it was reached. Its numbers differ with the size.
lines() {
	./pan -d >states.txt || true
	awk -v model="${model##*/}" '
		/^(proctype|init|claim|unreached)/ { process = $NF; next }
		/^\t.*state [0-9]+, ".*"$/ { match($0, /state [0-9]+/); unreached[process, substr($0, RSTART + 6, RLENGTH - 6)]; next }
		/^\tstate .*=> / && process !~ /^(rests|clock)$/ { # the clock never ends
			line = substr($0, index($0, "pml:") + 4)
			at = index(line, "=>")
			text = substr(line, at)
			gsub(/[0-9]+/, "N", text)
			gsub(/\(item\+N\)/, "item", text) # the task that is offered by a task
			print ((process, $2) in unreached ? "-" : "+"), model, substr(line, 1, at - 1) text
		}
	' pan.txt states.txt | sort -u
}

picked=("$@")
wanted() { [ ${#picked[@]} = 0 ] || [[ " ${picked[*]} " == *" $1 "* ]]; }
for name in "${picked[@]}"; do
	grep -q "^$name " <<<"$SIZES"$'\n'"$MUTANTS" || fail "there is no size and no mutant $name"
done

printf '%-15s %9s %6s %7s %6s  %s\n' size states depth MB s 'what it is there for'
while read -r name about; do
	wanted "$name" || continue
	flags=$(flags_of "$name")
	# shellcheck disable=SC2086 # a list
	if violated $flags; then
		spin -t -p -k "${model##*/}.trail" $flags "$model" | grep -E '^ *[0-9]+:.proc' || true
		grep '^pan:1' pan.txt
		fail "$name ($flags): the steps above end in what must not be"
	fi
	lines >>"$scratch/lines"
	printf '%-15s %s  %s\n' "$name" "$(found)" "${about##*  }"
done <<<"$SIZES"

if [ ${#picked[@]} = 0 ]; then
	sort -u "$scratch/lines" | awk '
		{ key = substr($0, 3) }
		/^[+]/ { reached[key] }
		/^-/ { if (!(key in reached)) { print "never reached: " key; dead = 1 } }
		END { exit dead }
	' || fail 'no size reaches these lines of the model: what it claims about them says nothing'
fi

printf '\n%-16s %-12s %-10s %s\n' mutant 'caught in' by 'what is wrong with it'
while read -r name size about; do
	wanted "$name" || continue
	# shellcheck disable=SC2046
	violated $(flags_of "$size") "-DMUTANT_$name" || fail "the mutant $name passes in $size: the model can't fail where it must"
	by=assertion
	grep -q 'acceptance cycle' pan.txt && by=rests
	printf '%-16s %-12s %-10s %s\n' "$name" "$size" "$by" "$about"
done <<<"$MUTANTS"
printf '\nAll as it must be (%s s).\n' "$SECONDS"
