"""The pure half of a client: one user's inbox, kept equal to the server's by its messages.

Bytes of a frame go in (``receive``), events come out; what has to be sent is in ``outgoing``.
There is no socket, loop, clock or randomness here: the shell hands in connections, ids and the
time (Unix seconds), and calls ``tick`` at the ``deadline``.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from lockstep_protocol.commands import Auth, ClientInfo, Command, Hello, Messages, Resume, Signal

from .conversations import Conversations, Message
from .events import (
    Answered,
    Declined,
    Differed,
    Event,
    Other,
    Synced,
    View,
    Welcomed,
)
from .inbox import Inbox
from .mending import Mending, differing
from .pages import Pages
from .pending import WAITING_AT_MOST, Patience, Pending


class Mirror:
    """One inbox. ``entries``: entry id to view; ``rooms``: room id to room; ``position``: the
    last change applied; ``conversations``: what was said there, read marks and who is present.

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
        patience: Patience = Patience(),
        pending_at_most: int = WAITING_AT_MOST,
    ) -> None:
        self.token = token
        self.people: dict[str, dict[str, Any]] = {}
        self.conversations = Conversations()
        self.user: dict[str, Any] | None = None
        self.position: Resume | None = None
        self.pending = Pending(patience, pending_at_most)
        self.heartbeat: float | None = None
        """Seconds, as the server said."""
        self.ahead = 0.0
        """Seconds by which the server's clock is ahead of the one handed in."""
        self.welcomed = False
        self.synced = False
        """Whether ``entries`` is the whole inbox of now, and not of before a drop."""
        self.outgoing: list[bytes] = []
        self._client = client
        self._encode: Callable[[Any], bytes] = (
            msgspec.msgpack.encode if binary else msgspec.json.encode
        )
        self._decode: Callable[[bytes | str], Any] = (
            msgspec.msgpack.decode if binary else msgspec.json.decode  # type: ignore[assignment]
        )
        self._now = 0.0
        self._epoch = ""
        self._counts = False  # whether a message's n is a position: not before a snapshot's end
        self._inbox = Inbox()
        self._pages = Pages()
        self._mending = Mending(new_id)

    @property
    def entries(self) -> dict[str, View]:
        """The inbox as far as one was told."""
        return self._inbox.entries

    @property
    def rooms(self) -> dict[str, View]:
        """The rooms this user is a member of."""
        return self.conversations.rooms

    @property
    def differences(self) -> int:
        """How often this side was found not to hold what the server does. It stays 0."""
        return self._mending.differences

    def connected(self) -> None:
        """A new connection is open: the hello goes out, with the position if there is one."""
        self.welcomed = False
        self.synced = False
        self._pages = Pages()
        hello = Hello(token=self.token, client=self._client, position=self.position)
        self.outgoing = [self._encode(hello)]

    def disconnected(self) -> None:
        """The connection is gone; what was pending stays so."""
        self.welcomed = False
        self.synced = False
        self.pending.dropped()
        self.outgoing = []

    def give(self, command: Command) -> None:
        """Send a command as soon as its turn comes. Raises ``TooManyPending``."""
        self.pending.add(command)
        self._release()

    def signal(self, signal: Signal) -> None:
        """Send something that is not answered; lost when there is no connection."""
        if self.welcomed:
            self.outgoing.append(self._encode(signal))

    def renew(self, token: str | None) -> None:
        """Use ``token`` from now on, for this connection too."""
        self.token = token
        if token is not None:
            self.signal(Auth(token=token))

    def forget(self, id: str) -> None:
        """Stop waiting for a command's answer. It may be done all the same."""
        self.pending.answered(id)

    def deadline(self) -> float | None:
        """When ``tick`` is to be called; None: nothing waits for a time."""
        return self.pending.due() if self.welcomed else None

    def tick(self, now: float) -> None:
        """Send again what was to wait until now."""
        self._now = now
        self._release()

    def receive(self, frame: bytes | str, now: float = 0.0) -> list[Event]:
        """Apply all messages of a frame. Raises ``msgspec.DecodeError`` when it is unreadable."""
        self._now = now
        read = self._decode(frame)
        events: list[Event] = []
        for message in read if isinstance(read, list) else [read]:
            events.extend(self._message(message))
        self._release()
        return events

    def _release(self) -> None:
        if self.welcomed:
            ready = self.pending.release(self._now)
            self.outgoing.extend(self._encode(command) for command in ready)

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
                return self._inbox.whole(message["entry"])
            case "diff":
                self._reached(message["n"])
                return self._diff(message)
            case "gone":
                self._reached(message["n"])
                return self._gone(message)
            case "room":
                self._reached(message["n"])
                return self.conversations.room(message["room"])
            case "chat":
                self._reached(message["n"])
                return self.conversations.chat(message)
            case "read":
                return self._read(message)
            case "presence":
                return self.conversations.present(message)
            case "reply":
                return self._reply(message)
            case "refusal":
                return self._refusal(message)
            case "position" | "pong":
                return self._at(message)
            case _:
                return [Other(message)]

    def _welcome(self, message: Message) -> list[Event]:
        self.welcomed = True
        self.user = message["user"]
        self.heartbeat = message.get("heartbeat")
        self.pending.limit = message.get("limits", {}).get("commandsInFlight", self.pending.limit)
        if message.get("time"):
            self.ahead = datetime.fromisoformat(message["time"]).timestamp() - self._now
        # Who is there is told anew; everybody else is offline.
        self.conversations.presence = {}
        self._epoch = message["epoch"]
        resumed: bool = message["resumed"]
        if not resumed:
            for id in self._mending.restart():
                self.pending.answered(id)
            self.conversations.clear()
        self.synced = False
        self._counts = resumed
        self._ask_again()
        return [Welcomed(message["user"], resumed)]

    def _snapshot(self, message: Message) -> list[Event]:
        whole = self._pages.take(message)
        if whole is None:
            return []
        self._inbox.entries, self.conversations.rooms = whole
        self._pages = Pages()
        self.position = Resume(self._epoch, message["n"])
        self._counts = True
        return self._up_to_date()

    def _at(self, message: Message) -> list[Event]:
        self._reached(message["n"])
        self._ask_again()
        # After a resume, the first position says that all that was missed has come.
        events = self._up_to_date()
        said = message.get("digest")
        if said is not None and self.synced:
            question = self._mending.check(said, message["n"], self._inbox.versions())
            if question is not None:
                self.pending.add(question, mending=True)
        return [*events, Other(message)]

    def _reached(self, n: int) -> None:
        if self._counts and self.position is not None and n > self.position.n:
            self.position = Resume(self._epoch, n)

    def _up_to_date(self) -> list[Event]:
        if self.synced or not self._counts or self.position is None:
            return []
        self.synced = True
        return [Synced(self.position.n)]

    def _diff(self, message: Message) -> list[Event]:
        events = self._inbox.diff(message)
        if events is None:
            self._ask(message["entry"], message["version"])
        return events or []

    def _ask(self, entry: str, version: int = 0) -> None:
        """Ask for an entry whole, once, because a diff did not fit what we have of it."""
        question = self._mending.ask(entry, version)
        if question is not None:
            self.pending.add(question, mending=True)

    def _ask_again(self) -> None:
        for question in self._mending.again():
            self.pending.add(question, mending=True)

    def _gone(self, message: Message) -> list[Event]:
        id = message["entry"]
        self.conversations.forget(id)
        self.pending.answered(self._mending.forget(id) or "")
        return self._inbox.gone(id, message["reason"])

    def _read(self, message: Message) -> list[Event]:
        events = self.conversations.read(message)
        mine = self.user is not None and message["user"] == self.user["id"]
        if mine and message.get("seen"):
            events += self._inbox.seen(message)
        return events

    def _reply(self, message: Message) -> list[Event]:
        id, result = message["id"], message.get("result") or {}
        command = self.pending.answered(id)
        if self._mending.is_versions(id):
            return self._differ(result["versions"], result["n"])
        mended = self._mending.answered(id, None if self.position is None else self.position.n)
        if mended is not None:
            return self._mended(*mended, result["entry"])
        if isinstance(command, Messages):
            self.conversations.page(command.entry or command.room or "", result)
        return [Answered(id, result, message.get("n"))]

    def _mended(self, id: str, told: int, view: View) -> list[Event]:
        if view["version"] < told:
            self._ask(id, told)
        return self._inbox.mended(id, view)

    def _differ(self, theirs: dict[str, int], n: int) -> list[Event]:
        held = self._inbox.versions()
        wrong = differing(held, theirs)
        surplus = sorted(held.keys() - theirs.keys())
        events: list[Event] = [Differed((*wrong, *surplus))]
        later = self.position is not None and self.position.n > n
        for entry in surplus:
            # It may have come since the server looked.
            if later:
                self._ask(entry)
            else:
                events += self._inbox.gone(entry, "differs")
        for entry in wrong:
            self._ask(entry, theirs[entry])
        return events

    def _refusal(self, message: Message) -> list[Event]:
        id = message.get("id")
        if id is None:
            return [Declined(None, message)]
        if self.pending.refused(id, message, self._now):
            return []
        self.pending.answered(id)
        if self._mending.is_versions(id):
            return []
        mended = self._mending.answered(id, None if self.position is None else self.position.n)
        if mended is None:
            return [Declined(id, message)]
        entry, _ = mended
        if message["code"] == "not_found":
            return self._inbox.gone(entry, "not_found")
        self._mending.refused(entry)
        return []
