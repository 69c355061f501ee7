/* The engine: a queue of items, the runners that take them, the join. An inline has the name of the method in internal/engine that it
 * stands for; README.md has the table.
 *
 * An atomic that begins with Lock is one critical section; any other is one step without the lock. A section may be a single step as
 * long as nobody can see inside it: of what is read without the lock (saysFull, over, an answer) it changes each thing at one moment
 * only. The lock is a variable all the same, because a wait gives it away in the middle of a section. */

bool locked;
chan queue = [ITEMS] of { byte };	/* oldest first */
byte admitted;				/* how many of the oldest may run; the rest is held */
byte runners;				/* those that have not left, those on their way included */
byte starting;				/* who is on the way: runners, and a scout */
byte joiners;				/* waiters in Join */
bool scout;				/* a joiner has been woken in a runner's place */
bool scouted;				/* one has been before */
byte asleep;				/* who waits for an Announce: a bit each */
bool retired;				/* what the engine had is another's now */

byte sent;				/* go statements whose goroutine has not begun */
byte playing;				/* which processes play a runner: a bit each */

/* Scratch, forgotten at the end of a section, so that states do not differ by it. */
byte a, was, next, other, place, size, removed, in;

#define BIT(n)		(1 << (n))
#define BELOW(n)	(BIT(n) - 1)

inline Lock() { atomic { !locked -> locked = true } }

inline Unlock()
{
	d_step {
		a = 0; was = 0; next = 0; other = 0; place = 0; size = 0; removed = 0; in = 0;
		locked = false
	}
}

inline Push(i, now)
{
	assert(!retired && (!now || admitted == len(queue)));
	queue!i;
	admitted = admitted + now
}

inline Admit()
{
	assert(admitted < len(queue));
	admitted++
}

/* Takes the item for which match is true out of the queue: all go round once. match looks at other, an item, or at its place. */
inline Remove(match)
{
	size = len(queue);
	place = 0;
	in = 0;
	do
	:: place < size ->
		queue?other;
		if
		:: match -> removed = other; in = (place < admitted)
		:: else -> queue!other
		fi;
		place++
	:: else -> break
	od;
	admitted = admitted - in
}

inline DropHeld()
{
	assert(admitted < len(queue));
	Remove(place == admitted)
}

inline take(i)
{
#ifdef MUTANT_DOUBLE_TAKE
	queue?<i>
#else
	queue?i;
	admitted--
#endif
}

/* What it returns, send, is the caller's own variable. */
inline need()
{
	send = false;
	if
	:: admitted > 0 && starting == 0 ->
		starting++;
		if
		:: joiners > 0 && !scouted -> scout = true; scouted = true; Announce()
		:: else ->
#ifndef MUTANT_UNCOUNTED
			runners++;
#endif
			assert(runners <= RUNNERS);	/* or there are not enough processes to play them */
			send = true
		fi
	:: else
	fi
}

/* The go statement. It comes after the lock. */
inline start()
{
	if
	:: send -> atomic { assert(!retired); sent++; send = false }
	:: else
	fi
}

/* The caller goes on with start. */
inline Release()
{
#ifdef MUTANT_NO_RELEASE
	send = false;
#else
	need();
#endif
	Unlock()
}

/* The caller goes on with start. */
inline leave()
{
#ifdef MUTANT_LEAVE_EARLY
	send = false;
#else
	need();
#endif
	runners--;
	if
#ifndef MUTANT_NO_BROADCAST
	:: runners == 0 && joiners > 0 -> Announce()
#endif
	:: else
	fi;
	Unlock()
}

inline Await(me)
{
	atomic {
		asleep = asleep | BIT(me);
		Unlock();
		!locked && !(asleep & BIT(me)) -> locked = true
	}
}

inline Announce() { asleep = 0 }

/* A joiner who is the scout gives the lock away for its go statement. Here it keeps it: a runner is counted from then until the joiner has
 * the lock again or waits, so it makes no difference whether it sees that one's end or is told of it. */
inline scouts()
{
	scout = false;
	starting--;
	need();
	start()
}

inline Join(me)
{
	joiners++;
	do
#ifdef MUTANT_SCOUT_PASSED
	:: runners > 0 ->
		Await(me);
		if
		:: scout -> scouts()
		:: else
		fi
#else
#ifndef MUTANT_SCOUT_ASLEEP
	:: scout -> scouts()
#endif
	:: !scout && runners > 0 ->
		Await(me);
#ifdef MUTANT_JOIN_ONCE
		if
		:: !scout -> break
		:: else
		fi
#endif
#endif
	:: else -> break
	od;
	joiners--
}

inline Retire()
{
	assert(runners == 0 && len(queue) == 0);
	retired = true
}
