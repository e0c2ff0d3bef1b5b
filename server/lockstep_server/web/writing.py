"""The writing half of a socket: one background job, and an eye on whether the reader takes it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import Send

from lockstep_protocol.codec import JSON, Subprotocol
from lockstep_protocol.limits import SLOW_READER_SECONDS
from lockstep_server.config import Settings
from lockstep_server.hub.frame import Frame
from lockstep_server.session.budget import Budget
from lockstep_server.session.doing import Close
from lockstep_server.session.outbox import Outbox, Tally
from lockstep_server.session.progress import Progress

from .extensions import READY, TRANSPORT

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5.0
"""How long what is left may take to be written once a session is over."""

JOINED_BYTES = 64 * 1024
"""Frames that wait are written together up to this size: one system call for many."""


class Writer:
    """What goes out of one socket. To the budget it is a holder of bytes.

    ``slow`` is called when the reader must be sent away, ``lost`` when nothing can be written.
    """

    def __init__(
        self,
        subprotocol: Subprotocol,
        send: Send,
        extensions: Mapping[str, Any],
        settings: Settings,
        budget: Budget,
        tally: Tally,
        clock: Callable[[], float],
        *,
        slow: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self._subprotocol = subprotocol
        self._send = send
        self._transport: asyncio.Transport | None = extensions.get(TRANSPORT)
        self._budget = budget
        self._clock = clock
        self._slow = slow
        self._lost = lost
        self._outbox = Outbox[Frame](
            subprotocol, settings.outbox_frames, settings.outbox_bytes, Frame, tally
        )
        self.drained = asyncio.Event()
        """Set while nothing waits to be written."""
        self._wake = asyncio.Event()
        self._close: Close | None = None
        self._dropping: asyncio.TimerHandle | None = None
        self._sent = 0
        self._in_hand = 0
        self._frames_in_hand: list[Frame] = []
        self._progress = Progress(clock())
        self._given_up = False

    @property
    def waiting(self) -> int:
        """How many frames wait."""
        return len(self._outbox)

    def put(self, frame: Frame, *, counted: bool = True) -> None:
        """Place a frame to be written; sends the session away when it does not fit."""
        if self._outbox.put(frame, counted=counted):
            self.drained.clear()
            self._wake.set()
            self._note()
        else:
            self.too_slow()

    def end(self, close: Close) -> None:
        """Close the connection once all is written, or when that takes too long."""
        self._close = close
        self._wake.set()
        self._dropping = asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.drop)

    def drop(self) -> None:
        """Let go of the connection at once, whatever is still to be written."""
        if self._transport is not None:
            self._transport.abort()

    def release(self) -> None:
        """The connection is over: it is let go of, and nothing here leads back to it."""
        self._given_up = True
        self._slow = self._lost = _nothing
        self._budget.forget(self)
        if self._dropping is not None:
            self._dropping.cancel()

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

    async def run(self) -> None:
        """Write until the close is written. No error gets out of here."""
        try:
            while True:
                while (message := self._next()) is not None:
                    await self._send(message)
                    self._sent += self._in_hand
                    self._in_hand = 0
                    self._frames_in_hand.clear()
                    self._note()
                self.drained.set()
                if self._close is not None:
                    code, reason = self._close.code, self._close.reason
                    await self._send({"type": "websocket.close", "code": code, "reason": reason})
                    return
                await self._wake.wait()
                self._wake.clear()
        except (OSError, RuntimeError):
            # The other side is gone, or the server closed before us: the reader hears of it.
            self._lost()
        except Exception:
            log.exception("a frame could not be written; its connection is dropped")
            self._lost()
            self.drop()

    def _next(self) -> dict[str, Any] | None:
        """The next ASGI message to send; ``_in_hand`` is its size."""
        frame = self._outbox.take()
        if frame is None:
            return None
        self._frames_in_hand.append(frame)
        if self._transport is None:
            self._in_hand = len(frame.payload(self._subprotocol))
            if self._subprotocol == JSON:
                return {"type": "websocket.send", "text": frame.text(self._subprotocol)}
            return {"type": "websocket.send", "bytes": frame.payload(self._subprotocol)}
        data = frame.wire(self._subprotocol)
        if len(self._outbox) and len(data) < JOINED_BYTES:
            data = self._joined(data)
        self._in_hand = len(data)
        return {"type": "websocket.send", READY: data}

    def _joined(self, first: bytes) -> bytes:
        parts, size = [first], len(first)
        while size < JOINED_BYTES and (frame := self._outbox.take()) is not None:
            self._frames_in_hand.append(frame)
            parts.append(frame.wire(self._subprotocol))
            size += len(parts[-1])
        return b"".join(parts)

    def _in_transport(self) -> int:
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def _note(self) -> None:
        if not self._given_up:
            self._budget.note(self, self.buffered())


def _nothing() -> None: ...
