"""One simulated user: holds an inbox, gives commands, and checks all that comes."""

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from lockstep_client import new_id

from .exchange import Done, Place, Tally
from .findings import Findings
from .holding import Holding
from .line import Ground, Line
from .messages import Reader, Said
from .teams import Team

encode = msgspec.json.encode

EXPECTED = ("stale", "locked", "fenced")
"""Refusals that come of several people doing the same; any other is an error as well."""


class World(Ground, Protocol):
    """What a session needs of the worker it is in."""

    tally: Tally
    findings: Findings
    reader: Reader
    teams: dict[int, Team]

    def came(self, session: "Session") -> None: ...

    def went(self, session: "Session") -> None: ...

    def at(self, when: float, act: Callable[[], None]) -> None: ...

    def look_at(self, session: "Session", entry: str, version: int) -> None: ...


Then = Callable[["Session", "Given", dict[str, Any]], None]


class Given:
    """A command without an answer. ``then``: what its user does after a good answer.

    ``look``: it only asks how the server shows ``entry``, of at least version ``floor``; with
    ``mending`` the answer replaces what is held. ``again``: given once more after a drop.
    """

    __slots__ = ("again", "due", "entry", "floor", "kind", "look", "mending", "payload", "then")

    def __init__(self, kind: str, entry: str, due: float, then: Then | None = None) -> None:
        self.kind = kind
        self.entry = entry
        self.due = due
        self.then = then
        self.payload = b""
        self.floor = 0
        self.again = self.mending = False
        self.look = kind == "get"


class Session(Line):
    """A user's one connection, again and again; what it holds outlives each of them."""

    def __init__(self, world: World, place: Place) -> None:
        super().__init__(world, place)
        self.world = world
        self.team = world.teams[place.team]
        self.holding = Holding(place.user, world.findings)
        self.pending: dict[str, Given] = {}
        self._waiting: deque[Callable[[], None]] = deque()
        self._answered: deque[str] = deque(maxlen=16)
        self._resumed = self._been = False
        self._floors: dict[str, int] = {}

    # Coming and going

    def position(self) -> int:
        return self.holding.n

    def hello(self) -> None:
        # All that was answered before it said hello has to be there when it is up to date.
        self._floors = dict(self.team.answered)

    def gone(self) -> None:
        self.team.went(self.holding)
        if self.live:
            self.world.went(self)
        for given in self.pending.values():
            given.again = True

    def _up_to_date(self, now: float) -> None:
        self.arrived()
        self.world.came(self)
        tally, findings = self.world.tally, self.world.findings
        histogram = tally.resume if self._resumed else tally.sign_in
        histogram.add((now - self.opened_at) * 1000)
        if self._been:
            tally.count("reconnects")
        self._been = True
        for entry, floor in self._floors.items():
            held = self.holding.version(entry)
            if floor:
                text = f"{self.place.user}: {entry} is at {held}, but {floor} had been answered"
                findings.saw("durable", held >= floor, text)
        if not self.slow:
            self.team.came(self.holding)
        for given in self.pending.values():
            self.send(given.payload)
        waiting, self._waiting = self._waiting, deque()
        for turn in waiting:
            turn()

    # What it says

    def when_live(self, turn: Callable[[], None]) -> None:
        """Do this now, or as soon as it is up to date."""
        if self.live:
            turn()
        else:
            self._waiting.append(turn)

    def signal(self, message: dict[str, Any]) -> None:
        """Say something that is not answered."""
        if self.live:
            self.send(encode(message))

    def give(self, given: Given, **members: Any) -> None:
        """Give a command; it is given again, with its id, until there is an answer."""
        id = new_id()
        given.payload = encode({"type": given.kind, "id": id, "entry": given.entry, **members})
        self.pending[id] = given
        if self.live:
            self.send(given.payload)

    def look(self, entry: str, *, floor: int = 0, mending: bool = False) -> None:
        """Ask how the server shows ``entry``, and compare when the answer comes."""
        given = Given("get", entry, self.world.now())
        given.floor, given.mending = floor, mending
        self.give(given)

    # What it hears

    def frame(self, payload: bytes) -> None:
        world = self.world
        now = world.now()
        try:
            said = world.reader.read(payload)
        except msgspec.DecodeError as wrong:
            world.error(f"{self.place.user} was sent what cannot be read: {wrong}")
            return
        counts = world.tally
        counts.frames += 1
        counts.messages += len(said)
        counts.bytes += len(payload)
        first = True
        for message in said:
            match message.type:
                case "diff" | "entry" | "gone" | "chat" | "room":
                    self.holding.reached(message.n or 0, first, self.live)
                    first = False
                    self._change(message, now)
                case "read":
                    if message.seen and message.user == self.place.user:
                        self.holding.seen(message.entry, message.visit)
                case "reply":
                    self._reply(message, now)
                case "refusal":
                    self._refusal(message)
                case "typing" | "presence" | "notify" | "pong":
                    pass
                case _:
                    self._of_the_session(message, now)

    def _change(self, message: Said, now: float) -> None:
        holding, entry, n = self.holding, message.entry, message.n or 0
        if message.type == "diff":
            if holding.diff(message):
                if message.version < holding.version(entry):
                    return
                self.team.told(holding, entry, n, message.version, now)
            elif not any(each.mending and each.entry == entry for each in self.pending.values()):
                self.look(entry, mending=True)
        elif message.type == "entry":
            holding.whole(entry)
            self.team.told(holding, entry["id"], n, entry["version"], now)
        elif message.type == "gone":
            holding.gone(entry)

    def _of_the_session(self, message: Said, now: float) -> None:
        holding, n = self.holding, message.n or 0
        match message.type:
            case "welcome":
                self.epoch, self._resumed = message.epoch, message.resumed
                self.world.tally.server = " ".join(message.server.values())
            case "snapshot":
                if holding.page(message):
                    self._up_to_date(now)
            case "position":
                holding.n = max(holding.n, n)
                if not self.live:
                    self._up_to_date(now)
                elif message.digest and not any(each.mending for each in self.pending.values()):
                    text = f"{self.place.user}: {holding.digest} at {n}, not {message.digest}"
                    self.world.findings.saw("digests", message.digest == holding.digest, text)
            case "goaway":
                self.wait = message.after_ms / 1000

    # What it is answered

    def _answer(self, message: Said) -> Given | None:
        id = message.id or ""
        given = self.pending.pop(id, None)
        if given is not None:
            self._answered.append(id)
            self.world.findings.count("answers", 1)
        elif id:
            what = "answered twice" if id in self._answered else "never asked"
            self.world.findings.saw("answers", False, f"{self.place.user}: {id} was {what}")
        return given

    def _reply(self, message: Said, now: float) -> None:
        given = self._answer(message)
        if given is None:
            return
        if given.look:
            self._shown(given, message.result["entry"])
            return
        tally = self.world.tally
        tally.count("commands")
        tally.command.add((now - given.due) * 1000)
        version = message.result.get("version", 0)
        if message.n is not None:
            tally.done.append(Done(message.n, given.due, self.place.team))
            # Giving back a lock that has ended meanwhile is a change that tells nobody anything.
            if not given.again and given.kind != "unlock":
                n, held = self.holding.n, self.holding.version(given.entry)
                text = (
                    f"{self.place.user}: {given.kind} was answered as change {message.n}, version "
                    f"{version}, when told of change {n}, version {held}"
                )
                self.world.findings.saw("own_change", n >= message.n and held >= version, text)
        if version:
            answered = self.team.answered
            answered[given.entry] = max(version, answered.get(given.entry, 0))
            self.world.look_at(self, given.entry, version)
        if given.then is not None:
            given.then(self, given, message.result)

    def _shown(self, given: Given, view: dict[str, Any]) -> None:
        version, floor = view["version"], given.floor
        if floor:
            text = (
                f"{self.place.user} is shown {given.entry} at version {version}, "
                f"but {floor} had been answered"
            )
            self.world.findings.saw("read_your_writes", version >= floor, text)
        self.holding.asked(view, given.mending)
        if given.mending:
            self.team.caught_up(self.holding, given.entry, version, self.world.now())

    def _refusal(self, message: Said) -> None:
        code, tally = str(message.code), self.world.tally
        tally.refusals[code] = tally.refusals.get(code, 0) + 1
        given = self._answer(message)
        if given is not None and not given.look:
            tally.count("refused")
        if code not in EXPECTED and not self.world.storm:
            self.world.error(f"{self.place.user} was refused: {code}")

    # The end

    @property
    def idle(self) -> bool:
        """Whether nothing waits for an answer, or for the connection."""
        return not self.pending and not self._waiting

    def settle(self) -> None:
        """What has no answer by now counts as wrong, and what no diff led to."""
        for id, given in self.pending.items():
            text = f"{self.place.user}: {given.kind} {id} has no answer"
            self.world.findings.saw("answers", False, text)
        self.holding.overdue()
