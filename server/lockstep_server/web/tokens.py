"""JSON Web Tokens (RFC 7519): whether one is good now, and what it says about its bearer."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jwt
import msgspec

from lockstep_protocol.refusals import Refused, refused
from lockstep_server.config import Settings

from .token_keys import ALGORITHMS, TokenKeys

SHARED = "HS256"
LAST_SECOND = 253_402_300_799
"""The end of the year 9999: a time beyond it is no time."""

_OPTIONS: Any = {
    "require": ["sub", "exp"],
    # The times are compared with the clock that was handed in.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


class Claims(msgspec.Struct, frozen=True):
    """What a token says about its bearer. Times in Unix seconds."""

    sub: str
    exp: float
    nbf: float | None = None
    iat: float | None = None
    roles: tuple[str, ...] = ()
    name: str | None = None
    groups: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Tokens:
    """Checks tokens against the shared secret and the keys of the settings."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._secret = settings.jwt_secret
        self._keys = TokenKeys(settings.jwt_keys) if settings.jwt_keys else None
        self._audience = [
            name.strip() for name in (settings.jwt_audience or "").split(",") if name.strip()
        ]
        self._issuer = settings.jwt_issuer
        self._skew = settings.clock_skew
        self._clock = clock

    def claims(self, token: str) -> Claims:
        """The claims of a token that is good now. Raises ``Refused`` with ``unauthorized``."""
        try:
            claims = msgspec.convert(self._verified(token), Claims)
        except jwt.PyJWTError as wrong:
            raise _no(f"The token is not accepted: {wrong}.") from None
        except RecursionError:
            raise _no("The token is nested too deeply.") from None
        except msgspec.ValidationError as wrong:
            raise _no(f"A claim of the token is wrong: {wrong}.") from None
        for time in (claims.exp, claims.nbf, claims.iat):
            if time is not None and not (math.isfinite(time) and 0 <= time <= LAST_SECOND):
                raise _no("A time of the token is none.")
        now = self._clock()
        if claims.exp + self._skew <= now:
            raise _no("The token has expired.")
        if claims.nbf is not None and claims.nbf > now + self._skew:
            raise _no("The token is not valid yet.")
        if claims.iat is not None and claims.iat > now + self._skew:
            raise _no("The token is from the future.")
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        algorithm, id = _header(token.partition(".")[0])
        if self._secret is None and self._keys is None:
            raise _no("This server takes no JSON Web Tokens.")
        # The header only chooses among what the settings allow: HS256 means the secret, and
        # every other algorithm means keys that are good for that one.
        if algorithm == SHARED and self._secret is not None:
            return self._decoded(token, self._secret, SHARED)
        if algorithm in ALGORITHMS and self._keys is not None:
            for key in self._keys.matching(algorithm, id):
                try:
                    return self._decoded(token, key.key, key.algorithm)
                except jwt.InvalidSignatureError:
                    continue
            raise _no("The token is signed with a key that is not known here.")
        raise _no("The token's algorithm is not accepted here.")

    def _decoded(self, token: str, key: Any, algorithm: str) -> dict[str, Any]:
        payload: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._audience or None,
            issuer=self._issuer,
            options=_OPTIONS | {"verify_aud": bool(self._audience)},
        )
        return payload


@lru_cache(64)
def _header(segment: str) -> tuple[Any, Any]:
    """The algorithm and the key's id of a token's header; an issuer's tokens share a few."""
    header = jwt.get_unverified_header(f"{segment}..")
    return header.get("alg"), header.get("kid")


def _no(text: str) -> Refused:
    return refused("unauthorized", text)
