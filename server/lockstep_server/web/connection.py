"""One socket: a thin shell that does what its session asks for.

Reading and writing (``writing.py``) are apart: the reader takes frames and hands them to the
session; what is to be sent waits in the outbox if it cannot be written at once. So a slow reader
on the other side never delays a command, and a slow command never delays a push.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from itertools import count
from typing import Any, assert_never

from starlette.types import Receive, Send

from lockstep_protocol import closes
from lockstep_protocol.codec import Subprotocol
from lockstep_protocol.commands import Command, Watch
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refusal, Refused, later, refusal, with_id
from lockstep_server.hub.frame import Frame
from lockstep_server.log import bind
from lockstep_server.runtime.actor import Actor
from lockstep_server.session.bucket import Bucket
from lockstep_server.session.doing import (
    CatchUp,
    Close,
    Digest,
    Do,
    Execute,
    Forward,
    Signal,
    SignIn,
    Write,
)
from lockstep_server.session.hearing import size_of
from lockstep_server.session.rules import COME_BACK_MS, Rules
from lockstep_server.session.session import Session

from .crowd import Crowd
from .edge import Edge
from .guarded import guarded
from .notes import Notes
from .signin import Signed
from .upkeep import Upkeep
from .writing import Writer

log = logging.getLogger(__name__)

FRAMES_AT_ONCE = 16
"""Frames of one client that are taken before others have their turn."""


class Connection:
    """One accepted socket. To the hub it is the sink of a session."""

    __slots__ = (
        "_address", "_clock", "_close", "_crowd", "_edge", "_ended", "_outside", "_over",
        "_receive", "_runtime", "_session", "_signed", "_timer", "_traffic", "_upkeep", "_writer",
        "key", "lane", "notes", "user",
    )  # fmt: skip

    def __init__(
        self,
        edge: Edge,
        crowd: Crowd,
        rules: Rules,
        subprotocol: Subprotocol,
        receive: Receive,
        send: Send,
        extensions: Mapping[str, Any],
        address: str,
    ) -> None:
        self.user = ""
        self.key: str | None = None
        """The API key it signed in with."""
        self._edge = edge
        self._clock = edge.clock
        self._crowd = crowd
        self._receive = receive
        self._signed: Signed | None = None
        self._traffic: Bucket | None = None
        self._address = address
        self._outside = True
        runtime = self._runtime = edge.runtime
        self._session = Session(
            edge.new_id(), subprotocol, rules, lambda: runtime.position.n, self._clock()
        )
        self.notes = Notes(self._session.id, address, edge.metrics, self._clock)
        lost = self._session.lost
        lane = self.lane = self._session.lane
        self._writer = Writer(lane, send, extensions, edge, crowd, self._too_slow, lost)
        self._over = False
        self._ended: asyncio.Event | None = None
        self._close: Close | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._upkeep = Upkeep(edge.runtime, crowd, self._session, self._writer, self._clock)

    async def run(self) -> None:
        """Serve until the connection is gone. No error of a connection gets out of here."""
        bind(session=self._session.id)
        self._schedule()
        try:
            await self._read()
        finally:
            self._session.lost()
            self._step_in()
            self._runtime.hub.leave(self)
            if self._timer is not None:
                self._timer.cancel()
            await asyncio.gather(self._writer.stop(), self._upkeep.stop(), return_exceptions=True)
            self.notes.ended()
            self._over = True
            if self._ended is not None:
                self._ended.set()
            # Commands that were taken go on: they are durable or refused, heard or not.

    @property
    def waiting(self) -> int:
        """How many frames wait to be written."""
        return self._writer.waiting

    @property
    def buffered(self) -> int:
        """How many bytes are held for the reader."""
        return self._writer.buffered()

    def push(self, n: int | None, frame: Frame) -> None:
        """Take a frame of the hub (``Sink``)."""
        self._do_at_once(self._session.push(n, frame, self._clock()))

    def rest(self, data: bytes) -> None:
        """Take the end of what the hub wrote (``Sink``)."""
        self._writer.rest(data)

    def leave(self, code: int, after_ms: int) -> None:
        """Tell the session when to come back, and end it once its commands are answered."""
        self._do_at_once(self._session.go_away(code, after_ms, self._clock(), finish=True))

    def hurry(self, code: int, after_ms: int) -> None:
        """End the session with ``code`` whatever is still on its way."""
        self._do_at_once(self._session.go_away(code, after_ms, self._clock()))

    async def gone(self) -> None:
        """Wait for the connection to end."""
        if not self._over:
            self._ended = self._ended or asyncio.Event()
            await self._ended.wait()

    def drop(self) -> None:
        """Let go of the connection at once."""
        self._writer.drop()

    def _step_in(self) -> None:
        """It stands on the doorstep no more: it has signed in, or it is gone."""
        if self._outside:
            self._outside = False
            self._edge.doorstep.leave(self._address)

    @property
    def _actor(self) -> Actor | None:
        # Asked for each command, so that a role that was taken away is gone at once.
        return self._edge.sign_in.actor(self._signed, session=True) if self._signed else None

    # Reading

    async def _read(self) -> None:
        for number in count(1):
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                self.notes.closing(event.get("code"))
                return
            if number % FRAMES_AT_ONCE == 0:
                await asyncio.sleep(0)
            data = event.get("text")
            frame: str | bytes = event["bytes"] if data is None else data
            if self._traffic is not None:
                self._traffic.spend(size_of(frame), self._clock())
                if self._traffic.overdrawn(self._clock()):
                    self.hurry(closes.TRY_LATER, COME_BACK_MS)
            await self._do(self._session.receive(frame, self._clock()))

    async def _do(self, todo: list[Do]) -> None:
        """Do all of it in order; what takes time holds up the reading of this socket only."""
        for do in todo:
            if self._close is not None:
                return
            match do:
                case SignIn():
                    await self._do(await self._sign_in(do.token))
                    self._schedule()
                case CatchUp():
                    if not do.again:
                        self._runtime.hub.join(self)
                    self._upkeep.start(self._catch_up(do.since))
                case Signal():
                    await self._signal(do)
                case Digest() | Execute() | Write() | Forward() | Close():
                    self._do_at_once([do])
                case _:
                    assert_never(do)

    async def _sign_in(self, token: str | None) -> list[Do]:
        session, now = self._session, self._clock
        try:
            signed = await guarded(self._edge.let_in(token, self._address))
        except Refused as no:
            return session.sign_in_refused(no.refusal, now())
        actor = signed.actor
        try:
            actor.require("read")
        except Refused as no:
            return session.sign_in_refused(no.refusal, now())
        limit = self._edge.settings.sockets_per_user
        # From here to the hub's join nothing waits, so that two cannot take the last place.
        if session.user is None and self._runtime.hub.sessions(actor.user) >= limit:
            full = refusal("busy", f"A user has {limit} sockets at most.")
            return session.sign_in_refused(full, now())
        bucket = self._edge.buckets.of(actor.user)
        todo = session.signed_in(self._edge.profile(actor), signed.expires, bucket, now())
        if session.user == actor.user:
            self.notes.client = session.client
            if self._signed is None:
                self._step_in()
                self._traffic = self._edge.traffic.of(actor.user)
            self._signed, self.user, self.key = signed, actor.user, signed.key
        return todo

    async def _catch_up(self, since: int | None) -> None:
        await self._do(await self._upkeep.catch_up(self.user, since, self._do_at_once))
        self._runtime.presences.came(self)
        self._schedule()

    async def _digest(self) -> None:
        self._do_at_once(await self._upkeep.digest(self.user))
        self._schedule()

    async def _signal(self, signal: Signal) -> None:
        assert self._actor is not None
        message = signal.message
        if isinstance(message, Watch):
            signalling: Coroutine[Any, Any, None] = self._runtime.presences.watch(self, message)
        else:
            signalling = self._runtime.signal(self._actor, message)
        self._runtime.presences.heard(self)
        try:
            await guarded(signalling)
        except Refused as no:
            # A signal has no answer; one about a foreign entry is as if it had not been sent.
            log.debug("signal of %s refused: %s", self.user, no.refusal.code)

    async def _execute(self, actor: Actor, command: Command) -> None:
        answer: Reply | Refusal
        try:
            wait = self._traffic.wait(self._clock()) if self._traffic else 0
            if wait > 0:
                raise later("rate_limited", int(wait * 1000) + 1, id=command.id)
            answer = await guarded(self._runtime.execute(actor, command))
        except Refused as no:
            answer = no.refusal
        if isinstance(answer, Refusal) and answer.id is None:
            answer = with_id(answer, command.id)
        self._do_at_once(self._session.answered(answer, self._clock()))

    # What takes no time

    def _do_at_once(self, todo: list[Do]) -> None:
        for do in todo:
            if self._close is not None:
                return
            match do:
                case Write():
                    self.notes.said(do.messages)
                    self._writer.put(Frame(do.messages), counted=do.counted)
                case Forward():
                    assert isinstance(do.frame, Frame)
                    self._writer.put(do.frame)
                case Execute():
                    assert self._actor is not None
                    self._runtime.presences.heard(self)
                    job = asyncio.create_task(self._execute(self._actor, do.command))
                    self._crowd.commands.add(job)
                    job.add_done_callback(self._crowd.commands.discard)
                case Digest():
                    self._upkeep.start(self._digest())
                case Close():
                    self._end(do)
                case SignIn() | CatchUp() | Signal():
                    raise AssertionError(f"{type(do).__name__} takes time")
                case _:
                    assert_never(do)

    def _too_slow(self) -> None:
        self._edge.metrics.sent_away.inc()
        self._do_at_once(self._session.too_slow(self._clock(), self._crowd.come_back_ms()))

    def _end(self, close: Close) -> None:
        self._close = close
        self.notes.closing(close.code)
        self._runtime.hub.leave(self)
        if self._timer is not None:
            self._timer.cancel()
        self._writer.end(close)

    def _schedule(self) -> None:
        deadline = self._session.deadline()
        if deadline is None or self._close is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
        wait = max(0.0, deadline - self._clock())
        self._timer = asyncio.get_running_loop().call_later(wait, self._tick)

    def _tick(self) -> None:
        self._do_at_once(self._session.tick(self._clock()))
        self._schedule()
