"""What may come of a sending, other than success: the queue decides by the class alone."""

from typing import NoReturn

LONGEST_WAIT = 86_400.0
"""Seconds that a receiver may ask for at most; who wants more is asked again after a day."""

QUOTED = 200
"""Characters of a receiver's answer that a refusal repeats."""


class NotDelivered(Exception):
    """The message did not arrive, or nobody knows whether it did; the text says why."""


class Gone(NotDelivered):
    """The receiver does not exist any more: the address is to be forgotten."""


class Later(NotDelivered):
    """It may work at another time. ``retry_after`` is in seconds, None if nobody said."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Rejected(NotDelivered):
    """The receiver, or a rule of this house, says no: no repetition helps."""


class AddressRefused(Rejected):
    """The address is not one that this server may ask."""


def judge(status: int, text: str, retry_after: float | None, gone: frozenset[int]) -> None:
    """Return for a 2xx, otherwise raise what the HTTP status means.

    ``gone`` are the statuses by which this kind of receiver says that it has ended. A redirect is
    a no: where it leads was never checked.
    """
    if 200 <= status < 300:
        return
    _refuse(status, f"{status}: {quoted(text)}".rstrip(": "), retry_after, gone)


def _refuse(status: int, said: str, retry_after: float | None, gone: frozenset[int]) -> NoReturn:
    if status in gone:
        raise Gone(said)
    # 408: the receiver gave up waiting for the request, which says nothing about the request.
    if status in {408, 429} or status >= 500:
        raise Later(said, retry_after)
    raise Rejected(said)


def quoted(text: str) -> str:
    """The first characters of what a receiver said, on one line and fit for a log."""
    printable = "".join(char if char.isprintable() else " " for char in text[: QUOTED * 4])
    return " ".join(printable.split())[:QUOTED]
