"""The pure half of a client: one user's inbox, kept equal to the server's by its messages.

Bytes of a frame go in (``receive``), events come out; what has to be sent is in ``outgoing``.
There is no socket, loop, clock or randomness here: the shell hands in connections and ids.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from lockstep_protocol.commands import ClientInfo, Command, Get, Hello, Resume, Signal
from lockstep_protocol.entry import apply_diff

from .events import (
    Answered,
    Arrived,
    Changed,
    Declined,
    Event,
    Left,
    Opened,
    Other,
    Said,
    Synced,
    View,
    Welcomed,
)

SAID = ("m", "from", "at", "body", "schema", "kind", "data")
"""Members of a message as a conversation's summary has them."""
KEPT_MESSAGES = 200
"""Messages of one conversation that are kept; older ones are asked for with ``messages``."""

Message = dict[str, Any]


class Mirror:
    """One inbox. ``entries``: entry id to view; ``rooms``: room id to room; ``position``: the
    last change applied.

    ``pending`` holds the commands that have no answer yet: they are sent again, with their ids,
    whenever a new connection is welcomed, which is harmless since an id is only done once.
    """

    def __init__(
        self,
        token: str | None,
        new_id: Callable[[], str],
        *,
        client: ClientInfo | None = None,
        binary: bool = False,
    ) -> None:
        self.token = token
        self.entries: dict[str, View] = {}
        self.rooms: dict[str, View] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.conversations: dict[str, dict[int, Message]] = {}
        self.user: dict[str, Any] | None = None
        self.position: Resume | None = None
        self.pending: dict[str, Command] = {}
        self.welcomed = False
        self.synced = False
        """Whether ``entries`` is the whole inbox of now, and not of before a drop."""
        self.outgoing: list[bytes] = []
        self._new_id = new_id
        self._client = client
        self._encode: Callable[[Any], bytes] = (
            msgspec.msgpack.encode if binary else msgspec.json.encode
        )
        self._decode: Callable[[bytes | str], Any] = (
            msgspec.msgpack.decode if binary else msgspec.json.decode  # type: ignore[assignment]
        )
        self._epoch = ""
        self._counts = False  # whether a message's n is a position: not before a snapshot's end
        self._pages: dict[str, View] = {}
        self._room_pages: dict[str, View] = {}
        self._gaps: dict[str, str] = {}  # id of the `get` that mends an entry -> the entry
        self._behind: set[str] = set()  # entries whose `get` was refused for now

    def connected(self) -> None:
        """A new connection is open: the hello goes out, with the position if there is one."""
        self.welcomed = False
        self.synced = False
        self._pages, self._room_pages = {}, {}
        hello = Hello(token=self.token, client=self._client, position=self.position)
        self.outgoing = [self._encode(hello)]

    def disconnected(self) -> None:
        """The connection is gone; what was pending stays so."""
        self.welcomed = False
        self.synced = False
        self.outgoing = []

    def give(self, command: Command) -> None:
        """Send a command now, or once there is a connection again."""
        self.pending[command.id] = command
        if self.welcomed:
            self.outgoing.append(self._encode(command))

    def signal(self, signal: Signal) -> None:
        """Send something that is not answered; lost when there is no connection."""
        if self.welcomed:
            self.outgoing.append(self._encode(signal))

    def forget(self, id: str) -> None:
        """Stop waiting for a command's answer. It may be done all the same."""
        self.pending.pop(id, None)

    def receive(self, frame: bytes | str) -> list[Event]:
        """Apply all messages of a frame. Raises ``msgspec.DecodeError`` when it is unreadable."""
        read = self._decode(frame)
        events: list[Event] = []
        for message in read if isinstance(read, list) else [read]:
            events.extend(self._message(message))
        return events

    def _message(self, message: Message) -> list[Event]:
        for person in message.get("people", ()):
            self.people[person["id"]] = person
        match message["type"]:
            case "welcome":
                return self._welcome(message)
            case "snapshot":
                return self._snapshot(message)
            case "entry":
                self._reached(message["n"])
                return self._whole(message["entry"])
            case "diff":
                self._reached(message["n"])
                return self._diff(message)
            case "gone":
                self._reached(message["n"])
                return self._gone(message)
            case "room":
                self._reached(message["n"])
                room: View = message["room"]
                self.rooms[room["id"]] = room
                return [Opened(room["id"], room)]
            case "chat":
                self._reached(message["n"])
                return self._chat(message)
            case "read":
                return self._read(message)
            case "reply":
                return self._reply(message)
            case "refusal":
                return self._refusal(message)
            case "position" | "pong":
                self._reached(message["n"])
                self._ask_again()
                # After a resume, the first position says that all that was missed has come.
                return [*self._up_to_date(), Other(message)]
            case _:
                return [Other(message)]

    def _welcome(self, message: Message) -> list[Event]:
        self.welcomed = True
        self.user = message["user"]
        self._epoch = message["epoch"]
        resumed: bool = message["resumed"]
        if not resumed:
            # The snapshot brings every entry whole, so there is no gap left to mend.
            for id in self._gaps:
                self.pending.pop(id, None)
            self._gaps = {}
            self._behind = set()
        self.synced = False
        self._counts = resumed
        self.outgoing.extend(self._encode(command) for command in self.pending.values())
        self._ask_again()
        return [Welcomed(message["user"], resumed)]

    def _snapshot(self, message: Message) -> list[Event]:
        for view in message["entries"]:
            self._pages[view["id"]] = view
        for room in message["rooms"]:
            self._room_pages[room["id"]] = room
        if message["page"] < message["pages"]:
            return []
        self.entries, self._pages = self._pages, {}
        self.rooms, self._room_pages = self._room_pages, {}
        self.position = Resume(self._epoch, message["n"])
        self._counts = True
        return self._up_to_date()

    def _reached(self, n: int) -> None:
        if self._counts and self.position is not None and n > self.position.n:
            self.position = Resume(self._epoch, n)

    def _up_to_date(self) -> list[Event]:
        if self.synced or not self._counts or self.position is None:
            return []
        self.synced = True
        return [Synced(self.position.n)]

    def _whole(self, view: View) -> list[Event]:
        self.entries[view["id"]] = view
        return [Arrived(view["id"], view)]

    def _diff(self, message: Message) -> list[Event]:
        id = message["entry"]
        held = self.entries.get(id)
        if held is not None and message["version"] <= held["version"]:
            return []
        if held is None or message["base"] != held["version"]:
            self._ask(id)
            return []
        changed = message.get("set") or {}
        gone = message.get("unset") or []
        view = apply_diff(held, message["version"], changed, gone)
        self.entries[id] = view
        fields = (*changed, *gone)
        return [Changed(id, view, fields, message["by"], message["cause"])]

    def _ask(self, entry: str) -> None:
        """Ask for an entry whole, once, because a diff did not fit what we have of it."""
        if entry not in self._gaps.values():
            command = Get(id=self._new_id(), entry=entry)
            self._gaps[command.id] = entry
            self.give(command)

    def _ask_again(self) -> None:
        """Repeat what was refused; at the pace of heartbeats, so that a busy server is spared."""
        behind, self._behind = self._behind, set()
        for entry in sorted(behind):
            self._ask(entry)

    def _gone(self, message: Message) -> list[Event]:
        id = message["entry"]
        self.conversations.pop(id, None)
        if self.entries.pop(id, None) is None:
            return []
        return [Left(id, message["reason"])]

    def _chat(self, message: Message) -> list[Event]:
        place = message.get("entry") or message.get("room")
        if place is None:
            return [Other(message)]
        kept = self.conversations.setdefault(place, {})
        kept[message["m"]] = message
        if len(kept) > KEPT_MESSAGES:
            del kept[min(kept)]
        room = self.rooms.get(message.get("room") or "")
        if room is not None and message["m"] > room["chat"]["count"]:
            last = {name: message[name] for name in SAID if name in message}
            self.rooms[place] = {**room, "chat": {"count": message["m"], "last": last}}
        return [Said(place, message)]

    def _read(self, message: Message) -> list[Event]:
        held = self.entries.get(message.get("entry") or "")
        mine = self.user is not None and message["user"] == self.user["id"]
        # It was seen as it was at that visit; if it has moved on, it is unseen again.
        now = held is not None and message.get("visit", held.get("visit")) == held.get("visit")
        if held is not None and now and mine and message.get("seen"):
            view = {**held, "seen": True}
            self.entries[view["id"]] = view
            return [Changed(view["id"], view, ("seen",), message["user"], "read")]
        return [Other(message)]

    def _reply(self, message: Message) -> list[Event]:
        id = message["id"]
        self.pending.pop(id, None)
        mended = self._gaps.pop(id, None)
        if mended is None:
            return [Answered(id, message.get("result") or {}, message.get("n"))]
        view: View = message["result"]["entry"]
        held = self.entries.get(mended)
        if held is not None and held["version"] > view["version"]:
            return []
        if held is None and view.get("status") == "retired":
            return []
        return self._whole(view)

    def _refusal(self, message: Message) -> list[Event]:
        id = message.get("id")
        if id is not None:
            self.pending.pop(id, None)
        mended = self._gaps.pop(id or "", None)
        if mended is None:
            return [Declined(id, message)]
        if message["code"] == "not_found":
            return [Left(mended, "not_found")] if self.entries.pop(mended, None) else []
        self._behind.add(mended)
        return []
