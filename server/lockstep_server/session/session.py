"""One connection as a state machine: frames in, things to do out. No loop, no socket, no clock.

::

    AWAITING_HELLO --hello--> SIGNING_IN --signed_in--> SYNCING --caught_up--> LIVE
          |                       |                        |                     |
          +-----------------------+------- CLOSED <--------+---------------------+

The shell calls in with what happened and the time (Unix seconds), and does what comes back, in
order. A session joins the hub before its inbox is read; what is pushed meanwhile is held, then
sent if the inbox did not show it yet. That is how nothing is missed and nothing comes twice.
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
from lockstep_protocol.entry import Profile, rfc3339
from lockstep_protocol.pushes import AuthSoon, GoAway, Pong, PositionPush, Reply, Welcome
from lockstep_protocol.refusals import Refusal, Refused, invalid, later, refusal

from .bucket import Bucket
from .catching_up import Missed, catch_up, snapshot
from .doing import CatchUp, Close, Do, Execute, Forward, Signal, SignIn, Write
from .hearing import first_frame, later_frame
from .outbox import Ready
from .rules import COME_BACK_MS, LEAVING, REFUSED_IN_A_ROW, Rules
from .timing import Due, State, Timing


class Session:
    """One connection. ``reached`` says the number of the last change the hub was told."""

    def __init__(
        self, id: str, subprotocol: str, rules: Rules, reached: Callable[[], int], now: float
    ) -> None:
        self.id = id
        self.state = State.AWAITING_HELLO
        self.user: str | None = None
        self.in_flight = 0
        self._subprotocol = subprotocol
        self._rules = rules
        self._reached = reached
        self._timing = Timing(rules, now)
        self._profile: Profile | None = None
        self._bucket: Bucket | None = None
        self._position: Resume | None = None
        self._since: int | None = None
        self._n = 0
        self._held: list[tuple[int, Ready]] = []
        self._early: list[ClientMessage] = []
        self._invalid = 0
        self._too_fast = 0
        self._leaving = 0  # the code to end with, once what was taken is answered

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
        assert self._bucket is not None
        # What has no answer has no refusal either: typing too often shows less typing. A read
        # mark is never dropped, since the next one may be long in coming.
        if not isinstance(message, Read) and self._bucket.take(now) > 0:
            return []
        return [Signal(message)]

    def _command(self, command: Command, now: float) -> list[Do]:
        assert self._bucket is not None
        if self._leaving:
            return self._write(now, refusal("unavailable", LEAVING, id=command.id))
        if self.in_flight >= self._rules.told.commands_in_flight:
            return self._too_much(later("busy", COME_BACK_MS, id=command.id).refusal, now)
        wait = self._bucket.take(now)
        if wait > 0:
            after_ms = int(wait * 1000) + 1
            return self._too_much(later("rate_limited", after_ms, id=command.id).refusal, now)
        self._too_fast = 0
        self.in_flight += 1
        return [Execute(command)]

    def _too_much(self, refusal: Refusal, now: float) -> list[Do]:
        self._too_fast += 1
        if self._too_fast > REFUSED_IN_A_ROW:
            return self._refuse_and_close(refusal, closes.TRY_LATER, now)
        return self._write(now, refusal)

    def _violation(self, refusal: Refusal, now: float) -> list[Do]:
        self._invalid += 1
        if self._invalid > self._rules.invalid_frames:
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
        self.user, self._profile, self._bucket = profile.id, profile, bucket
        position = self._position
        if (
            position is not None
            and position.epoch == self._rules.epoch
            and position.n <= self._reached()
        ):
            self._since = position.n
        return [CatchUp(self._since)]

    def sign_in_refused(self, refusal: Refusal, now: float) -> list[Do]:
        """The token was not accepted. A session that is signed in goes on with its old one."""
        match self.state:
            case State.CLOSED:
                return []
            case State.SYNCING | State.LIVE:
                return self._write(now, refusal)
            case State.AWAITING_HELLO | State.SIGNING_IN:
                code = closes.UNAUTHORIZED if refusal.code == "unauthorized" else closes.TRY_LATER
                return self._refuse_and_close(refusal, code, now)
            case _:
                assert_never(self.state)

    def caught_up(self, missed: Missed, now: float) -> list[Do]:
        """The inbox as it was at ``missed.n``: welcome, inbox, what came meanwhile; then live."""
        if self.state is not State.SYNCING:
            return []
        assert self._profile is not None
        rules, since = self._rules, self._since
        welcome = Welcome(
            session=self.id,
            user=self._profile,
            epoch=rules.epoch,
            # Not further than what the client has, so that a drop before the rest loses nothing.
            n=missed.n if since is None else since,
            resumed=since is not None,
            time=rfc3339(now),
            heartbeat=rules.heartbeat,
            limits=rules.told,
            server=rules.server,
        )
        frames = snapshot(missed) if since is None else catch_up(missed, since)
        todo: list[Do] = [Write((welcome,)), *(Write(frame, counted=False) for frame in frames)]
        self.state, self._n, self._timing.sent = State.LIVE, missed.n, now
        held, self._held = self._held, []
        for n, frame in held:
            todo += self.push(n, frame, now)
        early, self._early = self._early, []
        return todo + self._take(early, now)

    def catching_up_failed(self, refusal: Refusal, now: float) -> list[Do]:
        """The inbox could not be read: the client is to try again later."""
        if self.state is State.CLOSED:
            return []
        return self._refuse_and_close(refusal, closes.TRY_LATER, now)

    def answered(self, answer: Reply | Refusal, now: float) -> list[Do]:
        """The answer to one command that was asked to be carried out."""
        if self.state is State.CLOSED:
            return []
        assert self.in_flight > 0, "one answer for each command"
        self.in_flight -= 1
        last = self._leaving and self.in_flight == 0
        return [*self._write(now, answer), *(self._close(self._leaving) if last else ())]

    def push(self, n: int | None, frame: Ready, now: float) -> list[Do]:
        """The hub tells of change ``n``, or (None) of something that is no change."""
        match self.state:
            case State.LIVE:
                if n is not None:
                    if n <= self._n:
                        return []
                    self._n = n
                self._timing.sent = now
                return [Forward(frame)]
            case State.SYNCING:
                if n is None:
                    return []
                if len(self._held) >= self._rules.held_frames:
                    return self.too_slow(now)
                self._held.append((n, frame))
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
        """Do what is due: silence ended, tokens expired, heartbeats."""
        todo: list[Do] = []
        for due in self._timing.due(self.state, now):
            match due:
                case Due.SILENT:
                    todo += self._close(closes.SILENT)
                case Due.EXPIRED:
                    todo += self._close(closes.TOKEN_EXPIRED)
                case Due.AUTH_SOON:
                    seconds = round(self._timing.left(now), 3)
                    todo += self._write(now, AuthSoon(seconds=seconds))
                case Due.HEARTBEAT:
                    todo += self._write(now, PositionPush(n=self._reached()))
                case _:
                    assert_never(due)
        return todo

    def _write(
        self, now: float, message: Refusal | Reply | Pong | AuthSoon | PositionPush | GoAway
    ) -> list[Do]:
        self._timing.sent = now
        return [Write((message,))]

    def _refuse_and_close(self, refusal: Refusal, code: int, now: float) -> list[Do]:
        return [*self._write(now, refusal), *self._close(code)]

    def _close(self, code: int) -> list[Do]:
        self.state = State.CLOSED
        self._held.clear()
        self._early.clear()
        return [Close(code)]
