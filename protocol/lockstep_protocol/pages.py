"""What is read page by page, newest first: histories, conversations, what is retired."""

from typing import Any

import msgspec

from .entry import ChatView, Person, View


class HistoryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an entry: who made it, when (RFC 3339), by what, and what it did.

    ``facts``: objects whose member ``fact`` says what happened (``activated``, ``lock``, ...),
    as far as the reader may see them.
    """

    n: int
    at: str
    by: str
    cause: str
    facts: tuple[dict[str, Any], ...]


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``before``: what to ask for next; absent when nothing is older."""

    events: tuple[HistoryEvent, ...]
    before: int | None = None


class ReadMark(msgspec.Struct, frozen=True):
    """How far ``user`` has read a conversation."""

    user: str
    m: int


class MessagesPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``before``: what to ask for next; absent when nothing is older.

    ``reads``: how far others have read, with the first page only; absent when nobody has.
    """

    messages: tuple[ChatView, ...]
    before: int | None = None
    reads: tuple[ReadMark, ...] | None = None


class RetiredPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``before``: what to ask for next, also where this page is short; absent at the end."""

    entries: tuple[View, ...]
    people: tuple[Person, ...]
    before: str | None = None
