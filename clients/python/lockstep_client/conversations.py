"""What was said, how far it was read, and who is there, as far as one was told. Pure."""

import math
from typing import Any

from .events import Event, Marked, Opened, Other, Present, Said, View

Message = dict[str, Any]

SAID = (
    "m", "from", "at", "body", "schema", "kind", "data", "revision", "editedAt", "deleted",
)  # fmt: skip
"""Members of a message as a conversation's summary has them."""
KEPT_MESSAGES = 200
"""Messages of one conversation that are kept; older ones are asked for with ``messages``."""


class Conversations:
    """Rooms by id, messages by place (the id of an entry or a room) and number, marks by place
    and user, and who is there: what was last heard of users who are not offline."""

    def __init__(self) -> None:
        self.rooms: dict[str, View] = {}
        self.messages: dict[str, dict[int, Message]] = {}
        self.reads: dict[str, dict[str, int]] = {}
        self.presence: dict[str, Present] = {}

    def known_from(self, place: str) -> int | None:
        """The number from which on no message is missing here; ask ``messages`` for those below."""
        kept = self.messages.get(place)
        if not kept:
            return None
        m = max(kept)
        while m - 1 in kept:
            m -= 1
        return m

    def room(self, room: View) -> list[Event]:
        """A room came whole."""
        self.rooms[room["id"]] = room
        return [Opened(room["id"], room)]

    def chat(self, message: Message) -> list[Event]:
        """A message, or one that was edited, in place of the one of its number."""
        place = _place(message)
        if place is None:
            return [Other(message)]
        kept = self.messages.setdefault(place, {})
        held = kept.get(message["m"])
        if held is not None and _revision(held) > _revision(message):
            return []
        if held is not None or not _revision(message) or message["m"] > max(kept, default=math.inf):
            kept[message["m"]] = message
        # An edit of one that is not kept says nothing of those after it: it is told, and not kept.
        if len(kept) > KEPT_MESSAGES:
            del kept[min(kept)]
        room = self.rooms.get(message.get("room") or "")
        if room is not None:
            self.rooms[place] = {**room, "chat": in_summary(room["chat"], message)}
        return [Said(place, message)]

    def read(self, message: Message) -> list[Event]:
        """How far somebody has read; marks only move forward."""
        place, user, m = _place(message), message["user"], message.get("m")
        if place is None or m is None or not self._mark(place, user, m):
            return []
        return [Marked(place, user, m)]

    def page(self, place: str, page: dict[str, Any]) -> None:
        """What the answer to ``messages`` says of others' marks."""
        for mark in page.get("reads") or ():
            self._mark(place, mark["user"], mark["m"])

    def present(self, message: Message) -> list[Event]:
        """Somebody came, went, or looks at something else."""
        present = Present(message["user"], message["state"], message.get("watching"))
        if present.state == "offline":
            self.presence.pop(present.user, None)
        else:
            self.presence[present.user] = present
        return [present]

    def forget(self, place: str) -> None:
        """The conversation is no longer this user's."""
        self.messages.pop(place, None)
        self.reads.pop(place, None)

    def clear(self) -> None:
        """Forget what was said and read."""
        self.messages.clear()
        self.reads.clear()

    def _mark(self, place: str, user: str, m: int) -> bool:
        marks = self.reads.setdefault(place, {})
        if marks.get(user, 0) >= m:
            return False
        marks[user] = m
        return True


def in_summary(chat: dict[str, Any], message: Message) -> dict[str, Any]:
    """A conversation's ``{count, last?}`` with a message that is new in it, or was edited."""
    newest = chat.get("last") or {}
    if message["m"] > chat["count"]:
        count = message["m"]
    elif message["m"] == newest.get("m") and _revision(message) >= _revision(newest):
        count = chat["count"]
    else:
        return chat
    return {"count": count, "last": {name: message[name] for name in SAID if name in message}}


def _revision(message: Message) -> int:
    revision: int = message.get("revision", 0)
    return revision


def _place(message: Message) -> str | None:
    place: str | None = message.get("entry") or message.get("room")
    return place
