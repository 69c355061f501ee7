/* The crew, which works through the items of ForEach, Map and Stream. It is a model of its own: of the engine it takes for granted what
 * protocol.pml shows, that what is pushed is taken as long as it is not removed. An inline has the name of the method that it stands
 * for; README.md has the table. check.sh has the sizes and the mutants.
 *
 * An atomic that begins with Lock is one critical section; any other is one step without the lock. Within a section a pause lets the
 * others take steps, where what they do without the lock may come between two things that the section does. */

#ifndef ITEMS
#define ITEMS 3		/* how many items there are */
#endif
#ifndef MOST
#define MOST 2		/* stints at once */
#endif
#ifndef GRAIN
#define GRAIN 2		/* how many items a stint takes at once, at most */
#endif
#ifndef AHEAD
#define AHEAD 0		/* how many may be held beyond MOST */
#endif
#ifndef LOOKS
#define LOOKS 1		/* how often a stint looks for an item before it leaves */
#endif

#define BIT(n)		(1 << (n))
#define MIN(a, b)	((a) * ((a) < (b)) + (b) * ((a) >= (b)))
#define LO(s)		MIN(lo[s], hi[s])	/* a claim that found nothing has added one all the same */
#define LEFT		(taken < pushed)
#define WORD(s)		(hi[s] * 16 + lo[s])

bool locked;
bool paused;
byte queue;		/* stints that wait for a runner: a bit each */
byte playing;		/* stints that a runner has taken: a bit each */
bool over;		/* the group's context has ended; read without the lock */
bool parent;		/* its parent has; read without the lock */
bool halted, sealed;

byte lo[MOST], hi[MOST];	/* word: how many items are claimed, and how many there are */
byte first[MOST], done[MOST], grain[MOST], seen[MOST];
bool begun[MOST];
byte loaded;		/* stints that have more than one item, or had when somebody last looked: a bit each */
byte member;		/* stints sent that have not left: a bit each; the others are spare */
byte working;
byte coming;
bool idle = true;	/* read without the lock */
bool closed;

byte pushed;		/* written without the lock */
byte taken;
byte granted;
byte refused;
byte ahead = AHEAD;
bool waiting;
bool ended;
bool asleep;		/* the producer, in Await */
bool room;		/* it has waited before */
bool hooked;		/* the parent's end will wake it */

byte oks, failures, skips;	/* the tally */

mtype = { fresh, held, runs, success, failure, skipped };
mtype fate[ITEMS] = fresh;	/* this and what follows is for the claims alone */
byte pending;		/* items that have come, and neither started nor were skipped */
byte going;		/* items between their start and their end */
byte blocked;		/* those that never end */
byte broken;		/* stints whose end the strategy did not survive */
byte produced, silent, joined, intruded;

/* Scratch, forgotten at the end of a section. */
byte v, n, k, todo;
bool found;

inline became(which, was, is)
{
	assert(fate[which] == was);
	fate[which] = is
}

inline Lock() { atomic { !locked -> locked = true } }

inline Unlock() { d_step { v = 0; n = 0; k = 0; todo = 0; found = false; locked = false } }

/* The one process that never ends lets a section go on. */
inline pause()
{
	paused = true;
	!paused
}

inline Announce() { asleep = false }

inline recall(s)
{
	coming--;
	leave(s)
}

inline push(s)
{
	coming++;
	begun[s] = false;
	queue = queue | BIT(s)
}

/* Leaves in k the first that is nobody's. */
inline recruit()
{
	k = 0;
	do
	:: member & BIT(k) -> k++
	:: else -> break
	od;
	assert(k < MOST);
	member = member | BIT(k);
	grain[k] = 1
}

/* Whether it is so is left in found. */
inline unclaimed()
{
	found = false;
	for (k : 0 .. MOST - 1) {
		found = found || (loaded & BIT(k)) && LO(k) < hi[k]
	}
}

inline send()
{
	do
	:: closed -> break
	:: !closed && (coming > 0 || working >= MOST) -> idle = false; break
	:: else ->
		unclaimed();
		if
		:: LEFT || found -> working++; recruit(); push(k)
		:: !(LEFT || found) && idle -> break
		:: else ->
			pause();
			idle = true;
#ifdef MUTANT_LOOK_ONCE
			break;
#endif
			pause()
		fi
	od
}

inline unload(s) { loaded = loaded & ~BIT(s) }

inline leave(s)
{
	unload(s);
	working--;
	member = member & ~BIT(s);
	lo[s] = 0; hi[s] = 0; first[s] = 0; done[s] = 0; seen[s] = 0; grain[s] = 0; begun[s] = false
}

/* Up to the upto-th. */
inline count(s, upto)
{
	do
	:: done[s] < upto ->
		assert(fate[first[s] + done[s]] == success);
		oks++;
		done[s]++
	:: else -> break
	od
}

inline account(s)
{
	if
	:: LO(s) > 0 -> count(s, (LO(s) - 1))
	:: else
	fi
}

inline accountAll()
{
	for (k : 0 .. MOST - 1) {
		if
		:: loaded & BIT(k) -> account(k)
		:: else
		fi
	}
}

inline load(into, begins, many)
{
	first[into] = begins;
	done[into] = 0;
	seen[into] = 0;
	lo[into] = 0;
	hi[into] = many;
	if
	:: many > 1 -> loaded = loaded | BIT(into)
	:: else
	fi
}

/* The last n. It adds to found. */
inline give(from, to)
{
#ifdef MUTANT_GIVE_CLAIMED
	k = lo[from];
	pause();
	lo[from] = k;	/* what has been claimed meanwhile is claimed no more */
#else
	pause();
#endif
	if
	:: LO(from) < hi[from] ->
		n = MIN(n, hi[from] - LO(from));
		hi[from] = hi[from] - n;
		load(to, (first[from] + hi[from]), n);
		found = true
	:: else
	fi
}

inline rob(s, stuck)
{
	found = false;
	todo = loaded;
	do
	:: !found && todo ->
		if	/* in any order */
		:: todo & 1 -> v = 0
#if MOST > 1
		:: todo & 2 -> v = 1
#endif
#if MOST > 2
		:: todo & 4 -> v = 2
#endif
		fi;
		todo = todo & ~BIT(v);
		account(v);
		if
		:: LO(v) >= hi[v] -> unload(v)
		:: LO(v) < hi[v] && stuck && seen[v] != WORD(v) -> seen[v] = WORD(v)
		:: else ->
			n = MIN(hi[v] - LO(v), GRAIN);
			n = n * stuck + (n + 1) / 2 * !stuck;
			give(v, s)
		fi
	:: else -> break
	od
}

/* Whether there was anything is left in found. */
inline fill(s)
{
	rob(s, true);
	if
	:: !found && LEFT ->
		n = MIN(pushed - taken, grain[s]);
		load(s, taken, n);
		taken = taken + n;
		grain[s] = MIN(2 * grain[s], GRAIN);
		found = true
	:: !found && !LEFT -> rob(s, false)
	:: else
	fi
}

inline skipItem(x)
{
	became(x, held, skipped);
	pending--;
	skips = skips + !sealed
}

inline drain()
{
	do
	:: LEFT -> skipItem(taken); taken++
	:: else -> break
	od
}

inline close(s)
{
	n = hi[s];
	k = LO(s);
	hi[s] = k;
	lo[s] = k
}

/* Both what the group does and what the crew does. */
inline halt()
{
	halted = true;
	over = true;
	pause();
	closed = true;
#ifndef MUTANT_IDLE_LAST
	idle = true;
#endif
	pause();
	for (v : 0 .. MOST - 1) {
		if
		:: loaded & BIT(v) ->
			account(v);
			close(v);
			do
			:: k < n -> skipItem(first[v] + k); k++
			:: else -> break
			od;
			unload(v)
		:: else
		fi
	}
	pause();
	drain();
#ifdef MUTANT_IDLE_LAST
	pause();
	idle = true;
#endif
	for (v : 0 .. MOST - 1) {
		if
		:: queue & BIT(v) -> queue = queue & ~BIT(v); recall(v)
		:: else
		fi
	}
#ifndef MUTANT_HALT_UNTOLD
	freed()
#endif
}

inline stopped()
{
	if
	:: parent && !halted -> halt()
	:: else
	fi
}

inline stop()
{
	if
	:: !halted -> halt()
	:: else
	fi
}

/* Left in n. */
inline roomFor()
{
	accountAll();
	n = pushed + refused - oks - failures - skips;
	n = MOST + ahead - MIN(n, MOST + ahead)
}

inline freed()
{
	if
	:: waiting ->
		roomFor();
		if
		:: closed || n > ahead / 2 -> Announce()
		:: else
		fi
	:: else
	fi
}

/* How a section of a stint ends that has looked for items. */
inline moreEnds(ok)
{
	if
	:: !ok -> leave(me); playing = playing & ~BIT(me)
	:: else
	fi;
#ifndef MUTANT_LEAVE_UNSEEN
	send();
#endif
	freed();
	Unlock()
}

/* Without what comes after a linger. What it leaves behind is has, or seeks. */
inline more()
{
	count(me, LO(me));
#ifdef MUTANT_COUNT_TWICE
	done[me] = 0;
	count(me, LO(me));
#endif
	unload(me);
	found = false;
	if
	:: !closed -> fill(me)
	:: else
	fi;
	pause();
	seeks = (!found && !closed && coming == 0 && !ended && !waiting && LOOKS > 0);
	has = found;
	if
	:: seeks -> coming++; idle = false; looks = LOOKS; Unlock()
	:: else -> moreEnds(has)
	fi
}

/* The lock is back. */
inline seek()
{
	looks--;
	if
	:: LEFT || looks == 0 ->
		found = false;
		if
		:: LEFT && !closed -> fill(me)
		:: else
		fi;
		has = found;
		seeks = false;
		looks = 0;
		coming--;
		moreEnds(has)
	:: else -> Unlock()
	fi
}

inline claim()
{
#ifdef MUTANT_CLAIM_TORN
	i = lo[me];
	k1 = hi[me];
	pause();
	lo[me] = i + 1;
	hi[me] = k1;
	none = (i >= k1);
	k1 = 0
#else
	none = (lo[me] >= hi[me]);
	i = lo[me];
	lo[me]++
#endif
}

inline settle()
{
	i = LO(me) - 1;
	count(me, i);
	done[me] = i + 1;
	stops = (unstarted && parent);
	if
	:: unstarted
	:: else ->
		became(first[me] + i, runs, failure);
		going--;
		failures++;
		if
		:: true
		:: stops = true
#ifdef FAULTS
		:: stops = true; faulted = true
#endif
		fi
	fi;
	if
	:: stops -> stops = false; stop()
	:: else
	fi;
	if
	:: unstarted -> skipItem(first[me] + i)
	:: else
	fi;
	if
	:: faulted -> broken++; playing = playing & ~BIT(me)
	:: else ->
		playing = playing & ~BIT(me);
		if
		:: closed || LO(me) >= hi[me] -> leave(me)
#ifndef MUTANT_NOT_PUSHED_AGAIN
		:: else -> push(me)
#else
		:: else -> leave(me)
#endif
		fi;
		send();
		freed()
	fi;
	Unlock()
}

proctype stint(byte me)
{
	byte i, looks;
#ifdef MUTANT_CLAIM_TORN
	byte k1;
#endif
	bool none, has, seeks, unstarted, faulted, stops;
end_spare:
	atomic {
		!locked && (queue & BIT(me)) ->
		queue = queue & ~BIT(me);
		playing = playing | BIT(me)
	};
	if
	:: atomic {
		over || parent ->
		Lock();
		stopped();
		recall(me);
		playing = playing & ~BIT(me);
		Unlock();
		goto end_spare
	}
	:: atomic { !(over || parent) -> skip }
	fi;
begin:	atomic {
		Lock();
		begun[me] = true;
		coming--;
		has = false;
		if
		:: LO(me) < hi[me] -> has = true; send(); Unlock()
		:: else -> more()
		fi
	};
	do
	:: seeks -> atomic { Lock(); seek() }
	:: !seeks && !has -> break
	:: !seeks && has ->
work:		atomic { claim() };
		do
		:: none -> break
		:: else ->
			atomic {
				if
#ifndef MUTANT_RUN_ON
				:: over || parent -> unstarted = true
#endif
				:: else ->
					assert(!over && !parent && !sealed);
					became(first[me] + i, held, runs);
					pending--;
					going++;
					assert(going <= MOST)
				fi
			};
			if
			:: unstarted -> break
			:: !unstarted ->
				if
				:: atomic { true -> became(first[me] + i, runs, success); going--; claim() }
#ifdef FAILS
				:: true -> break
#endif
#ifdef BLOCK
				:: true -> blocked++;
end_blocked:			false
#endif
				fi
			fi
		od;
		if
		:: none -> none = false; atomic { Lock(); more() }
		:: else ->
			atomic {
				Lock();
				settle();
				i = 0; unstarted = false; has = false
			};
			break
		fi
	od;
	i = 0;
	if
	:: faulted -> skip
	:: else -> goto end_spare
	fi
}

inline call()
{
	atomic {
		Lock();
		stopped();
		if
		:: halted -> drain(); stops = true
		:: else -> send()
		fi;
		Unlock()
	}
}

inline wait()
{
	waiting = true;
	asleep = true;
	Unlock();
	atomic { !asleep && !locked -> locked = true };
	waiting = false;
#ifdef GROWS
	if
	:: ahead < GROWS -> ahead = GROWS
	:: true
	fi
#endif
}

inline ask()
{
	atomic {
		Lock();
		do
		:: stopped();
			if
			:: halted ->
				became(pushed, fresh, held);
				pending++;
				refused++;
				skipItem(pushed);
				stops = true;
				break
			:: else ->
				roomFor();
				if
				:: n > 0 -> granted = pushed + n; break
				:: n == 0 && !room ->	/* openRoom */
					room = true;
					Unlock();
					hooked = true;
					Lock()
				:: else -> wait()
				fi
			fi
		od;
		Unlock()
	}
}

/* Feeds what it has, and may be silent before any item. */
proctype producer()
{
	bool stops;
	do
	:: pushed + refused < ITEMS && !stops ->
		if
		:: true
#ifdef SILENT
		:: true -> silent = 1;
end_silent:		false
#endif
		fi;
		if
		:: pushed == granted -> ask()
		:: else
		fi;
		if
		:: stops
		:: else ->
#ifdef MUTANT_LOOK_FIRST
			bool seenIdle = idle;
#endif
			atomic { became(pushed, fresh, held); pending++; pushed++ };
			if
#ifdef MUTANT_LOOK_FIRST
			:: seenIdle -> call()
#else
			:: idle -> call()
#endif
			:: else
			fi
		fi
	:: else -> break
	od;
	atomic { Lock(); ended = true; Unlock() };
	produced = 1
}

/* With what is alive, Join does not let go of the lock: who could end it waits for that. */
inline sync()
{
	accountAll();
#ifndef MUTANT_JOIN_BLIND
	if
	:: closed -> drain()
	:: else
	fi;
#else
	pause();
#endif
	n = 0;
	for (k : 0 .. ITEMS - 1) {
		n = n + (fate[k] == success);
		assert(fate[k] != held && fate[k] != runs)
	}
	assert(n == oks && pushed + refused == oks + failures + skips)
}

/* Who waits for the end: after the input of a ForEach, or at any moment, with a stop, if it is the reader of a Stream who breaks the loop. */
proctype reader()
{
#ifdef BREAKS
	atomic { Lock(); stop(); Unlock() };
	intruded = 1;
#else
	produced;
#endif
	atomic {
		!locked && queue == 0 && playing == 0 -> locked = true;
		stopped();
		sync();
		pause();
		assert(pushed + refused >= oks + failures + skips);
		sealed = true;
		Unlock()
	};
	joined = 1
}

proctype parentEnds()
{
	parent = true;
end_unhooked:
	atomic { hooked && !locked -> locked = true; stopped(); Announce(); Unlock() }
}

proctype clock()
{
end_clock:
	do
	:: paused -> paused = false
	od
}

init
{
	atomic {
		run clock();
#ifdef MAPS
		for (n : 0 .. ITEMS - 1) { fate[n] = held };
		n = 0;
		pending = ITEMS;
		pushed = ITEMS;
		ended = true;
		produced = 1;
		send();
		Unlock();
#else
		run producer();
#endif
		for (n : 0 .. MOST - 1) { run stint(n) }
		n = 0;
		run reader();
#ifdef PARENT
		run parentEnds();
#endif
		n = 0
	}
}

/* All is done, but for items that never end and what can't be done because of them. As long as the group has not stopped, items that have
 * come may then wait, and the producer, if as many as may run at once are such items. */
#define FULL	(going == MOST && going == blocked && !over)
#define AT_REST	( \
	!locked && !paused && queue == 0 && coming == 0 && going == blocked && working == blocked + broken && \
	(pending == 0 || FULL) && \
	(produced || silent || waiting && asleep && FULL && !parent) && \
	(joined || blocked > 0 || !produced && silent) )

ltl rests { <> AT_REST }
