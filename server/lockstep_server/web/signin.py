"""Who is it: demo tokens and JSON Web Tokens (RFC 7519) signed with a shared secret (HS256).

A token's roles count as long as the token; the directory's own roles count as well. A user whom
the directory does not know yet is added with the token's name, groups and labels; a known user
stays as the directory has it, so that an old token never undoes an administrator's change. An
administrator's token adds nobody: it is often a program's, and a program has no inbox.
"""

from collections.abc import Callable
from typing import Any

import jwt
import msgspec

from lockstep_protocol.refusals import refused
from lockstep_server.config import Settings
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.runtime import Runtime

DEMO = "demo:"
MAX_TOKEN = 6 * 1024
"""Characters; leaves room in a hello, which may have 8 KiB."""

CLOCK_SKEW = 5.0
"""Seconds that the issuer's clock may be ahead of ours."""


class Signed(msgspec.Struct, frozen=True):
    """Somebody who is who they say. ``expires``: Unix seconds; None: never (demo)."""

    actor: Actor
    expires: float | None = None


class Claims(msgspec.Struct, frozen=True):
    """What a JSON Web Token says about its bearer."""

    sub: str
    exp: float
    nbf: float | None = None
    roles: tuple[str, ...] = ()
    name: str | None = None
    groups: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class SignIn:
    """Turns a token into a signed-in user."""

    def __init__(self, settings: Settings, runtime: Runtime, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._runtime = runtime
        self._clock = clock

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
        claims = self._claims(token)
        now = self._clock()
        if claims.exp <= now:
            raise refused("unauthorized", "The token has expired.")
        if claims.nbf is not None and claims.nbf > now + CLOCK_SKEW:
            raise refused("unauthorized", "The token is not valid yet.")
        known = self._runtime.admin.user(claims.sub)
        roles = tuple(dict.fromkeys((*_roles(known or {}), *claims.roles)))
        actor = Actor(claims.sub, roles)
        if known is None and not actor.admin:
            await self._runtime.admin.put_user(claims.sub, _profile(claims), "system")
        return Signed(actor, claims.exp)

    def _claims(self, token: str) -> Claims:
        settings = self._settings
        if settings.jwt_secret is None:
            raise refused("unauthorized", "This server takes no JSON Web Tokens.")
        try:
            payload: dict[str, Any] = jwt.decode(
                token,
                settings.jwt_secret,
                algorithms=["HS256"],
                audience=settings.jwt_audience,
                issuer=settings.jwt_issuer,
                # The times are compared with the clock that was handed in.
                options={
                    "require": ["sub", "exp"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_aud": settings.jwt_audience is not None,
                },
            )
            claims = msgspec.convert(payload, Claims)
        except jwt.PyJWTError as wrong:
            raise refused("unauthorized", f"The token is not accepted: {wrong}.") from None
        except msgspec.ValidationError as wrong:
            raise refused("unauthorized", f"A claim of the token is wrong: {wrong}.") from None
        if not claims.sub:
            raise refused("unauthorized", "The token names no user.")
        return claims


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
