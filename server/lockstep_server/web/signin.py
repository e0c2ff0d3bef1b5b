"""Who is it: JSON Web Tokens, API keys, and the tokens of the demo.

A token's roles count as long as the token; the directory's own roles count as well. A user whom
the directory does not know yet is added with the token's name, groups and labels; a known user
stays as the directory has it, so that an old token never undoes an administrator's change. An
administrator's token adds nobody: it is often a program's, and a program has no inbox.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from lockstep_protocol.refusals import refused
from lockstep_server.config import Settings
from lockstep_server.runtime.actor import SYSTEM, Actor
from lockstep_server.runtime.api_keys import PREFIX
from lockstep_server.runtime.records import MAX_HANDLE
from lockstep_server.runtime.runtime import Runtime

from .tokens import Claims, Tokens

DEMO = "demo:"
MAX_TOKEN = 6 * 1024
"""Characters; leaves room in a hello, which may have 8 KiB."""


class Signed(msgspec.Struct, frozen=True):
    """Somebody who is who they say, and by what. Times in Unix seconds.

    ``expires``: None: never. ``issued``: when the token was made; None: it does not say.
    ``key``: the id of the API key. ``roles``: those that the token brings along.
    """

    actor: Actor
    expires: float | None = None
    issued: float | None = None
    key: str | None = None
    roles: tuple[str, ...] = ()


class SignIn:
    """Turns a token or an API key into a signed-in user."""

    def __init__(self, settings: Settings, runtime: Runtime, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._runtime = runtime
        self._tokens = Tokens(settings, clock)

    async def __call__(self, token: str | None) -> Signed:
        """The bearer of ``token``. Raises ``Refused`` with ``unauthorized``."""
        if not token:
            raise refused("unauthorized", "A token is needed to sign in.")
        if len(token) > MAX_TOKEN:
            raise refused("unauthorized", "The token is too long.")
        if token.startswith(DEMO):
            signed = self._demo(token.removeprefix(DEMO))
        elif token.startswith(PREFIX):
            signed = self._key(token)
        else:
            signed = await self._jwt(token)
        # The last thing, with nothing that waits between it and the caller.
        self.recheck(signed)
        return signed

    def recheck(self, signed: Signed) -> None:
        """Raises ``Refused`` with ``unauthorized`` if it was revoked since."""
        access = self._runtime.access
        if access.revoked(signed.actor.user, signed.issued):
            raise refused("unauthorized", "The access of this user was revoked.")
        if signed.key is not None and not access.keys.known(signed.key):
            raise refused("unauthorized", "The API key is not accepted.")

    def actor(self, signed: Signed, *, session: bool = False) -> Actor:
        """Who it is by now: the directory's roles may have changed meanwhile."""
        known = self._runtime.admin.user(signed.actor.user) or {}
        roles = tuple(dict.fromkeys((*_roles(known), *signed.roles)))
        return replace(signed.actor, roles=roles, session=session)

    def _demo(self, user: str) -> Signed:
        if not self._settings.demo:
            raise refused("unauthorized", "This server takes no demo tokens.")
        known = self._runtime.admin.user(user)
        if known is None:
            raise refused("unauthorized", f"The directory has no user {user!r}.")
        return Signed(Actor(user, _roles(known)))

    def _key(self, text: str) -> Signed:
        access = self._runtime.access
        key = access.keys.check(text)
        known = self._runtime.admin.user(key.user)
        if known is None:
            raise refused("unauthorized", "The directory does not have the key's user any more.")
        access.used(key.id)
        return Signed(Actor(key.user, _roles(known), scopes=key.scopes), key.expires, key=key.id)

    async def _jwt(self, token: str) -> Signed:
        claims = self._tokens.claims(token)
        # What the server does by itself goes by that name in every history.
        if not claims.sub.strip() or len(claims.sub) > MAX_HANDLE or claims.sub == SYSTEM.user:
            raise refused("unauthorized", "The token names no user.")
        known = self._runtime.admin.user(claims.sub)
        roles = tuple(dict.fromkeys((*_roles(known or {}), *claims.roles)))
        expires = claims.exp + self._settings.clock_skew
        signed = Signed(Actor(claims.sub, roles), expires, claims.iat, roles=claims.roles)
        if known is None and not signed.actor.admin:
            self.recheck(signed)
            await self._runtime.admin.put_user(claims.sub, _profile(claims), SYSTEM.user)
        return signed


def bearer(authorization: str | None) -> str | None:
    """The token of an ``Authorization: Bearer`` header (RFC 6750)."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _roles(user: dict[str, Any]) -> tuple[str, ...]:
    return tuple(user.get("roles") or ())


def _profile(claims: Claims) -> dict[str, Any]:
    return {
        "name": claims.name or claims.sub,
        "groups": list(claims.groups),
        "labels": list(claims.labels),
    }
