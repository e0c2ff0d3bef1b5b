"""The browsers that take web pushes: registered by the inbox, dropped when they are gone."""

import hashlib
from collections.abc import Set
from typing import Any

import msgspec

from lockstep_protocol.refusals import invalid
from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.outcomes import AddressRefused
from lockstep_server.outside.vapid import VapidKeys, make_keys
from lockstep_server.outside.webpush import Subscription
from lockstep_server.store.change import Change, RecordWrite
from lockstep_server.store.interface import Store

from .clock import Clock
from .committer import Committer

SUBSCRIPTIONS_PER_USER = 10
"""Browsers of one user that are pushed to; the oldest goes when another comes."""
RECORD = "push"
SECRET, VAPID = "secret", "vapid"


class Registered(msgspec.Struct, frozen=True):
    """One browser of one user. ``at`` in Unix seconds."""

    id: str
    user: str
    at: float
    subscription: Subscription


class _Keys(msgspec.Struct, frozen=True):
    p256dh: str
    auth: str


class _Told(msgspec.Struct, frozen=True):
    """A browser's ``PushSubscription`` as JSON; further members are of no use here."""

    endpoint: str
    keys: _Keys


class Subscriptions:
    """All of them, in memory; each change is durable before it counts."""

    def __init__(
        self, store: Store, committer: Committer, clock: Clock, addresses: Addresses
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._committer = committer
        self._clock = clock
        self._by_id: dict[str, Registered] = {}
        self._by_user: dict[str, dict[str, Registered]] = {}
        self._keys: VapidKeys | None = None

    async def load(self) -> None:
        """Read everything once, at start."""
        stored = (await self._store.records(RECORD)).values()
        registered = [msgspec.json.decode(body, type=Registered) for body in stored]
        for each in sorted(registered, key=lambda each: each.at):
            self._keep(each)
        kept = await self._store.record(SECRET, VAPID)
        if kept is not None:
            self._keys = msgspec.json.decode(kept, type=VapidKeys)

    async def keys(self) -> VapidKeys:
        """The server's own keys (RFC 8292), made when first asked for."""
        if self._keys is None:
            made = make_keys()
            record = RecordWrite(SECRET, VAPID, msgspec.json.encode(made))
            # Of several who ask at the same time the first one's are kept, for good: a browser
            # that was told others could never be pushed to.
            await self._write(record, by="system", unique=f"{SECRET}:{VAPID}")
            kept = await self._store.record(SECRET, VAPID)
            assert kept is not None, "they were stored just now, or before"
            self._keys = msgspec.json.decode(kept, type=VapidKeys)
        return self._keys

    @property
    def users(self) -> Set[str]:
        """Who has a browser that is registered, or had one."""
        return self._by_user.keys()

    def of(self, user: str) -> list[Registered]:
        """The browsers of ``user``, the oldest first."""
        return list(self._by_user.get(user, {}).values())

    def get(self, id: str) -> Registered | None:
        """One browser, while it is registered."""
        return self._by_id.get(id)

    async def register(self, user: str, body: dict[str, Any]) -> Registered:
        """Keep what the browser's ``PushSubscription`` says. Raises ``Refused`` if it is none."""
        try:
            told = msgspec.convert(body, _Told)
            subscription = Subscription(
                endpoint=told.endpoint, p256dh=told.keys.p256dh, auth=told.keys.auth
            )
            self._addresses.check(told.endpoint)
        except (ValueError, AddressRefused) as wrong:
            raise invalid("", f"This push subscription is not taken: {wrong}") from wrong
        made = Registered(_id(subscription.endpoint), user, self._clock(), subscription)
        old = [each for each in self.of(user) if each.id != made.id]
        dropped = old[: max(0, len(old) + 1 - SUBSCRIPTIONS_PER_USER)]
        await self._write(
            RecordWrite(RECORD, made.id, msgspec.json.encode(made)),
            *(RecordWrite(RECORD, each.id, None) for each in dropped),
            by=user,
        )
        for each in dropped:
            self._forget(each.id)
        self._keep(made)
        return made

    async def unregister(self, user: str, endpoint: str) -> None:
        """Forget a browser of ``user``; nothing for one that is not registered."""
        found = self._by_id.get(_id(endpoint))
        if found is not None and found.user == user:
            await self.drop(found.id, user)

    async def drop(self, id: str, by: str = "system") -> None:
        """Forget a browser: it is gone, or its user said so."""
        await self._write(RecordWrite(RECORD, id, None), by=by)
        self._forget(id)

    def _keep(self, made: Registered) -> None:
        self._forget(made.id)
        self._by_id[made.id] = made
        self._by_user.setdefault(made.user, {})[made.id] = made

    def _forget(self, id: str) -> None:
        old = self._by_id.pop(id, None)
        if old is not None:
            del self._by_user[old.user][id]

    async def _write(self, *records: RecordWrite, by: str, unique: str | None = None) -> None:
        change = Change(at=self._clock(), by=by, cause="push", records=records, unique=unique)
        await self._committer.commit(change, lambda n: None)


def _id(endpoint: str) -> str:
    return hashlib.blake2b(endpoint.encode(), digest_size=12).hexdigest()
