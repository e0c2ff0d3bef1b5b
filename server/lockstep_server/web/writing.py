"""The writing half of a socket: at once where the transport takes it, and an eye on the reader."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sized
from typing import Any

from starlette.types import Send

from lockstep_protocol.codec import JSON
from lockstep_protocol.limits import SLOW_READER_SECONDS
from lockstep_server.hub.frame import Frame
from lockstep_server.session.doing import Close
from lockstep_server.session.lane import Lane
from lockstep_server.session.outbox import Outbox
from lockstep_server.session.progress import Progress

from .crowd import Crowd
from .edge import Edge
from .extensions import WIRE, Wire

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5.0
"""How long what is left may take to be written once a session is over."""

JOINED_BYTES = 64 * 1024
"""Frames that wait are written together up to this size: one system call for many."""


class Writer:
    """What goes out of one socket. To the budget it is a holder of bytes.

    There is no job for it: while nothing waits, ``lane`` is open, and the hub writes to it at once;
    what is put is written with all that was put in the same tick, and goes on when the transport
    takes more. ``slow`` is called when the reader must be sent away, ``lost`` when nothing can be
    written.
    """

    __slots__ = (
        "_budget", "_busy", "_clock", "_close", "_dropping", "_empty", "_fd", "_given_up",
        "_in_hand", "_lane", "_lost", "_outbox", "_over", "_progress", "_send", "_sending", "_sent",
        "_slow", "_transport", "_wire",
    )  # fmt: skip

    def __init__(
        self,
        lane: Lane,
        send: Send,
        extensions: Mapping[str, Any],
        edge: Edge,
        crowd: Crowd,
        slow: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self._lane = lane
        self._send = send
        self._wire: Wire | None = extensions.get(WIRE)
        self._transport = None if self._wire is None else self._wire.transport
        if self._wire is not None:
            self._wire.resumed = self._flush
            self._wire.lane = lane
        self._budget = crowd.budget
        self._clock = edge.clock
        self._slow = slow
        self._lost = lost
        settings = edge.settings
        self._outbox = Outbox[Frame](
            lane.subprotocol, settings.outbox_frames, settings.outbox_bytes, Frame, crowd.tally
        )
        self._fd, lane.held = _direct(self._transport)
        lane.fd = self._fd
        self._busy = False
        """Whether something waits, or is on its way: what comes now has to stand behind it."""
        self._empty: asyncio.Future[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._close: Close | None = None
        self._dropping: asyncio.TimerHandle | None = None
        self._sent = 0
        self._in_hand = 0
        self._progress = Progress(edge.clock())
        self._given_up = False
        self._over = False

    @property
    def waiting(self) -> int:
        """How many frames wait."""
        return len(self._outbox)

    @property
    def drained(self) -> bool:
        """Whether nothing waits to be written."""
        return not len(self._outbox) and not self._in_hand

    def rest(self, data: bytes) -> None:
        """Write what the system did not take at once of what was written to the lane."""
        assert self._transport is not None
        self._transport.write(data)
        self._sent += len(data)
        self._note()

    def put(self, frame: Frame, *, counted: bool = True) -> None:
        """Place a frame to be written; sends the session away when it does not fit."""
        if self._outbox.put(frame, counted=counted):
            self._wake()
            self._note()
        else:
            self.too_slow()

    async def drain(self) -> None:
        """Wait until nothing waits to be written."""
        if not self.drained:
            self._empty = self._empty or asyncio.get_running_loop().create_future()
            await asyncio.shield(self._empty)

    def end(self, close: Close) -> None:
        """Close the connection once all is written, or when that takes too long."""
        self._close = close
        self._wake()
        self._dropping = asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.drop)

    def drop(self) -> None:
        """Let go of the connection at once, whatever is still to be written."""
        self._lane.shut()
        if self._transport is not None:
            self._transport.abort()

    async def stop(self) -> None:
        """The connection is over: it is let go of, and nothing here leads back to it."""
        self._given_up = self._over = True
        self._lane.shut()
        self._slow = self._lost = _nothing
        if self._wire is not None:
            self._wire.resumed, self._wire.lane = _nothing, None
        self._budget.forget(self)
        if self._dropping is not None:
            self._dropping.cancel()
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
            self._sending = None

    def buffered(self) -> int:
        """Bytes that this process holds for the reader (``Holder``)."""
        return self._outbox.bytes + self._in_hand + self._in_transport()

    def too_slow(self) -> None:
        """Forget what waits, and send the session away (``Holder``)."""
        if self._given_up:
            return
        self._given_up = True
        self._budget.forget(self)
        self._outbox.clear()
        self._slow()

    def check(self) -> None:
        """Send the session away if its reader has taken nothing for too long."""
        if self._given_up or self._close is not None:
            return
        left = self._sent - self._in_transport()
        if self._progress.stuck(left, self.buffered(), self._clock()) >= SLOW_READER_SECONDS:
            self.too_slow()
        else:
            self._note()

    def _wake(self) -> None:
        """Write soon, and then all that came until then."""
        if not self._busy:
            self._busy = True
            self._lane.fd = -1
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """Write what may be written now. No error gets out of here."""
        if self._over or self._sending is not None:
            return
        if self._wire is None:
            self._sending = asyncio.create_task(self._send_all())
            return
        try:
            if self._write_out(self._wire) and self._all_written():
                self._sending = asyncio.create_task(self._send_all())
        except Exception:
            self._failed()

    def _write_out(self, wire: Wire) -> bool:
        """Hand to the transport what it takes; whether that is all."""
        while len(self._outbox):
            if not wire.writable.is_set():
                return False  # and it goes on when `resumed` is called
            if wire.transport.is_closing():
                # The other side is gone, or the server closed before us: the reader hears of it.
                self._lost()
                return False
            data = self._joined()
            wire.transport.write(data)
            self._sent += len(data)
            self._note()
        return True

    def _joined(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        while size < JOINED_BYTES and (frame := self._outbox.take()) is not None:
            parts.append(frame.wire(self._lane.subprotocol))
            size += len(parts[-1])
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _all_written(self) -> bool:
        """Whether it is to be closed now."""
        self._busy = self._close is not None
        self._lane.fd = -1 if self._busy else self._fd
        if self._empty is not None:
            self._empty.set_result(None)
            self._empty = None
        return self._busy

    async def _send_all(self) -> None:
        """Plain ASGI's way, where each message waits until the one before was taken. The close goes
        it in any case."""
        try:
            while (frame := self._outbox.take()) is not None:
                await self._send(self._message(frame))
                self._sent += self._in_hand
                self._in_hand = 0
                self._note()
            if self._all_written() and self._close is not None:
                code, reason = self._close.code, self._close.reason
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError):
            self._lost()
        except Exception:
            self._failed()
        else:
            self._sending = None

    def _message(self, frame: Frame) -> dict[str, Any]:
        payload = frame.payload(self._lane.subprotocol)
        self._in_hand = len(payload)
        if self._lane.subprotocol == JSON:
            return {"type": "websocket.send", "text": frame.text(self._lane.subprotocol)}
        return {"type": "websocket.send", "bytes": payload}

    def _failed(self) -> None:
        log.exception("a frame could not be written; its connection is dropped")
        self._lost()
        self.drop()

    def _in_transport(self) -> int:
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def _note(self) -> None:
        if not self._given_up:
            self._budget.note(self, self.buffered())


def _direct(transport: asyncio.Transport | None) -> tuple[int, Sized]:
    """What to write to, and what the transport holds; -1 where there is nothing to write to, or the
    transport has bytes of its own to say (TLS), or another way of holding them."""
    held = None if transport is None else vars(transport).get("_buffer")
    if transport is None or held is None or transport.get_extra_info("sslcontext") is not None:
        return -1, b""
    return int(transport.get_extra_info("socket").fileno()), held


def _nothing() -> None: ...
