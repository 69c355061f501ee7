/* Who takes part, and what is claimed. check.sh has the sizes and the mutants. */

#ifndef ITEMS
#define ITEMS 3		/* how many items are offered */
#endif
#ifndef FIRST
#define FIRST ITEMS	/* how many of them from outside; the task of item i offers item i + FIRST, if there is one */
#endif
#ifndef PRODUCERS
#define PRODUCERS 2	/* who offer from outside */
#endif
#ifndef RUNNERS
#define RUNNERS 4	/* processes to play a runner; need asserts that they suffice */
#endif
#ifndef WAITERS
#define WAITERS 1	/* how many call Wait */
#endif
#ifndef LIMIT
#define LIMIT 0		/* of the strategy; 0 is none */
#endif
#ifndef ATLIMIT
#define ATLIMIT HOLD	/* what it answers there */
#endif
#ifndef BACKLOG
#define BACKLOG 0
#endif
#ifdef TRIES
#define WAIT (who == 0)	/* one producer calls Go, the others TryGo */
#else
#define WAIT true
#endif
#ifdef PARENT
#define PARENTS 1
#else
#define PARENTS 0
#endif
#if defined(STOP) || defined(CANCEL)
#define INTRUDERS 1
#else
#define INTRUDERS 0
#endif

#include "engine.pml"
#include "group.pml"

byte produced;	/* producers that are done */
byte returned;	/* waiters that are done */
byte intruded;	/* intruders that are done */
byte blocked;	/* tasks that never end */
byte stuck;	/* calls after an item's end that never return */

proctype producer(byte who)
{
	byte item = who;
	bool send, opens, watched, idle;
	do
	:: item < FIRST ->
		offer(item, WAIT, (WAITERS + who));
		item = item + PRODUCERS
	:: else -> break
	od;
	produced++
}

proctype waiter(byte who)
{
	bool send, concludes, watched, idle;
	join(who);
	assert(settled && runners == 0);
	returned++
}

/* Somebody outside, at any moment. */
proctype intruder()
{
	bool send;
	atomic {
		Lock();
#ifdef STOP
		Stop();
#endif
#ifdef CANCEL
		dropCancelled(0);
#endif
		Release()
	};
	start();
	intruded++
}

proctype parentEnds()
{
	parent = true;
end_unhooked:
	atomic { hook == ARMED -> hook = FIRED };
parentEnded:
	atomic { Lock(); notice(); Unlock() };
	atomic { Lock(); hooked = true; Announce(); Unlock() }
}

/* The head of a runner's loop, with the lock: the next item, or the end. */
inline turn()
{
	if
	:: !gone && admitted > 0 ->
		take(item);
		became(item, queued, taken);
#ifdef MUTANT_NO_SUCCESSOR
		send = false;
#else
		need();
#endif
		Unlock()
	:: else ->
		leaves = true;
		leave()
	fi
}

/* The item or what is called after it panicked, or called Goexit: the runner goes with it. */
inline rescue() { gone = true }

/* Without the lock. */
inline Run()
{
	atomic {
		if
#ifndef MUTANT_RUN_BLIND
		:: over || parent -> unstarted = true
#endif
		:: else ->
			assert(!over && !parent && !sealed);
			became(item, taken, runs);
			going++;
			assert(LIMIT == 0 || going <= LIMIT)
		fi
	};
	if
	:: !unstarted ->
#if FIRST < ITEMS
		if
		:: item + FIRST < ITEMS -> offer((item + FIRST), false, 7) /* TryGo never waits, so 7 is nobody's */
		:: else
		fi;
#endif
		if
		:: true
#ifdef EXITS
		:: true -> rescue()
#endif
#ifdef BLOCK
		:: true -> blocked++;
end_blocked:		false
#endif
		fi
	:: else
	fi
}

/* All of it but freed. */
inline Settle()
{
	was = halted;
	running--;
	if
	:: unstarted -> unstarted = false; stopped(); decide(item, taken, skipped)
	:: else ->
		decide(item, runs, ended);
		going--;
#ifdef FAILS
		if
		:: true
		:: true -> stop()
		fi
#endif
	fi
}

/* The strategy panicked in Settle. */
inline Fault()
{
	stop();
	rescue();
	after = true
}

proctype runner(byte who)
{
	byte item;
	bool send, unstarted, gone, after, leaves;
#if FIRST < ITEMS
	bool opens, watched, idle;
#endif
end_idle:
	/* The first process that is free plays it: that any other might would only multiply the states. */
	atomic { sent > 0 && (playing & BELOW(who + 1)) == BELOW(who) -> sent--; playing = playing | BIT(who) };
	atomic {
		Lock();
#ifdef MUTANT_UNCOUNTED
		runners++;
#endif
#ifndef MUTANT_UNARRIVED
		starting--;
#endif
		turn()
	};
	do
	:: leaves -> break
	:: else ->
		start();
#ifdef MUTANT_DOUBLE_TAKE
		atomic { Lock(); queue?_; admitted--; Unlock() };
#endif
		Run();
settle:		atomic {
			Lock();
			Settle();
#ifdef MUTANT_END_SEEN_FIRST
		};
		atomic {
#endif
			if
			:: true -> freed(); after = (halted && !was)
#ifdef FAULTS
			:: true -> Fault()
#endif
			fi;
#ifdef AFTERS
			if
			:: true
			:: true -> after = true
			fi;
#endif
			if
#ifdef MUTANT_AFTER_FIRST
			:: after -> Unlock()
#else
			:: after -> Release()
#endif
			:: else -> turn()
			fi
		};
		if
		:: after ->
			start();
			after = false;
			if
			:: true
#ifdef AFTERS
#ifdef EXITS
			:: true -> rescue()
#endif
#ifdef BLOCK
			:: true -> stuck++;
end_stuck:			false
#endif
#endif
			fi;
			atomic { Lock(); turn() }
		:: else
		fi
	od;
	start();
	atomic { playing = playing & ~BIT(who); leaves = false; gone = false; item = 0 };
	goto end_idle
}

init
{
	byte n;
	atomic {
		for (n : 0 .. PRODUCERS - 1) { run producer(n) }
		for (n : 0 .. WAITERS - 1) { run waiter(n) }
		for (n : 0 .. RUNNERS - 1) { run runner(n) }
#if INTRUDERS
		run intruder();
#endif
#if PARENTS
		run parentEnds();
#endif
		n = 0
	}
}

/* All is done, but for tasks that never end and what can't be done because of them. Tasks and Go's may then be kept waiting as long as
 * the group has not stopped and all that run are such tasks; a Go, moreover, only if there is no room. */
#define AT_REST	( \
	!locked && sent + starting + admitted == 0 && runners == blocked + stuck && going == blocked && \
	produced + len(line) == PRODUCERS && intruded == INTRUDERS && parent == PARENTS && hook != ARMED && (hook != FIRED || hooked) && \
	offered == decided + blocked + held + len(line) && \
	(returned == WAITERS || blocked + stuck > 0) && \
	(held + len(line) == 0 || blocked > 0 && blocked == running && !halted) && \
	(len(line) == 0 || FULL && !parent) )

ltl rests { <> AT_REST }
