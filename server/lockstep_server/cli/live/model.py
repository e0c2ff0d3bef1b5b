"""What the live view knows beyond the mirror of the inbox: what just happened, and where."""

import time
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from lockstep_client import Arrived, Changed, Client, Event, Left, Opened, Other, Said, Synced, View

from . import words
from .listing import Listing

FRESH = 8.0
"""Seconds for which a change is shown at its row."""
IDLE = 15.0
"""Seconds without a key after which rows may move by themselves."""
TOLD = 2.0
"""Seconds in which a notification is of the change that was told already."""
NOTES = 200
TYPING = 6.0


class Note(msgspec.Struct, frozen=True):
    """Something that happened, for the list of the latest."""

    at: datetime
    place: str
    title: str
    text: str
    own: bool = False


class Fresh(msgspec.Struct, frozen=True):
    """What just happened to an entry; ``said``: it is in the conversation as well."""

    at: float
    text: str
    said: bool


class Model:
    """One user's inbox on the screen, whatever it is drawn with."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.listing = Listing()
        self.notes: deque[Note] = deque(maxlen=NOTES)
        self.fresh: dict[str, Fresh] = {}
        self.moved: dict[str, float] = {}
        self.pages: dict[str, dict[int, dict[str, Any]]] = {}
        self.typing: dict[str, dict[str, float]] = {}
        self._titles: dict[str, str] = {}
        self._views: dict[str, View] = {}
        self._key = -IDLE
        self._synced = False

    @property
    def me(self) -> str:
        """The user's own id."""
        return str((self.client.mirror.user or {}).get("id", ""))

    def name(self, user: str) -> str:
        """What a user is called."""
        if user == self.me and self.client.mirror.user:
            return str(self.client.mirror.user.get("name", user))
        person = self.client.mirror.people.get(user)
        return str(person["name"]) if person else user

    def view(self, place: str) -> View | None:
        """An entry or a room; what has left is kept as long as its row is."""
        mirror = self.client.mirror
        return mirror.entries.get(place) or mirror.rooms.get(place) or self._views.get(place)

    @property
    def selected(self) -> View | None:
        """What is selected."""
        return self.view(self.listing.selected) if self.listing.selected else None

    def touched(self) -> None:
        """Somebody is at the keys: rows stay where they are for a while."""
        self._key = time.monotonic()

    def take(self, event: Event) -> None:
        """Something was told."""
        place = _place(event)
        before = self._views.get(place)
        if isinstance(event, Other):
            self._other(event.message)
        if isinstance(event, Synced):
            self._synced = True
        elif place and self._synced:
            self._note(event, place, before)
        self._remember(event, place)
        if isinstance(event, Synced | Opened | Left) or place not in self.listing.shown:
            self.bring()

    def bring(self) -> None:
        """Compare the rows with what there is."""
        mirror = self.client.mirror
        if not self._synced:
            return
        entries = sorted(mirror.entries.values(), key=_newest, reverse=True)
        rooms = sorted(mirror.rooms.values(), key=lambda room: str(room["title"]))
        for one in (*entries, *rooms):
            self._views[one["id"]] = one
        self.listing.bring([one["id"] for one in (*entries, *rooms)])

    def beat(self) -> bool:
        """Let time pass: what is no longer fresh; whether rows moved, as nobody is at the keys."""
        now = time.monotonic()
        self.fresh = {id: one for id, one in self.fresh.items() if now - one.at < FRESH}
        going = any(self.listing.gone(id) and id in self.fresh for id in self.listing.shown)
        if now - self._key >= IDLE and self.listing.unsettled and not going:
            self.settle()
            return True
        return False

    def settle(self) -> None:
        """Show the rows as they are now."""
        self.listing.settle()
        shown = set(self.listing.shown)
        self._views = {id: view for id, view in self._views.items() if id in shown}

    def unread(self, view: View) -> int:
        """Messages that this user has not read."""
        count: int = (view.get("chat") or {}).get("count", 0)
        last = (view.get("chat") or {}).get("last") or {}
        marks = self.client.mirror.conversations.reads.get(view["id"]) or {}
        return 0 if last.get("from") == self.me else max(0, count - marks.get(self.me, 0))

    def watchers(self, place: str) -> list[str]:
        """Others who look at an entry now."""
        there = self.client.mirror.conversations.presence.values()
        return [one.user for one in there if one.watching == place and one.user != self.me]

    def writers(self, place: str) -> list[str]:
        """Others who are writing there now."""
        now = time.monotonic()
        return [user for user, at in self.typing.get(place, {}).items() if now - at < TYPING]

    def messages(self, place: str) -> list[dict[str, Any]]:
        """What is known of a conversation, oldest first."""
        told = self.client.mirror.conversations.messages.get(place) or {}
        known = {**self.pages.get(place, {}), **told}
        return [known[m] for m in sorted(known)]

    def add_page(self, place: str, messages: Iterable[dict[str, Any]]) -> None:
        """Messages that were asked for."""
        self.pages[place] = {message["m"]: message for message in messages}

    def changed_just_now(self, place: str, seconds: float) -> bool:
        """Whether its step changed so lately that a key may have been meant for the one before."""
        return time.monotonic() - self.moved.get(place, -seconds) < seconds

    def _other(self, message: dict[str, Any]) -> None:
        if message["type"] == "typing" and message["user"] != self.me:
            place = message.get("entry") or message.get("room") or ""
            self.typing.setdefault(place, {})[message["user"]] = time.monotonic()

    def _note(self, event: Event, place: str, before: View | None) -> None:
        who, what = words.happened(event, before, self.name, self.me)
        if not what:
            return
        now = time.monotonic()
        told = self.fresh.get(place)
        if isinstance(event, Other) and told is not None and now - told.at < TOLD:
            return
        if isinstance(event, Changed) and {"step", "visit"} & set(event.fields):
            self.moved[place] = now
        if isinstance(event, Said):
            self.typing.get(place, {}).pop(who, None)
        text = words.sentence(who, what, self.name, self.me)
        own = who == self.me
        if not own:
            self.fresh[place] = Fresh(now, text, isinstance(event, Said))
        title = str((self.view(place) or before or {}).get("title", ""))
        self.notes.append(Note(words.now(), place, title, text, own))

    def _remember(self, event: Event, place: str) -> None:
        view = self.client.mirror.entries.get(place)
        if view is not None and not isinstance(event, Left):
            self._views[place] = view


def _newest(view: View) -> str:
    return str(view.get("updatedAt") or ((view.get("chat") or {}).get("last") or {}).get("at", ""))


def _place(event: Event) -> str:
    """The entry or room that an event is of; empty: of none."""
    match event:
        case Other(message={"type": "notify"} as message):
            return message.get("entry") or message.get("room") or ""
        case Said(place=place):
            return place
        case Opened(room=room):
            return room
        case Arrived(entry=entry) | Changed(entry=entry) | Left(entry=entry):
            return entry
        case _:
            return ""
