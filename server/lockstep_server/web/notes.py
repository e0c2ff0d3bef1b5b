"""What is written down of one connection: in the log, among the metrics, for administrators."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from lockstep_protocol.closes import CLOSES
from lockstep_protocol.pushes import ServerMessage, Welcome
from lockstep_protocol.refusals import Refusal
from lockstep_server.metrics import Metrics

log = logging.getLogger(__name__)

TRANSPORT_CODES = frozenset({1000, 1001, 1005, 1006})
"""Closes of RFC 6455 that a client or a broken connection ends with."""


class Notes:
    """Follows a connection from its beginning to its end. Times are Unix seconds.

    Before somebody has signed in it is logged for debugging only: anybody can open a connection,
    and must not be able to fill the operator's disk by that.
    """

    def __init__(
        self, session: str, address: str, metrics: Metrics, clock: Callable[[], float]
    ) -> None:
        self.session = session
        self.address = address
        self.since = clock()
        self.user: str | None = None
        self.client: str | None = None
        """What the program calls itself: for administrators, and not for the log."""
        self._metrics = metrics
        self._clock = clock
        self._code: int | None = None
        self._log(logging.DEBUG, "connected", address=address)

    def said(self, messages: Iterable[ServerMessage]) -> None:
        """These are on their way to this client, and to no other."""
        for message in messages:
            match message:
                case Refusal():
                    self._metrics.refused(message.code)
                    self._log(logging.DEBUG, "refused", code=message.code, command=message.id)
                case Welcome():
                    kind = "resumed" if message.resumed else "snapshot"
                    self._metrics.resumes.labels(kind).inc()
                    self.user = message.user.id
                    self._log(logging.INFO, "signed in", address=self.address, kind=kind)
                case _:
                    pass

    def closing(self, code: int | None) -> None:
        """The server, or else the client, closes with ``code``; the first one counts."""
        if self._code is None:
            self._code = code

    def ended(self) -> None:
        """The connection is gone."""
        level = logging.DEBUG if self.user is None else logging.INFO
        seconds = round(self._clock() - self.since, 3)
        known = self._code in CLOSES or self._code in TRANSPORT_CODES
        self._metrics.closes.labels(str(self._code) if known else "other").inc()
        self._log(level, "closed", code=self._code, seconds=seconds)

    def _log(self, level: int, event: str, **fields: Any) -> None:
        log.log(level, event, extra={"session": self.session, "user": self.user, **fields})
