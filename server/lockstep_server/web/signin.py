"""Who is it: demo tokens and JSON Web Tokens.

A token's roles count as long as the token; the directory's own roles count as well. A user whom
the directory does not know yet is added with the token's name, groups and labels; a known user
stays as the directory has it, so that an old token never undoes an administrator's change. An
administrator's token adds nobody: it is often a program's, and a program has no inbox.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from lockstep_protocol.refusals import refused
from lockstep_server.config import Settings
from lockstep_server.runtime.actor import SYSTEM, Actor
from lockstep_server.runtime.records import MAX_HANDLE
from lockstep_server.runtime.runtime import Runtime

from .tokens import Claims, Tokens

DEMO = "demo:"
MAX_TOKEN = 6 * 1024
"""Characters; leaves room in a hello, which may have 8 KiB."""


class Signed(msgspec.Struct, frozen=True):
    """Somebody who is who they say. ``expires``: Unix seconds; None: never (demo)."""

    actor: Actor
    expires: float | None = None


class SignIn:
    """Turns a token into a signed-in user."""

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
            return self._demo(token.removeprefix(DEMO))
        return await self._jwt(token)

    def _demo(self, user: str) -> Signed:
        if not self._settings.demo:
            raise refused("unauthorized", "This server takes no demo tokens.")
        known = self._runtime.admin.user(user)
        if known is None:
            raise refused("unauthorized", f"The directory has no user {user!r}.")
        return Signed(Actor(user, _roles(known)))

    async def _jwt(self, token: str) -> Signed:
        claims = self._tokens.claims(token)
        # What the server does by itself goes by that name in every history.
        if not claims.sub.strip() or len(claims.sub) > MAX_HANDLE or claims.sub == SYSTEM.user:
            raise refused("unauthorized", "The token names no user.")
        known = self._runtime.admin.user(claims.sub)
        roles = tuple(dict.fromkeys((*_roles(known or {}), *claims.roles)))
        actor = Actor(claims.sub, roles)
        if known is None and not actor.admin:
            await self._runtime.admin.put_user(claims.sub, _profile(claims), "system")
        return Signed(actor, claims.exp + self._settings.clock_skew)


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
