/* The group: what it does with an offer, with an item's end and with a stop. An inline has the name of the method in package fate
 * that it stands for; README.md has the table. All is done under the engine's lock, but for what a comment says. */

#define RUN	0	/* what a strategy answers */
#define HOLD	1
#define SHED	2

#define NOTYET	0	/* what an offer is answered */
#define ACCEPTED 1
#define REFUSED	2

byte running;		/* admitted and not ended */
byte held;
bool room;		/* somebody has waited for room */
byte drained;		/* held items admitted since those in the line were last let in */
chan line = [ITEMS] of { byte };
byte answer[ITEMS];	/* read without the lock */
bool saysFull;		/* read without the lock */
bool over;		/* the group's context has ended; read without the lock */
bool parent;		/* its parent has; read without the lock */
bool halted, sealed, settled;

#define UNSEEN	0	/* the registration with the parent context */
#define ARMED	1
#define FIRED	2
#define UNHOOKED 3
byte hook;
bool unhook;		/* the room knows how to end it */
bool hooked;		/* the parent's end has been seen to */

mtype = { fresh, waits, queued, taken, runs, ended, skipped, shed, cancelled, denied };
mtype fate[ITEMS] = fresh;	/* this and what follows is for the claims alone */
byte offered;		/* offers begun */
byte decided;		/* items ended, skipped, shed, cancelled or denied */
byte going;		/* tasks between their start and their end */

#define STOPPED	(halted || sealed)
#define FULL	(LIMIT > 0 && running >= LIMIT && (ATLIMIT == SHED || held >= BACKLOG))

inline became(i, from, to)
{
	assert(fate[i] == from);
	fate[i] = to
}

inline decide(i, from, to)
{
	became(i, from, to);
	decided++
}

inline reply(i, what)
{
	assert(answer[i] == NOTYET);	/* the sender of a second answer would block, with the lock */
	answer[i] = what
}

inline turnAway()
{
	do
	:: len(line) > 0 -> line?next; decide(next, waits, denied); reply(next, REFUSED)
	:: else -> break
	od
}

inline leaveQueue(now)
{
	running = running - now;
	held = held - !now
}

inline halt()
{
	halted = true;
	saysFull = false;
	over = true;
	do
	:: len(queue) > 0 ->
		in = (admitted > 0);
		leaveQueue(in);
#ifdef MUTANT_SKIPPED_STAY
		queue?<next>;
		decide(next, queued, skipped);
		break;
#endif
		admitted = admitted - in;
		queue?next;
		decide(next, queued, skipped)
	:: else -> break
	od;
#ifndef MUTANT_NO_TURN_AWAY
	turnAway()
#endif
}

/* What it returns is what halted says then. */
inline stopped()
{
	if
	:: parent && !halted -> halt()
	:: else
	fi
}

/* What Stop, obey and blame have in common. */
inline stop()
{
	stopped();
	if
	:: !halted -> halt()
	:: else
	fi
}

/* Leaves the strategy's answer in a. A moody strategy says what it likes, below its limit. */
inline ask()
{
#ifdef MOODY
	if
	:: running < LIMIT -> a = RUN
	:: a = SHED
	:: a = HOLD;
		if
#ifndef MUTANT_NO_STALL
		:: running == 0 -> halt()
#endif
		:: else
		fi
	fi
#else
	if
	:: LIMIT == 0 || running < LIMIT -> a = RUN
	:: else -> a = ATLIMIT
	fi
#endif
}

inline promote()
{
	do
	:: held > 0 ->
		ask();
		if
		:: a == RUN -> Admit(); held--; running++
		:: a == SHED -> DropHeld(); held--; decide(removed, queued, shed)
		:: else -> break
		fi;
		drained = drained + room
	:: else -> break
	od
}

inline admission()
{
#ifdef MOODY
	promote();
	if
	:: !halted && held > 0 -> a = HOLD
	:: !halted && held == 0 -> ask()
	:: else
	fi
#else
	ask()
#endif
}

inline enter(i, from)
{
	if
	:: a == RUN -> running++; became(i, from, queued); Push(i, true); reply(i, ACCEPTED)
	:: a == HOLD -> held++; became(i, from, queued); Push(i, false); reply(i, ACCEPTED)
	:: a == SHED -> decide(i, from, shed); reply(i, REFUSED)
	fi
}

inline serve()
{
	if
	:: len(line) > 0 && !(held > BACKLOG / 2 && drained <= BACKLOG / 2) ->
		drained = 0;
		do
		:: len(line) > 0 ->
			a = HOLD;
			if
#ifdef MUTANT_SERVE_UNASKED
			:: held == 0 -> a = RUN
#else
			:: held == 0 -> ask()
#endif
			:: else
			fi;
			if
			:: halted || a == HOLD && held >= BACKLOG -> break
			:: else -> line?next; enter(next, waits)
			fi
		:: else -> break
		od
	:: else
	fi
}

inline freed()
{
#ifndef MUTANT_FULL_KEPT
	saysFull = false;
#endif
	if
#ifndef MUTANT_NO_PROMOTE
	:: held > 0 && !halted -> promote()
#endif
	:: else
	fi;
#ifndef MUTANT_LOST_WAKEUP
	serve()
#endif
}

/* Without the lock: how an offer begins. */
inline refused(i, wait)
{
	offered++;
	if
	:: saysFull && !(wait && ATLIMIT == HOLD) ->
		assert(FULL);	/* now, and now lies between the offer's begin and its end */
		decide(i, fresh, shed);
		reply(i, REFUSED)
	:: else
	fi
}

/* The caller goes on with Release, start, and waiting for the answer. */
inline waitRoom(i)
{
	became(i, fresh, waits);
	line!i
}

/* Without the lock, if there is a registration that is to be ended. */
inline unwatch(me)
{
	if
	:: watched ->
		atomic {
			idle = (hook == ARMED);
			hook = (idle -> UNHOOKED : hook)
		};
		atomic {
			Lock();
			do
			:: !idle && !hooked -> Await(me)
			:: else -> break
			od;
			Unlock()
		}
	:: else
	fi
}

/* What comes after room is there: without the lock. */
inline openRoom(me)
{
#ifdef PARENT
#ifndef MUTANT_NO_HOOK
	hook = ARMED;
#endif
	atomic { Lock(); unhook = true; watched = sealed; Unlock() };
	unwatch(me)
#else
	skip
#endif
}

inline offer(i, wait, me)
{
	atomic { refused(i, wait) };
	do
	:: fate[i] == fresh ->
		atomic {
			Lock();
			if
			:: !sealed -> stopped()
			:: else
			fi;
			if
			:: !STOPPED -> admission()
			:: else
			fi;
			opens = false;
			if
#ifdef MUTANT_SEAL_UNSEEN
			:: halted
#else
			:: STOPPED
#endif
				-> decide(i, fresh, denied); reply(i, REFUSED)
			:: !STOPPED && a == HOLD && held >= BACKLOG && wait ->
				if
				:: !room -> room = true; opens = true
				:: else -> waitRoom(i)
				fi
			:: else ->
				if
				:: a == HOLD && held >= BACKLOG -> a = SHED
				:: else
				fi;
#ifndef MOODY
				saysFull = saysFull || a == SHED;
#endif
				enter(i, fresh)
			fi;
			Release()
		};
		start();
		if
		:: opens -> opens = false; openRoom(me)
		:: else
		fi
	:: else -> break
	od;
	answer[i] != NOTYET
}

inline Stop()
{
	if
	:: !sealed -> stop()
	:: else
	fi
}

inline notice()
{
	if
	:: !sealed -> stopped()
	:: else
	fi
}

/* A child in the queue is cancelled: its end is not one of a runner's. */
inline dropCancelled(i)
{
	stopped();
	if
	:: fate[i] == queued ->
		Remove(other == i);
		leaveQueue(in);
		decide(i, queued, cancelled);
		freed()
	:: else
	fi
}

/* All but the waiting is one section, to the moment when the strategy is asked for its conclusion; the answer is another. */
inline join(me)
{
	atomic {
		Lock();
		do
		:: !sealed ->
			Join(me);
			assert(held + running + going + len(line) == 0);
			if
			:: !sealed ->
				stopped();
				saysFull = false;
				sealed = true;
				Retire();
				concludes = true;
				watched = unhook
			:: else
			fi
		:: else -> break
		od;
		do
		:: !settled && !concludes -> Await(me)
		:: else -> break
		od;
		Unlock()
	};
	if
	:: concludes ->
		unwatch(me);
		atomic { Lock(); settled = true; Announce(); Unlock() }
	:: else
	fi
}
