"""One connection as a state machine: frames in, things to do out. No loop, no socket, no clock.

::

    AWAITING_HELLO --hello--> SIGNING_IN --signed_in--> SYNCING --caught_up--> LIVE
          |                       |                        |                     |
          +-----------------------+------- CLOSED <--------+---------------------+

The shell calls in with what happened and the time (Unix seconds), and does what comes back, in
order. A session joins the hub before its inbox is read; what is pushed meanwhile is held, then
sent if the inbox did not show it yet (``syncing.py``). That is how nothing is missed and nothing
comes twice.
"""

from collections.abc import Callable
from typing import assert_never

from lockstep_protocol import closes
from lockstep_protocol.commands import (
    Auth,
    ClientMessage,
    Command,
    Hello,
    Ping,
    Read,
    Resume,
    Typing,
    Watch,
)
from lockstep_protocol.entry import Profile
from lockstep_protocol.pushes import GoAway, Pong, PositionPush, Reply, ServerMessage
from lockstep_protocol.refusals import Refusal, Refused, invalid, later, refusal

from .allowance import Allowance
from .bucket import Bucket
from .catching_up import Part
from .doing import CatchUp, Close, Do, Execute, Forward, Signal, SignIn, Write
from .hearing import first_frame, later_frame
from .lane import NEVER, Lane
from .outbox import Ready
from .rules import COME_BACK_MS, LEAVING, Rules
from .syncing import Syncing
from .timing import State, Timing


class Session:
    """One connection. ``reached`` says the number of the last change the hub was told."""

    __slots__ = (
        "_allowance", "_early", "_leaving", "_position", "_profile", "_reached", "_rules",
        "_subprotocol", "_syncing", "_timing", "client", "id", "lane", "state", "user",
    )  # fmt: skip

    def __init__(
        self, id: str, subprotocol: str, rules: Rules, reached: Callable[[], int], now: float
    ) -> None:
        self.id = id
        self.state = State.AWAITING_HELLO
        self.user: str | None = None
        self.client: str | None = None
        """The program's name, as it says itself."""
        self._subprotocol = subprotocol
        self._rules = rules
        self._reached = reached
        self.lane = Lane(subprotocol, now)
        """How far it is; its shell says where frames go."""
        self._timing = Timing(rules, self.lane, now)
        self._allowance = Allowance(rules)
        self._profile: Profile | None = None
        self._position: Resume | None = None
        self._syncing: Syncing | None = None
        self._early: list[ClientMessage] = []
        self._leaving = 0  # the code to end with, once what was taken is answered

    @property
    def in_flight(self) -> int:
        """Commands that have no answer yet."""
        return self._allowance.in_flight

    # What the client does

    def receive(self, data: bytes | str, now: float) -> list[Do]:
        """A frame came."""
        match self.state:
            case State.CLOSED:
                return []
            case State.AWAITING_HELLO:
                return self._hello(data, now)
            case State.SIGNING_IN | State.SYNCING | State.LIVE:
                return self._frame(data, now)
            case _:
                assert_never(self.state)

    def _hello(self, data: bytes | str, now: float) -> list[Do]:
        try:
            limit = self._rules.told.hello_bytes
            hello, more = first_frame(data, self._subprotocol, limit)
        except Refused as refused:
            return self._refuse_and_close(refused.refusal, closes.VIOLATION, now)
        self.state = State.SIGNING_IN
        self._position = hello.position
        self.client = hello.client.name if hello.client is not None else None
        return [SignIn(hello.token), *self._take(more, now)]

    def _frame(self, data: bytes | str, now: float) -> list[Do]:
        try:
            limit = self._rules.told.frame_bytes
            return self._take(later_frame(data, self._subprotocol, limit), now)
        except Refused as refused:
            return self._violation(refused.refusal, now)

    def _take(self, messages: list[ClientMessage], now: float) -> list[Do]:
        todo: list[Do] = []
        for message in messages:
            if self.state is State.CLOSED:
                break
            if self.state is State.LIVE:
                todo += self._message(message, now)
            elif len(self._early) < self._rules.told.commands_in_flight:
                # Whoever does not wait for the welcome is heard after it.
                self._early.append(message)
            else:
                busy = later("busy", COME_BACK_MS, id=getattr(message, "id", None))
                todo += self._write(now, busy.refusal)
        return todo

    def _message(self, message: ClientMessage, now: float) -> list[Do]:
        match message:
            case Hello():
                twice = invalid("/type", "This session has had its `hello`.")
                return self._violation(twice.refusal, now)
            case Auth():
                return [SignIn(message.token)]
            case Ping():
                return self._write(now, Pong(n=self._reached()))
            case Read() | Typing() | Watch():
                return self._signal(message, now)
            case _:
                return self._command(message, now)

    def _signal(self, message: Read | Typing | Watch, now: float) -> list[Do]:
        # What has no answer has no refusal either: typing too often shows less typing. A read
        # mark is never dropped, since the next one may be long in coming.
        if not isinstance(message, Read) and not self._allowance.may_signal(now):
            return []
        return [Signal(message)]

    def _command(self, command: Command, now: float) -> list[Do]:
        if self._leaving:
            return self._write(now, refusal("unavailable", LEAVING, id=command.id))
        too_much = self._allowance.take(command, now)
        if too_much is None:
            return [Execute(command)]
        if self._allowance.never_slows_down:
            return self._refuse_and_close(too_much, closes.TRY_LATER, now)
        return self._write(now, too_much)

    def _violation(self, refusal: Refusal, now: float) -> list[Do]:
        if self._allowance.violated():
            return self._refuse_and_close(refusal, closes.VIOLATION, now)
        return self._write(now, refusal)

    # What the shell found out

    def signed_in(
        self, profile: Profile, expires: float | None, bucket: Bucket, now: float
    ) -> list[Do]:
        """The token is ``profile``'s until ``expires`` (None: for ever)."""
        if self.state is State.CLOSED:
            return []
        if self.user is not None and profile.id != self.user:
            other = refusal("unauthorized", "The new token is another user's.")
            return self._refuse_and_close(other, closes.UNAUTHORIZED, now)
        self._timing.renew(expires)
        if self.state is not State.SIGNING_IN:
            return []
        self.state = State.SYNCING
        self.user, self._profile, self._allowance.bucket = profile.id, profile, bucket
        self._syncing = Syncing(self._subprotocol, self._rules, self._position, self._reached())
        return [CatchUp(self._syncing.since)]

    def sign_in_refused(self, refusal: Refusal, now: float) -> list[Do]:
        """The token was not accepted. A session that is signed in goes on with its old one."""
        match self.state:
            case State.CLOSED:
                return []
            case State.SYNCING | State.LIVE:
                return self._write(now, refusal)
            case State.AWAITING_HELLO | State.SIGNING_IN:
                other = refusal.code in ("unauthorized", "forbidden")
                code = closes.UNAUTHORIZED if other else closes.TRY_LATER
                return self._refuse_and_close(refusal, code, now)
            case _:
                assert_never(self.state)

    def found(self, n: int, now: float) -> list[Do]:
        """The inbox is read as it was at ``n``: its parts follow. The first time, the welcome."""
        if self.state is not State.SYNCING:
            return []
        assert self._profile is not None
        assert self._syncing is not None
        welcome = self._syncing.found(n, self.id, self._profile, now)
        return [] if welcome is None else self._write(now, welcome)

    def part(self, part: Part, now: float) -> list[Do]:
        """The next part of the inbox, as one frame that is not counted: it was asked for."""
        if self.state is not State.SYNCING:
            return []
        assert self._syncing is not None
        self.lane.sent = now
        return [Write(self._syncing.frame(part), counted=False)]

    def caught_up(self, now: float) -> list[Do]:
        """All parts were written: now what came meanwhile, and then live."""
        if self.state is not State.SYNCING:
            return []
        syncing = self._syncing
        assert syncing is not None
        if syncing.overflowed:
            syncing.go_on()
            return [CatchUp(syncing.since, again=True)]
        self.state, self.lane.n, self._syncing = State.LIVE, syncing.n, None
        self._timing.went_live(self.id, now)
        todo: list[Do] = []
        for n, frame in syncing.held():
            todo += self.push(n, frame, now)
        early, self._early = self._early, []
        return todo + self._take(early, now)

    def digested(self, n: int | None, digest: str, now: float) -> list[Do]:
        """The inbox has this digest at ``n``; None: it could not be read, or not be sent now."""
        if self.state is not State.LIVE:
            return []
        # Exact is it when all up to `n` was told, and nothing of what came later.
        exact = n is not None and self.lane.n <= n <= self._reached()
        self._timing.digested(now, sent=exact)
        return self._write(now, PositionPush(n=n, digest=digest)) if n is not None and exact else []

    def catching_up_failed(self, refusal: Refusal, now: float) -> list[Do]:
        """The inbox could not be read: the client is to try again later."""
        if self.state is State.CLOSED:
            return []
        return self._refuse_and_close(refusal, closes.TRY_LATER, now)

    def answered(self, answer: Reply | Refusal, now: float) -> list[Do]:
        """The answer to one command that was asked to be carried out."""
        if self.state is State.CLOSED:
            return []
        self._allowance.answered()
        last = self._leaving and self.in_flight == 0
        return [*self._write(now, answer), *(self._close(self._leaving) if last else ())]

    def push(self, n: int | None, frame: Ready, now: float) -> list[Do]:
        """The hub tells of change ``n``, or (None) of something that is no change."""
        match self.state:
            case State.LIVE:
                if n is not None:
                    if n <= self.lane.n:
                        return []
                    self.lane.n = n
                self.lane.sent = now
                return [Forward(frame)]
            case State.SYNCING:
                assert self._syncing is not None
                self._syncing.hold(n, frame)
                return []
            case State.AWAITING_HELLO | State.SIGNING_IN | State.CLOSED:
                return []
            case _:
                assert_never(self.state)

    def too_slow(self, now: float, after_ms: int = COME_BACK_MS) -> list[Do]:
        """The outbox is full: the client comes back and resumes."""
        return self.go_away(closes.TOO_SLOW, after_ms, now)

    def go_away(self, code: int, after_ms: int, now: float, *, finish: bool = False) -> list[Do]:
        """End it with ``code``; ``finish``: once the commands at hand are answered, and no more."""
        if self.state is State.CLOSED:
            return []
        reason = closes.CLOSES[code].reason
        todo = self._write(now, GoAway(code=code, after_ms=after_ms, reason=reason))
        self._leaving = code if finish and self.in_flight > 0 else 0
        return todo if self._leaving else [*todo, *self._close(code)]

    def lost(self) -> None:
        """The connection is gone; nothing can be sent any more."""
        self._close(closes.LEAVING)

    # What time does

    def deadline(self) -> float | None:
        """When ``tick`` is to be called next; None: never again."""
        return self._timing.deadline(self.state)

    def tick(self, now: float) -> list[Do]:
        """Do what is due: silence ended, tokens expired, heartbeats, digests."""
        todo = self._timing.due(self.state, now, self._reached())
        return self._close(todo[0].code) if todo and isinstance(todo[0], Close) else todo

    def _write(self, now: float, message: ServerMessage) -> list[Do]:
        self.lane.sent = now
        return [Write((message,))]

    def _refuse_and_close(self, refusal: Refusal, code: int, now: float) -> list[Do]:
        return [*self._write(now, refusal), *self._close(code)]

    def _close(self, code: int) -> list[Do]:
        self.state = State.CLOSED
        self.lane.n = NEVER
        self._syncing = None
        self._early.clear()
        return [Close(code)]
