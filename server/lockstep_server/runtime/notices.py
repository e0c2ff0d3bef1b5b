"""Notifications: to the open sessions at once, and out of the house to who is not looking.

A ``notify`` effect tells the sessions and then becomes one effect for each way out (a browser, an
e-mail address, the webhook), so that each is tried again by itself.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import msgspec

from lockstep_protocol.pushes import Notify
from lockstep_server.hub.hub import Hub
from lockstep_server.outside.outcomes import Gone, Later, Rejected
from lockstep_server.outside.webpush import WebPush
from lockstep_server.store.effects import EffectWrite

from .clock import Clock
from .effects import GiveUp, Performed, TryLater
from .mailboxes import Entries
from .outlets import Outlets
from .records import Records
from .subscriptions import Subscriptions

PUSH_TTL = 24 * 3600
"""Seconds that a push service keeps a message for a browser that is away."""
PUSH_BYTES = 3_000
"""A push's payload at most: what every push service takes (RFC 8030, 7.2), with room for JSON."""


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a notification says, and when it was told. ``user``: whom one way out is for.

    ``room``: it is about that room, and ``entry`` is where the room is kept.
    """

    entry: str
    title: str
    body: str
    url: str | None = None
    room: str | None = None
    user: str = ""
    way: str = ""
    at: float = 0.0
    users: tuple[str, ...] = ()


class Notices:
    """Performs ``notify`` and what it becomes: ``push``, ``mail`` and ``webhook``."""

    def __init__(
        self,
        entries: Entries,
        hub: Hub,
        records: Records,
        subscriptions: Subscriptions,
        outlets: Outlets,
        clock: Clock,
    ) -> None:
        self._entries = entries
        self._hub = hub
        self._records = records
        self._subscriptions = subscriptions
        self._outlets = outlets
        self._clock = clock
        self._push: WebPush | None = None

    async def notify(self, effect: EffectWrite) -> Performed:
        """Tell the sessions; what is for outside follows."""
        body: dict[str, Any] = msgspec.json.decode(effect.body)
        users = await self._entries.meant(effect.entry, body["users"])
        room = body.get("room")
        url = body.get("url") or (f"/#room={quote(room, safe='')}" if room else None)
        said = Notice(body["entry"], body["title"], body["body"], url, room, at=self._clock())
        told = self._hub.connected & set(users)
        entry = said.entry if room is None else None
        push = Notify(entry=entry, room=room, title=said.title, body=said.body, url=said.url)
        self._hub.tell(told, push)
        follow = self._ways_out(effect, said, users)
        text = f"told {len(told)} of {len(users)} users in their sessions"
        if follow:
            text += f", {len(follow)} more ways"
        return Performed(text, tuple(follow))

    def _ways_out(self, effect: EffectWrite, said: Notice, users: list[str]) -> list[EffectWrite]:
        follow = []
        outlets = self._outlets
        # Without mail, of thousands of recipients only those with a browser are looked at.
        reached = self._subscriptions.users & set(users) if outlets.mail is None else users
        for user in sorted(reached):
            if outlets.poster is not None and not self._hub.is_looking(user, said.entry):
                for browser in self._subscriptions.of(user):
                    follow.append(_way(effect, "push", said, user, browser.id))
            if outlets.mail is not None and user not in self._hub.connected:
                known = self._records.directory.get(user)
                if known is not None and known.email:
                    follow.append(_way(effect, "mail", said, user, user))
        if outlets.webhook is not None:
            whole = msgspec.structs.replace(said, users=tuple(users))
            follow.append(_way(effect, "webhook", whole, "", ""))
        return follow

    async def push(self, effect: EffectWrite) -> Performed:
        """One browser: unless its user looks at the entry by now, or it is gone, or another's."""
        said = msgspec.json.decode(effect.body, type=Notice)
        browser = self._subscriptions.get(said.way)
        push = await self._web_push()
        if push is None or browser is None or browser.user != said.user:
            return Performed("no longer registered")
        if self._hub.is_looking(said.user, said.entry):
            return Performed("not needed: the user is looking at the entry")
        shown = {**_about(said), "title": said.title, "body": said.body, "url": said.url}
        payload, to = fitting(shown), browser.subscription
        with _judged():
            try:
                await push.send(to, payload, ttl=PUSH_TTL, topic=said.entry)
            except Gone:
                await self._subscriptions.drop(browser.id)
                return Performed("the browser is gone: its subscription was dropped")
        return Performed("pushed")

    async def _web_push(self) -> WebPush | None:
        poster, contact = self._outlets.poster, self._outlets.contact
        if self._push is None and poster is not None:
            keys = await self._subscriptions.keys()
            self._push = WebPush(poster, keys, contact, clock=self._clock)
        return self._push

    async def mail(self, effect: EffectWrite) -> Performed:
        """One user's e-mail address, as the directory has it now."""
        said = msgspec.json.decode(effect.body, type=Notice)
        known = self._records.directory.get(said.user)
        if self._outlets.mail is None or known is None or not known.email:
            return Performed("no address")
        link = self._outlets.link(said.entry, said.url)
        with _judged():
            await self._outlets.mail.send(
                known.email, said.title, said.body, message_id=effect.id, link=link or None
            )
        return Performed("sent")

    async def webhook(self, effect: EffectWrite) -> Performed:
        """The operator's own receiver, signed."""
        said = msgspec.json.decode(effect.body, type=Notice)
        if self._outlets.webhook is None:
            return Performed("no webhook is set")
        data = {
            **_about(said),
            "title": said.title,
            "body": said.body,
            "url": said.url,
            "users": list(said.users),
        }
        with _judged():
            await self._outlets.webhook.send(effect.id, "notify", data, timestamp=said.at)
        return Performed("delivered")


def _about(said: Notice) -> dict[str, str]:
    """What it is about, in words of the wire."""
    return {"entry": said.entry} if said.room is None else {"room": said.room}


@contextmanager
def _judged() -> Iterator[None]:
    """What a sender says of a message that did not arrive, as the queue understands it."""
    try:
        yield
    except Later as later:
        raise TryLater(str(later), later.retry_after) from later
    except (Gone, Rejected) as no:
        raise GiveUp(str(no)) from no


def fitting(shown: dict[str, Any]) -> bytes:
    """A push's payload as JSON, its body cut so that every push service takes it."""
    payload = msgspec.json.encode(shown)
    while len(payload) > PUSH_BYTES and shown["body"]:
        left = max(0, len(shown["body"]) - max(1, (len(payload) - PUSH_BYTES) // 6))
        shown = {**shown, "body": shown["body"][:left]}
        payload = msgspec.json.encode(shown)
    return payload


def part_id(effect: EffectWrite, name: str) -> str:
    """The id of what follows from ``effect`` for ``name``: always the same."""
    return f"{effect.id}:{hashlib.blake2b(name.encode(), digest_size=8).hexdigest()}"


def _way(effect: EffectWrite, kind: str, said: Notice, user: str, way: str) -> EffectWrite:
    body = msgspec.json.encode(msgspec.structs.replace(said, user=user, way=way))
    id = part_id(effect, f"{kind}:{way}")
    return EffectWrite(id, effect.entry, kind, body, f"{kind}:{way}")
