"""What can go wrong for a caller."""

from typing import Any


class CommandRefused(Exception):
    """The server did not do the command. ``code`` and ``class_`` are of the protocol's lists."""

    def __init__(self, refusal: dict[str, Any]) -> None:
        self.code: str = refusal.get("code", "internal")
        self.class_: str = refusal.get("class", "stop")
        self.message: str = refusal.get("message", "")
        self.details: dict[str, Any] = refusal.get("details") or {}
        self.entry: dict[str, Any] | None = refusal.get("entry")
        super().__init__(f"{self.code}: {self.message}")


class ConnectionEnded(Exception):
    """The connection is over for good. ``code``: the close code, None if it never was open."""

    def __init__(self, message: str, code: int | None = None) -> None:
        self.code = code
        super().__init__(message)


class TooManyPending(Exception):
    """So many commands wait for a connection already that this one was not taken."""

    def __init__(self, bound: int) -> None:
        super().__init__(f"{bound} commands are waiting; this one was not taken.")


class FellBehind(Exception):
    """A follower took its events too slowly: those after the last one it got are lost to it.

    The client itself missed nothing: look at its ``entries`` and follow anew.
    """

    def __init__(self, bound: int) -> None:
        super().__init__(f"More than {bound} events were waiting; follow anew.")
