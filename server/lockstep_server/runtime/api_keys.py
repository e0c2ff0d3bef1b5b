"""API keys: what programs sign in with. A key is shown once; only the hash of it is kept."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from lockstep_protocol.codec import wrong_value
from lockstep_protocol.entry import rfc3339
from lockstep_protocol.refusals import Refused, invalid, refused
from lockstep_server.store.change import Change, RecordWrite
from lockstep_server.store.interface import Store

from .actor import SCOPES, Scope
from .clock import Clock
from .committer import Committer
from .records import MAX_HANDLE

RECORD = "key"
USED = "key_used"
"""A record of its own, so that noting the use of a key never brings one back that went."""
PREFIX = "lsk_"
KEYS_PER_USER = 100
SECRET_BYTES = 32
"""256 bits that nobody guesses: one round of a plain hash hides them as well as a slow one."""
USED_EVERY = 3600.0
"""Seconds between two times that a key's last use is written down."""

_KEY = re.compile(r"lsk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})\Z", re.ASCII)


class ApiKey(msgspec.Struct, frozen=True):
    """A key as it is stored. Times in Unix seconds; ``hash``: SHA-256 of the secret, in hex."""

    id: str
    user: str
    name: str
    scopes: tuple[Scope, ...]
    hash: str
    at: float
    by: str
    expires: float | None = None


class ApiKeyView(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A key as administrators see it; ``key`` only in the answer that made it."""

    id: str
    user: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: str
    by: str
    expires_at: str | None = None
    last_used_at: str | None = None
    """After a restart it may be up to an hour too old."""
    key: str | None = None


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    user: str
    name: str
    scopes: tuple[Scope, ...]
    expires_at: str | None = None


class ApiKeys:
    """All keys, in memory; a new one and one that goes are durable before they count."""

    def __init__(
        self, store: Store, committer: Committer, clock: Clock, cut: Callable[[str, str], None]
    ) -> None:
        """``cut(user, id)`` is called once the key ``id`` of ``user`` is gone."""
        self._store = store
        self._committer = committer
        self._clock = clock
        self._cut = cut
        self._by_id: dict[str, ApiKey] = {}
        self._used: dict[str, float] = {}
        self._noted: dict[str, float] = {}

    async def load(self) -> None:
        """Read everything once, at start."""
        for body in (await self._store.records(RECORD)).values():
            key = msgspec.json.decode(body, type=ApiKey)
            self._by_id[key.id] = key
        for id, at in (await self._store.records(USED)).items():
            self._used[id] = self._noted[id] = msgspec.json.decode(at, type=float)

    def check(self, text: str) -> ApiKey:
        """The key that ``text`` is. Raises ``Refused`` with ``unauthorized``."""
        parts = _KEY.match(text)
        found = self._by_id.get(parts[1]) if parts else None
        if parts is None or found is None or not hmac.compare_digest(_hash(parts[2]), found.hash):
            raise refused("unauthorized", "The API key is not accepted.")
        if found.expires is not None and found.expires <= self._clock():
            raise refused("unauthorized", "The API key has expired.")
        return found

    def known(self, id: str) -> bool:
        """Whether there is such a key still."""
        return id in self._by_id

    def of(self, user: str) -> list[ApiKey]:
        """The keys of ``user``."""
        return [key for key in self._by_id.values() if key.user == user]

    def views(self, user: str | None) -> list[ApiKeyView]:
        """All keys, or those of one user, the oldest first."""
        listed = self._by_id.values() if user is None else self.of(user)
        ordered = sorted(listed, key=lambda key: (key.at, key.id))
        return [_view(key, self._used.get(key.id)) for key in ordered]

    async def create(
        self, body: dict[str, Any], by: str, known: Callable[[str], bool]
    ) -> ApiKeyView:
        """Make a key for a user of the directory. Raises ``Refused`` for what cannot be one."""
        try:
            wanted = msgspec.convert(body, _Wanted)
        except msgspec.ValidationError as wrong:
            raise wrong_value(wrong) from wrong
        if not known(wanted.user):
            raise invalid("/user", f"The directory has no user {wanted.user!r}.")
        if not wanted.name.strip() or len(wanted.name) > MAX_HANDLE:
            raise invalid("/name", f"A name has 1 to {MAX_HANDLE} characters.")
        if not wanted.scopes:
            raise invalid("/scopes", f"Name what it is for: {', '.join(SCOPES)}.")
        if len(self.of(wanted.user)) >= KEYS_PER_USER:
            raise invalid("/user", f"A user has {KEYS_PER_USER} keys at most.")
        secret = secrets.token_urlsafe(SECRET_BYTES)
        key = ApiKey(
            id=secrets.token_hex(8),
            user=wanted.user,
            name=wanted.name,
            scopes=tuple(scope for scope in SCOPES if scope in wanted.scopes),
            hash=_hash(secret),
            at=self._clock(),
            by=by,
            expires=self._end(wanted.expires_at),
        )
        record = RecordWrite(RECORD, key.id, msgspec.json.encode(key))
        change = Change(at=key.at, by=by, cause="key", records=(record,))
        await self._committer.commit(change, lambda n: self._by_id.update({key.id: key}))
        return msgspec.structs.replace(_view(key, None), key=f"{PREFIX}{key.id}_{secret}")

    def _end(self, text: str | None) -> float | None:
        if text is None:
            return None
        try:
            end = datetime.fromisoformat(text)
        except ValueError:
            raise _no_time() from None
        if end.tzinfo is None:
            raise _no_time()
        seconds = end.astimezone(UTC).timestamp()
        if seconds <= self._clock():
            raise invalid("/expiresAt", "That time is past.")
        return seconds

    async def delete(self, id: str, by: str) -> None:
        """Take a key away: it is refused from now on and its sessions end."""
        found = self._by_id.get(id)
        if found is None:
            raise refused("not_found", f"There is no key {id!r}.")
        change = Change(at=self._clock(), by=by, cause="key", records=gone(id))
        await self._committer.commit(change, lambda n: self.forget(id))

    def forget(self, id: str) -> None:
        """The key ``id`` is gone from the store."""
        found = self._by_id.pop(id, None)
        self._used.pop(id, None)
        self._noted.pop(id, None)
        if found is not None:
            self._cut(found.user, id)

    def use(self, id: str) -> bool:
        """The key was used just now; whether that is to be written down, too (``note``)."""
        now = self._clock()
        self._used[id] = now
        if now - self._noted.get(id, 0.0) < USED_EVERY:
            return False
        self._noted[id] = now
        return True

    async def note(self, id: str) -> None:
        """Write the last use of a key down."""
        at = self._used.get(id)
        if at is not None:
            record = RecordWrite(USED, id, msgspec.json.encode(at))
            change = Change(at=at, by="system", cause="key", records=(record,))
            await self._committer.commit(change, lambda n: None)


def gone(id: str) -> tuple[RecordWrite, ...]:
    """What takes a key out of the store."""
    return RecordWrite(RECORD, id, None), RecordWrite(USED, id, None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _view(key: ApiKey, used: float | None) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        user=key.user,
        name=key.name,
        scopes=key.scopes,
        created_at=rfc3339(key.at),
        by=key.by,
        expires_at=None if key.expires is None else rfc3339(key.expires),
        last_used_at=None if used is None else rfc3339(used),
    )


def _no_time() -> Refused:
    return invalid("/expiresAt", "A time of RFC 3339 is expected, like 2027-01-31T09:00:00Z.")
