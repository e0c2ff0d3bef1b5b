"""Who is let in no more: revoked users, and what ends with them.

A revocation has a time. Tokens that were made until then are refused, and those that do not say
when they were made; a token that was made later is good. So an operator who revokes a user at
the identity provider and here has nothing to lift afterwards.
"""

import logging
from collections.abc import Callable

import msgspec

from lockstep_protocol.entry import rfc3339
from lockstep_server.store.change import Change, RecordWrite
from lockstep_server.store.interface import Store, StoreFailed

from .api_keys import ApiKeys, gone
from .background import Background
from .clock import Clock
from .committer import Committer
from .records import NOTHING, Also, require_handle

log = logging.getLogger(__name__)

RECORD = "revoked"


class Revocation(msgspec.Struct, frozen=True):
    """``at`` in Unix seconds. ``left``: made because the user went out of the directory."""

    user: str
    at: float
    by: str
    reason: str = ""
    left: bool = False


class Cut(msgspec.Struct, frozen=True):
    """Sessions of ``user`` are to end: all, or those that signed in with the key ``key``."""

    user: str
    key: str | None = None


class Access:
    """Revocations and API keys; each change of them is durable before it counts."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        clock: Clock,
        background: Background,
        cut: Callable[[Cut], None],
    ) -> None:
        """``cut`` is told, in the moment of the change, which sessions end by it."""
        self._store = store
        self._committer = committer
        self._clock = clock
        self._background = background
        self._cut = cut
        self._revoked: dict[str, Revocation] = {}
        self.keys = ApiKeys(store, committer, clock, lambda user, key: cut(Cut(user, key)))

    async def load(self) -> None:
        """Read everything once, at start."""
        for body in (await self._store.records(RECORD)).values():
            revocation = msgspec.json.decode(body, type=Revocation)
            self._revoked[revocation.user] = revocation
        await self.keys.load()

    def revoked(self, user: str, issued: float | None) -> bool:
        """Whether what ``user`` shows, made at ``issued`` (None: unknown), counts no more."""
        found = self._revoked.get(user)
        return found is not None and (issued is None or issued <= found.at)

    def shown(self, user: str) -> dict[str, object]:
        """The revocation of a user as administrators see it."""
        found = self._revoked.get(user)
        if found is None:
            return {"user": user, "revoked": False}
        more = {"reason": found.reason} if found.reason else {}
        return {"user": user, "revoked": True, "at": rfc3339(found.at), "by": found.by, **more}

    def all_shown(self) -> list[dict[str, object]]:
        """Every revocation, by user."""
        return [self.shown(user) for user in sorted(self._revoked)]

    def used(self, key: str) -> None:
        """Somebody signed in with an API key."""
        if self.keys.use(key):
            self._background.spawn(self._note(key))

    async def _note(self, key: str) -> None:
        try:
            await self.keys.note(key)
        except StoreFailed as failure:
            log.warning("the use of a key could not be noted: %s", failure)

    async def revoke(self, user: str, by: str, reason: str = "") -> None:
        """Refuse all that ``user`` has from now on, and end the user's sessions."""
        require_handle(user)
        made = self._made(user, by, reason=reason)
        change = Change(at=made.at, by=by, cause="revoke", records=(_record(made),))
        await self._committer.commit(change, lambda n: self._keep(made))

    async def lift(self, user: str, by: str) -> None:
        """Accept again what ``user`` has; nothing for one who is not revoked."""
        if user in self._revoked:
            change = Change(at=self._clock(), by=by, cause="revoke", records=(_lifted(user),))
            await self._committer.commit(change, lambda n: self._forget(user))

    # What goes with changes of the directory

    def with_deleted(self, user: str, by: str) -> Also:
        """What else is stored when ``user`` goes out of the directory, and what to do then.

        Without it a token from before would bring the user back at once.
        """
        earlier = self._revoked.get(user)
        reason, left = (earlier.reason, earlier.left) if earlier else ("", True)
        made = self._made(user, by, reason=reason, left=left)
        keys = [key.id for key in self.keys.of(user)]

        def keep() -> None:
            for id in keys:
                self.keys.forget(id)
            self._keep(made)

        return (_record(made), *(record for id in keys for record in gone(id))), keep

    def with_put(self, user: str) -> Also:
        """What else is stored when an administrator puts ``user`` into the directory (again)."""
        found = self._revoked.get(user)
        if found is None or not found.left:
            return NOTHING
        return (_lifted(user),), lambda: self._forget(user)

    def _made(self, user: str, by: str, *, reason: str = "", left: bool = False) -> Revocation:
        earlier = self._revoked.get(user)
        # A clock that was set back must not let in again what was refused before.
        at = max(self._clock(), earlier.at if earlier else 0.0)
        return Revocation(user, at, by, reason, left)

    def _keep(self, made: Revocation) -> None:
        self._revoked[made.user] = made
        self._cut(Cut(made.user))

    def _forget(self, user: str) -> None:
        self._revoked.pop(user, None)


def _record(made: Revocation) -> RecordWrite:
    return RecordWrite(RECORD, made.user, msgspec.json.encode(made))


def _lifted(user: str) -> RecordWrite:
    return RecordWrite(RECORD, user, None)
