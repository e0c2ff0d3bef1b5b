"""The public keys of whoever issues tokens: a file of PEM blocks or a JWKS (RFC 7517).

The file is read again when it changed on the disk, so that an issuer may change its keys while
the server runs. A key's own type decides its algorithm, never the token's header: a public key
can so not be taken for a shared secret.
"""

import logging
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from lockstep_server.config import ConfigError

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "ES256", "EdDSA")
MIN_RSA_BITS = 2048
"""RFC 7518, section 3.3."""
MAX_FILE_BYTES = 256 * 1024
MAX_KEYS = 32
"""Bounds how many signatures one token without a ``kid`` may cost."""
LOOK_AGAIN_SECONDS = 2.0
"""How often the file is looked at, at most."""

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey


class TokenKey(msgspec.Struct, frozen=True):
    """A key with the one algorithm that it is good for."""

    algorithm: str
    key: PublicKey
    id: str | None = None


class TokenKeys:
    """The keys of one file. ``now`` counts seconds, from whenever."""

    def __init__(self, file: str | Path, now: Callable[[], float] = time.monotonic) -> None:
        self._file = Path(file)
        self._now = now
        self._seen = self._stamp()
        self._looked = now()
        self._keys = _read(self._file)

    def matching(self, algorithm: str, id: str | None) -> list[TokenKey]:
        """The keys that a token of this header may be signed with.

        Where a key has the token's ``kid`` it is meant; keys of a PEM file have none.
        """
        self._look()
        fitting = [key for key in self._keys if key.algorithm == algorithm]
        if id is None:
            return fitting
        named = [key for key in fitting if key.id == id]
        return named or [key for key in fitting if key.id is None]

    def _look(self) -> None:
        now = self._now()
        if now - self._looked < LOOK_AGAIN_SECONDS:
            return
        self._looked = now
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._keys = _read(self._file)
        except ConfigError as wrong:
            log.error("the keys of before stay in use: %s", wrong)
        else:
            log.info("jwt_keys was read again: %s keys", len(self._keys))

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            found = os.stat(self._file)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _read(file: Path) -> list[TokenKey]:
    try:
        with file.open("rb") as source:
            content = source.read(MAX_FILE_BYTES + 1)
    except OSError as failure:
        raise ConfigError(f"jwt_keys: {file} cannot be read: {failure.strerror}.") from None
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError(f"jwt_keys: {file} is larger than {MAX_FILE_BYTES} bytes.")
    try:
        text = content.decode("utf-8-sig")
        keys = _of_jwks(text) if text.lstrip().startswith("{") else _of_pem(text)
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise ConfigError(f"jwt_keys: {file}: {wrong}") from None
    if not keys:
        raise ConfigError(
            f"jwt_keys: {file} holds no key for {', '.join(ALGORITHMS)}, neither as PEM "
            "(-----BEGIN PUBLIC KEY-----) nor as a JWKS."
        )
    if len(keys) > MAX_KEYS:
        raise ConfigError(f"jwt_keys: {file} holds more than {MAX_KEYS} keys.")
    return keys


def _of_pem(text: str) -> list[TokenKey]:
    keys = []
    for block in _PEM.finditer(text):
        kind, pem = block[1], block[0].encode()
        if "PRIVATE" in kind:
            raise ValueError("it holds a private key; the server needs the public one alone.")
        try:
            if kind == "CERTIFICATE":
                key: Any = load_pem_x509_certificate(pem).public_key()
            else:
                key = load_pem_public_key(pem)
        except ValueError:
            raise ValueError(f"a block {kind} cannot be read.") from None
        keys.append(_fitting(key, None))
    return keys


def _of_jwks(text: str) -> list[TokenKey]:
    try:
        document = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise ValueError(f"it is not a JSON object: {wrong}") from None
    listed = document.get("keys", [document] if "kty" in document else None)
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError("a JWKS has `keys`, an array of objects.")
    return [_of_jwk(each, number) for number, each in enumerate(listed) if _is_ours(each)]


def _is_ours(jwk: dict[str, Any]) -> bool:
    """Whether a key is for signatures that are taken here; a set may hold others, too."""
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", ALGORITHMS[0]) not in ALGORITHMS:
        return jwk.get("kty") == "oct"
    match jwk.get("kty"), jwk.get("crv"):
        case ("RSA" | "oct", _) | ("EC", "P-256") | ("OKP", "Ed25519"):
            return True
        case _:
            return False


def _of_jwk(jwk: dict[str, Any], number: int) -> TokenKey:
    if jwk["kty"] == "oct" or "d" in jwk:
        raise ValueError(f"key {number} is secret; the server needs public keys alone.")
    id = jwk.get("kid")
    if id is not None and not isinstance(id, str):
        raise ValueError(f"key {number}: kid is a string.")
    try:
        parsed = jwt.PyJWK({name: jwk[name] for name in jwk if name != "alg"}).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise ValueError(f"key {number} cannot be read.") from None
    key = _fitting(parsed, id)
    if jwk.get("alg", key.algorithm) != key.algorithm:
        raise ValueError(f"key {number}: a key of that kty is for {key.algorithm}.")
    return key


def _fitting(key: Any, id: str | None) -> TokenKey:
    match key:
        case RSAPublicKey():
            if key.key_size < MIN_RSA_BITS:
                raise ValueError(
                    f"an RSA key has {key.key_size} bits; at least {MIN_RSA_BITS} are needed."
                )
            return TokenKey("RS256", key, id)
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return TokenKey("ES256", key, id)
        case Ed25519PublicKey():
            return TokenKey("EdDSA", key, id)
        case _:
            raise ValueError("a key is neither RSA, nor on the curve P-256, nor Ed25519.")
