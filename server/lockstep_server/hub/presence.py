"""Who is there, who looks at what, and who may be told of it. Times are handed in, in seconds.

Two users know each other when they share an entry or room of few people. Of a larger one only
those who look at it are told of each other. What is to be told is gathered for each session.
"""

import heapq
import weakref
from collections.abc import Collection, Iterable
from itertools import count, islice

from lockstep_protocol.pushes import Presence, Presences

from .frame import Frame
from .hub import Sink
from .lookers import NOWHERE, Circle, Seen, Visit

PRESENCE_IDLE_SECONDS = 300.0
"""A session whose client said nothing for this long counts as away."""
PRESENCE_LINGER_SECONDS = 10.0
"""A session counts for this long after it is gone, so that a reconnect tells nobody."""
PRESENCE_GATHER_SECONDS = 0.25
"""How often a session is told of others at most."""
PRESENCE_A_TURN = 1_000
"""Messages made at once; the loop goes on in between."""


class _Person:
    """A user with at least one session, and what others are shown."""

    __slots__ = ("state", "visits", "watching")

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.state: Presences | None = None
        self.watching: str | None = None

    def now(self) -> tuple[Presences, Visit | None]:
        """The state, and the session whose entry is the one looked at."""
        here = any(not (visit.idle or visit.away) for visit in self.visits)
        newest = max((v.watched for v in self.visits if v.left is None), default=0)
        looking = [
            visit
            for visit in self.visits
            if visit.entry is not None
            and not visit.away
            and (visit.left is None or visit.watched > newest)
        ]
        latest = max(looking, key=lambda visit: visit.watched, default=None)
        return ("online" if here else "away"), latest


class Attendance:
    """All who are there. Every method that may tell somebody something takes the time."""

    def __init__(self) -> None:
        self._visits: dict[Sink, Visit] = {}
        self._people: dict[str, _Person] = {}
        self._known: dict[str, dict[str, None]] = {}  # in half the memory of sets
        self._circles: dict[str, Circle] = {}
        # Weak: a connection that is over must not be kept until it would have been idle.
        self._due: list[tuple[float, int, weakref.ref[Visit]]] = []
        self._numbers = count(1)
        self._dirty: dict[Visit, None] = {}
        self._telling: dict[Visit, None] = {}
        self._tell_at: float | None = None
        self._now = 0.0

    # What happens

    def came(self, sink: Sink, now: float) -> bool:
        """A session is up to date. True: its user was not there, nobody knows whom to tell."""
        self._now = now
        new = sink.user not in self._people
        person = self._people.setdefault(sink.user, _Person())
        visit = self._visits[sink] = Visit(sink, now)
        person.visits.append(visit)
        self._look_again(visit, now + PRESENCE_IDLE_SECONDS)
        for other in self._about(sink.user):
            self._mark(visit, other)
        self._review(sink.user)
        return new

    def went(self, sink: Sink, now: float) -> None:
        """A session is gone; it counts a while longer."""
        self._now = now
        visit = self._visits.get(sink)
        if visit is not None and visit.left is None:
            visit.left = now
            self._look_again(visit, now + PRESENCE_LINGER_SECONDS)

    def heard(self, sink: Sink, now: float) -> bool:
        """The client said something of its own accord. True: it was idle before."""
        self._now = now
        visit = self._visits.get(sink)
        if visit is None or visit.left is not None:
            return False
        visit.heard, was_idle = now, visit.idle
        if was_idle:
            visit.idle = False
            self._look_again(visit, now + PRESENCE_IDLE_SECONDS)
            self._review(sink.user)
        return was_idle

    def watch(
        self,
        sink: Sink,
        entry: str | None,
        away: bool,
        members: frozenset[str] | None,
        now: float,
    ) -> None:
        """The session looks at ``entry`` (None: at none), or nobody is at it (``away``).

        ``members``: who takes part in the entry; None when they are too many.
        """
        self._now = now
        visit = self._visits.get(sink)
        if visit is None or visit.left is not None:
            return
        visit.entry, visit.away, visit.members = entry, away, members
        visit.watched = next(self._numbers)
        if entry is not None and members is not None:
            self.met((sink.user,), members, now)
        self._review(sink.user)

    def met(self, users: Iterable[str], others: Collection[str], now: float) -> None:
        """These ``users`` know all of ``others`` from now on, and the other way round."""
        self._now = now
        for user in users:
            for other in others:
                here, there = user in self._people, other in self._people
                if user == other or not (here or there):
                    continue
                self._known.setdefault(user, {})[other] = None
                self._known.setdefault(other, {})[user] = None
                if here and there:
                    self._mark_both(user, other)

    def grew(self, entry: str, members: frozenset[str] | None, now: float) -> None:
        """More people take part in ``entry`` (None: they are too many now)."""
        self._now = now
        circle = self._circles.get(entry)
        if circle is not None and circle.members != members:
            circle.members = members
            for looker in circle.lookers:
                for other in self._about(looker):
                    self._mark_user(other, looker)

    # What time does

    def deadline(self) -> float | None:
        """When ``tick`` is to be called next; None: not before something happens."""
        times = [self._due[0][0]] if self._due else []
        if self._telling:
            times.append(self._now)
        elif self._tell_at is not None:
            times.append(self._tell_at)
        return min(times, default=None)

    def tick(self, now: float) -> list[tuple[Sink, Frame]]:
        """Let be over what is over, and give back the frames that are due, one a session."""
        self._now = now
        while self._due and self._due[0][0] <= now:
            visit = heapq.heappop(self._due)[2]()
            if visit is not None:
                self._look_at(visit, now)
        if self._tell_at is not None and self._tell_at - now > PRESENCE_GATHER_SECONDS:
            self._tell_at = now  # the clock was set back
        if not self._telling and self._tell_at is not None and self._tell_at <= now:
            self._telling, self._dirty, self._tell_at = self._dirty, {}, None
        frames: dict[tuple[Presence, ...], Frame] = {}
        told: list[tuple[Sink, Frame]] = []
        made = 0
        while self._telling and made < PRESENCE_A_TURN:
            hearer = next(iter(self._telling))
            del self._telling[hearer]
            messages = self._news(hearer)
            if messages:
                made += len(messages)
                frame = frames.get(messages) or frames.setdefault(messages, Frame(messages))
                told.append((hearer.sink, frame))
        if not self._telling and self._dirty and self._tell_at is None:
            self._tell_at = now + PRESENCE_GATHER_SECONDS
        return told

    def _look_again(self, visit: Visit, when: float) -> None:
        heapq.heappush(self._due, (when, next(self._numbers), weakref.ref(visit)))

    def _look_at(self, visit: Visit, now: float) -> None:
        if self._visits.get(visit.sink) is not visit:
            return
        if visit.left is not None:
            if now >= visit.left + PRESENCE_LINGER_SECONDS:
                self._end(visit)
        elif now >= visit.heard + PRESENCE_IDLE_SECONDS:
            visit.idle = True
            self._review(visit.sink.user)
        elif not visit.idle:
            self._look_again(visit, visit.heard + PRESENCE_IDLE_SECONDS)

    def _end(self, visit: Visit) -> None:
        user = visit.sink.user
        del self._visits[visit.sink]
        self._dirty.pop(visit, None)
        self._telling.pop(visit, None)
        person = self._people[user]
        person.visits.remove(visit)
        if person.visits:
            self._review(user)
            return
        about = self._about(user)
        if person.watching is not None:
            self._stand(user, person.watching)
        del self._people[user]
        for other in about:
            self._mark_user(other, user)
        for other in [each for each in self._known.get(user, ()) if each not in self._people]:
            self._forget(user, other)
            self._forget(other, user)

    def _forget(self, user: str, other: str) -> None:
        known = self._known.get(user, {})
        known.pop(other, None)
        if not known:
            self._known.pop(user, None)

    # Who is told what

    def _review(self, user: str) -> None:
        person = self._people[user]
        state, looking = person.now()
        watching = None if looking is None else looking.entry
        if (state, watching) == (person.state, person.watching):
            return
        if watching != person.watching:
            if person.watching is not None:
                self._stand(user, person.watching)
            person.watching = watching
            if looking is not None and watching is not None:
                self._sit(user, watching, looking.members)
        person.state = state
        for other in self._about(user):
            self._mark_user(other, user)

    def _sit(self, user: str, entry: str, members: frozenset[str] | None) -> None:
        circle = self._circles.get(entry)
        if circle is None:
            circle = self._circles[entry] = Circle(members)
        circle.lookers[user] = None
        for other in circle.seated():
            self._mark_both(user, other)

    def _stand(self, user: str, entry: str) -> None:
        circle = self._circles[entry]
        before = circle.seated()
        del circle.lookers[user]
        for other in before:
            self._mark_both(user, other)
        for next_one in islice(circle.seated(), len(before) - 1, None):
            for other in before:
                self._mark_both(next_one, other)
        if not circle.lookers:
            del self._circles[entry]

    def _about(self, user: str) -> set[str]:
        """Those who are there and may be told of ``user``, who may be told of them."""
        found = self._known.get(user, {}).keys() & self._people.keys()
        person = self._people.get(user)
        circle = None if person is None else self._circles.get(person.watching or "")
        if circle is not None:
            found.update(circle.seated())
        return found - {user}

    def _mark_both(self, user: str, other: str) -> None:
        if user != other:
            self._mark_user(user, other)
            self._mark_user(other, user)

    def _mark_user(self, user: str, subject: str) -> None:
        person = self._people.get(user)
        for visit in person.visits if person else ():
            self._mark(visit, subject)

    def _mark(self, visit: Visit, subject: str) -> None:
        if visit.left is not None:
            return
        visit.dirty = visit.dirty or set()
        visit.dirty.add(subject)
        if visit not in self._telling:
            self._dirty[visit] = None
            if self._tell_at is None and not self._telling:
                self._tell_at = self._now + PRESENCE_GATHER_SECONDS

    def _news(self, visit: Visit) -> tuple[Presence, ...]:
        messages, told, offline = [], visit.told, NOWHERE["offline"]
        for subject in sorted(visit.dirty or ()):
            seen = self._seen(subject, visit.sink.user)
            if told.get(subject, offline) == seen:
                continue
            if seen is offline:
                del told[subject]
            else:
                told[subject] = seen
            state, watching = seen
            messages.append(Presence(user=subject, state=state, watching=watching))
        visit.dirty = None
        return tuple(messages)

    def _seen(self, subject: str, receiver: str) -> Seen:
        """What ``receiver`` may know of ``subject`` now."""
        person = self._people.get(subject)
        if person is None or person.state is None:
            return NOWHERE["offline"]
        if person.watching is not None:
            circle = self._circles.get(person.watching)
            if circle is not None and circle.shows(subject, receiver):
                return person.state, person.watching
        known = subject in self._known.get(receiver, ())
        return NOWHERE[person.state if known else "offline"]
