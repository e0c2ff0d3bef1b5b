"""Who is connected, and who of them is told what."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, KeysView
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from lockstep_protocol.pushes import ServerMessage

from .frame import Burst, Frame
from .lanes import Lane, write


class Sink(Protocol):
    """One connected session as the hub sees it."""

    user: str

    @property
    def lane(self) -> Lane:
        """Where changes go at once as long as they can; the same one for good."""
        ...

    def push(self, n: int | None, frame: Frame) -> None:
        """Take a frame; never blocks. ``n`` None: it tells of no change (typing, presence)."""
        ...

    def rest(self, data: bytes) -> None:
        """Take the end of what was written to the lane, and not taken; never blocks."""
        ...


class Delivery(Protocol):
    """One message for some users: who of the connected, and the message once someone is.

    ``key``: deliveries with the same one are for the same users; None: nothing is known of that.
    """

    @property
    def key(self) -> object: ...

    def among(self, connected: KeysView[str]) -> Iterable[str]: ...

    def message(self, n: int) -> ServerMessage: ...


Sinks = tuple[Sink, ...]


class Audience(NamedTuple):
    """Users who are connected, and all their sessions."""

    users: Collection[str]
    sinks: Sinks
    lanes: tuple[Lane, ...]


REMEMBERED = 100_000
"""Receivers of the audiences that are remembered, all together."""


class Hub:
    """The connected sessions by user. Its cost follows the connected receivers of a change."""

    def __init__(
        self,
        mark: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``mark`` makes what all frames of a change hold (``Frame``)."""
        self._mark = mark
        self._clock = clock
        self._by_user: dict[str, list[Sink]] = {}
        self._looking: dict[Sink, str] = {}
        self._due: list[tuple[int, Frame, Audience]] = []
        self._gathering = False
        # Of those who are connected now: whoever comes or goes, they are found anew.
        self._audiences: dict[object, Audience] = {}
        self._alike: dict[frozenset[str], Audience] = {}
        self._remembered = 0
        self.watchers: list[Callable[[str], None]] = []
        """Each is called with a user whose first session has come, or whose last one has gone."""
        self.left: list[Callable[[Sink], None]] = []
        """Each is called with a session that is gone."""

    def join(self, sink: Sink) -> None:
        """From now on ``sink`` is pushed what its user may see."""
        self._forget_audiences()
        sinks = self._by_user.setdefault(sink.user, [])
        sinks.append(sink)
        if len(sinks) == 1:
            self._changed(sink.user)

    def leave(self, sink: Sink) -> None:
        """Forget ``sink``; leaving twice is harmless."""
        sinks = self._by_user.get(sink.user, [])
        self._looking.pop(sink, None)
        if sink not in sinks:
            return
        self._forget_audiences()
        sinks.remove(sink)
        for listener in self.left:
            listener(sink)
        if not sinks:
            del self._by_user[sink.user]
            self._changed(sink.user)

    def _changed(self, user: str) -> None:
        for watcher in self.watchers:
            watcher(user)

    def look(self, sink: Sink, entry: str | None) -> None:
        """The user looks at ``entry`` (None: at no entry) in this session now."""
        if entry is None or sink not in self._by_user.get(sink.user, ()):
            self._looking.pop(sink, None)
        else:
            self._looking[sink] = entry

    def looked_at(self, sink: Sink) -> str | None:
        """The entry that is looked at in this session now."""
        return self._looking.get(sink)

    def is_looking(self, user: str, entry: str) -> bool:
        """Whether ``user`` looks at ``entry`` in any session."""
        return any(self._looking.get(sink) == entry for sink in self._by_user.get(user, ()))

    def has(self, sink: Sink) -> bool:
        """Whether ``sink`` has joined and not left."""
        return sink in self._by_user.get(sink.user, ())

    def sessions(self, user: str) -> int:
        """How many sessions ``user`` has."""
        return len(self._by_user.get(user, ()))

    @property
    def connected(self) -> KeysView[str]:
        """The users who have a session."""
        return self._by_user.keys()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is published inside goes out at its end, to each session in one piece.

        Nothing else may happen meanwhile: it is for the changes of one commit.
        """
        self._gathering = True
        try:
            yield
        finally:
            self._gathering = False
            self._tell_due()

    def publish(self, n: int, deliveries: Collection[Delivery]) -> None:
        """Tell of change ``n``: one frame a session, encoded once for all who get the same."""
        groups = self._groups(deliveries)
        if not groups:
            return
        makers = [_once(delivery, n) for delivery in deliveries]
        mark = self._mark()
        for indexes, audience in groups.items():
            frame = Frame(tuple(makers[index]() for index in indexes), mark)
            self._due.append((n, frame, audience))
        if not self._gathering:
            self._tell_due()

    def _groups(self, deliveries: Collection[Delivery]) -> dict[tuple[int, ...], Audience]:
        """The sessions that get the same ones of ``deliveries``."""
        found = [self._audience(delivery) for delivery in deliveries]
        heard = [index for index, audience in enumerate(found) if audience.sinks]
        if not heard:
            return {}
        first = found[heard[0]]
        if all(found[index] is first for index in heard):
            return {tuple(heard): first}
        told: dict[str, tuple[int, ...]] = {}
        for index in heard:
            for user in found[index].users:
                told[user] = (*told.get(user, ()), index)
        groups: dict[tuple[int, ...], list[Sink]] = {}
        for user, indexes in told.items():
            groups.setdefault(indexes, []).extend(self._by_user[user])
        return {indexes: _audience((), sinks) for indexes, sinks in groups.items()}

    def _audience(self, delivery: Delivery) -> Audience:
        """Who is told; the same object for the same users, as far as that is known."""
        key = delivery.key
        audience = self._audiences.get(key) if key is not None else None
        if audience is not None:
            return audience
        users = frozenset(delivery.among(self._by_user.keys()))
        audience = self._alike.get(users)
        if audience is None:
            audience = _audience(users, [s for user in users for s in self._by_user[user]])
        if key is not None:
            self._remembered += 1 + len(users)
            if self._remembered > REMEMBERED:
                self._forget_audiences()
            self._audiences[key] = self._alike[users] = audience
        return audience

    def _forget_audiences(self) -> None:
        self._audiences.clear()
        self._alike.clear()
        self._remembered = 0

    def _tell_due(self) -> None:
        due, self._due = self._due, []
        if not due:
            return
        first = due[0][2]
        if all(audience is first for _, _, audience in due):
            self._write(Burst(tuple((n, frame) for n, frame, _ in due)), first)
            return
        lines: dict[Sink, tuple[int, ...]] = {}
        alike: dict[tuple[int, ...], list[Sink]] = {}
        for index, (_, _, audience) in enumerate(due):
            for sink in audience.sinks:
                lines[sink] = (*lines.get(sink, ()), index)
        for sink, line in lines.items():
            alike.setdefault(line, []).append(sink)
        for line, sinks in alike.items():
            burst = Burst(tuple(due[index][:2] for index in line))
            self._write(burst, _audience((), sinks))

    def _write(self, burst: Burst, audience: Audience) -> None:
        for index, rest in write(burst, audience.lanes, self._clock()):
            sink = audience.sinks[index]
            if rest:
                sink.rest(rest)
                continue
            for n, frame in burst.told:
                sink.push(n, frame)

    def tell(self, users: Iterable[str], message: ServerMessage) -> None:
        """Send something that is no change (typing, a notification) to whoever is connected."""
        frame = Frame((message,))
        for user in users:
            # A sink that overflows may leave while we go through the list.
            for sink in tuple(self._by_user.get(user, ())):
                sink.push(None, frame)


def _audience(users: Collection[str], sinks: list[Sink]) -> Audience:
    return Audience(users, tuple(sinks), tuple(sink.lane for sink in sinks))


def _once(delivery: Delivery, n: int) -> Callable[[], ServerMessage]:
    made: list[ServerMessage] = []

    def message() -> ServerMessage:
        if not made:
            made.append(delivery.message(n))
        return made[0]

    return message
