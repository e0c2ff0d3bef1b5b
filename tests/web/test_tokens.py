"""Which tokens are good: a table for each way of signing and each claim."""

import base64
import hashlib
import hmac
import itertools
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from lockstep_protocol.refusals import Refused
from lockstep_server.config import ConfigError, Settings
from lockstep_server.web.token_keys import TokenKeys
from lockstep_server.web.tokens import Tokens

from . import issuer
from .issuer import EC, EC_384, ED, NOW, OTHER_RSA, RSA, SECRET, WEAK_RSA, jwk, jwks, pem, token

PUBLIC_RSA = pem(RSA)


def raw(header: dict[str, Any], payload: dict[str, Any] | bytes, secret: bytes = b"") -> str:
    """A token put together by hand, signed by HMAC where there is a secret."""

    def part(value: dict[str, Any] | bytes) -> bytes:
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=")

    signed = part(header) + b"." + part(payload)
    signature = hmac.digest(secret, signed, hashlib.sha256) if secret else b""
    return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    (folder / "pem").write_text(pem(RSA, EC, ED))
    keys = (jwk(RSA, kid="r"), jwk(EC, kid="e", use="sig", alg="ES256"), jwk(ED))
    others = (jwk(OTHER_RSA, kid="enc", use="enc"), {"kty": "LMS"}, jwk(EC_384, kid="e3"))
    (folder / "jwks").write_text(jwks(*keys, *others))
    return folder


def tokens(folder: Path, keys: str | None, **more: Any) -> Tokens:
    file = str(folder / keys) if keys else None
    return Tokens(Settings(jwt_keys=file, **more), lambda: NOW)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA", "HS256"])
@pytest.mark.parametrize("keys", ["pem", "jwks"])
def test_a_good_token_of_each_kind(folder: Path, keys: str, algorithm: str) -> None:
    kid = {"RS256": "r", "ES256": "e"}.get(algorithm) if keys == "jwks" else None
    for headers in ({}, {"kid": kid} if kid else {"kid": "unknown to a PEM file"}):
        given = token(algorithm, headers=headers, roles=["admin"])
        claims = tokens(folder, keys, jwt_secret=SECRET).claims(given)
        assert (claims.sub, claims.roles, claims.iat) == ("omar", ("admin",), NOW - 10)


@pytest.mark.parametrize(
    ("why", "given"),
    [
        ("none", raw({"alg": "none"}, issuer.claims())),
        ("none, written otherwise", raw({"alg": "nOnE", "typ": "JWT"}, issuer.claims())),
        ("no algorithm", raw({}, issuer.claims())),
        # The classic: the public key, which everybody knows, as the secret of an HMAC.
        ("HS256 by the RSA key", raw({"alg": "HS256"}, issuer.claims(), PUBLIC_RSA.encode())),
        ("HS256 by the stripped key", raw({"alg": "HS256"}, issuer.claims(), b"x" * 32)),
        ("RS256 that is an HMAC", raw({"alg": "RS256"}, issuer.claims(), PUBLIC_RSA.encode())),
        ("RS256 by the secret", raw({"alg": "RS256"}, issuer.claims(), SECRET.encode())),
        ("another RSA key", token("RS256", OTHER_RSA)),
        ("another RSA key of a known id", token("RS256", OTHER_RSA, {"kid": "r"})),
        ("a key that is for encryption", token("RS256", OTHER_RSA, {"kid": "enc"})),
        ("RS512", token("RS512", RSA)),
        ("PS256", token("PS256", RSA)),
        ("ES384", token("ES384", EC_384, {"kid": "e3"})),
        ("HS512", token("HS512", SECRET * 2)),
        ("a key that the token brings along", token("RS256", OTHER_RSA, {"jwk": jwk(OTHER_RSA)})),
        ("an address to fetch a key from", token("RS256", OTHER_RSA, {"jku": "http://x/"})),
        ("a key id that is no text", raw({"alg": "HS256", "kid": 1}, issuer.claims(), b"s" * 32)),
        ("an extension that must be known", token(headers={"crit": ["x"], "x": 1})),
        ("no signature", token("ES256").rpartition(".")[0] + "."),
        ("a signature cut short", token("ES256")[:-8]),
        ("a signature of something else", token()[:-43] + token(sub="mei")[-43:]),
        ("two parts", "a.b"),
        ("nothing", ".."),
        ("no base64", "ä.ö.ü"),
        ("a nested header", raw({}, {}).replace("e30", base64.b64encode(b"[" * 3000).decode(), 1)),
    ],
    ids=lambda value: value if " " in value and "." not in value else "token",
)
def test_a_token_that_is_not_signed_by_the_issuer(folder: Path, why: str, given: str) -> None:
    for keys in ("pem", "jwks"):
        for secret in (SECRET, None):
            with pytest.raises(Refused) as raised:
                tokens(folder, keys, jwt_secret=secret).claims(given)
            assert raised.value.refusal.code == "unauthorized", (why, keys)


def test_a_key_id_of_a_set_means_that_key_alone(folder: Path) -> None:
    both = jwks(jwk(RSA, kid="one"), jwk(OTHER_RSA, kid="two"))
    (folder / "two").write_text(both)
    good = tokens(folder, "two")
    assert good.claims(token("RS256", OTHER_RSA, {"kid": "two"})).sub == "omar"
    assert good.claims(token("RS256", OTHER_RSA)).sub == "omar"
    for wrong in ({"kid": "one"}, {"kid": "three"}):
        with pytest.raises(Refused):
            good.claims(token("RS256", OTHER_RSA, wrong))


def test_without_keys_or_secret_their_tokens_are_not_taken(folder: Path) -> None:
    for keys, secret, given in [
        (None, SECRET, token("RS256")),
        ("pem", None, token()),
        (None, None, token()),
    ]:
        with pytest.raises(Refused):
            tokens(folder, keys, jwt_secret=secret).claims(given)


GOOD: list[dict[str, Any]] = [
    {},
    {"exp": NOW - 4},
    {"nbf": NOW + 4},
    {"iat": NOW + 4},
    {"iat": None},
    {"aud": "web", "iss": "house"},
    {"aud": ["other", "app"], "iss": "house"},
    {"exp": NOW + 0.5},
]
BAD: list[dict[str, Any]] = [
    {"exp": NOW - 6},
    {"exp": NOW - 5},
    {"exp": None},
    {"exp": "soon"},
    {"exp": True},
    {"exp": -1},
    {"exp": float("nan")},
    {"exp": float("inf")},
    {"exp": 1e300},
    {"exp": [NOW + 9]},
    {"nbf": NOW + 6},
    {"nbf": float("nan")},
    {"iat": NOW + 6},
    {"iat": "then"},
    {"sub": None},
    {"sub": 7},
    {"roles": "admin"},
    {"roles": [["admin"]]},
    {"groups": "all"},
]
BAD_HERE: list[dict[str, Any]] = [
    {"aud": "other", "iss": "house"},
    {"aud": [], "iss": "house"},
    {"aud": "we", "iss": "house"},
    {"aud": 5, "iss": "house"},
    {"aud": {"web": 1}, "iss": "house"},
    {"iss": "house"},
    {"aud": "web"},
    {"aud": "web", "iss": "House"},
    {"aud": "web", "iss": ["house"]},
]
HERE = {"jwt_secret": SECRET, "jwt_audience": "web, app", "jwt_issuer": "house"}


@pytest.mark.parametrize("more", GOOD, ids=str)
def test_claims_that_are_good_now(folder: Path, more: dict[str, Any]) -> None:
    where = HERE if "aud" in more else {"jwt_secret": SECRET}
    for algorithm in ("HS256", "EdDSA"):
        assert tokens(folder, "pem", **where).claims(token(algorithm, **more)).sub == "omar"


@pytest.mark.parametrize("more", [*BAD, *BAD_HERE], ids=str)
def test_claims_that_are_not(folder: Path, more: dict[str, Any]) -> None:
    where = HERE if more in BAD_HERE else {"jwt_secret": SECRET}
    by_hand = raw({"alg": "HS256"}, issuer.claims(**more), SECRET.encode())
    with pytest.raises(Refused) as raised:
        tokens(folder, "pem", **where).claims(by_hand)
    assert raised.value.refusal.code == "unauthorized"


@pytest.mark.parametrize("payload", [b"[]", b"7", b"{", b"[" * 3000, b"\xff", b"null"])
def test_a_payload_that_is_no_object(payload: bytes) -> None:
    with pytest.raises(Refused):
        tokens(Path(), None, jwt_secret=SECRET).claims(
            raw({"alg": "HS256"}, payload, SECRET.encode())
        )


def test_the_skew_is_a_setting(folder: Path) -> None:
    strict, lax = (tokens(folder, "pem", clock_skew=skew) for skew in (0, 60))
    late = token("ES256", exp=NOW - 30)
    assert lax.claims(late).sub == "omar"
    for given in (late, token("ES256", exp=NOW), token("ES256", nbf=NOW + 1)):
        with pytest.raises(Refused):
            strict.claims(given)


# The file


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", "holds no key"),
        ("ssh-rsa AAAA", "holds no key"),
        ("{", "not a JSON object"),
        ('{"keys": {}}', "an array"),
        ('{"keys": []}', "holds no key"),
        (jwks(jwk(EC_384)), "holds no key"),
        (jwks({"kty": "oct", "k": "c2VjcmV0"}), "secret"),
        (jwks(jwk(RSA, d="x")), "secret"),
        (jwks(jwk(EC, x="!")), "cannot be read"),
        (jwks(jwk(RSA, alg="ES256")), "is for RS256"),
        (jwks(jwk(RSA, kid=5)), "kid is a string"),
        (jwks(jwk(WEAK_RSA)), "1024 bits; at least 2048"),
        (pem(WEAK_RSA), "1024 bits; at least 2048"),
        (pem(RSA) + pem(WEAK_RSA), "1024 bits; at least 2048"),
        (pem(EC_384), "neither RSA"),
        (pem(RSA).replace("PUBLIC", "PRIVATE"), "private key"),
        (pem(RSA).replace("M", "N"), "cannot be read"),
        (pem(*[EC] * 40), "more than 32"),
        ("x" * 300_000, "larger than"),
    ],
    ids=itertools.count(),  # the keys are others in each process
)
def test_a_file_that_cannot_be_used_is_said_at_the_start(
    tmp_path: Path, content: str, text: str
) -> None:
    file = tmp_path / "keys"
    file.write_text(content)
    with pytest.raises(ConfigError, match=text):
        TokenKeys(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        TokenKeys(tmp_path / "missing")


def test_a_changed_file_is_read_again_and_a_broken_one_is_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, now = tmp_path / "keys", [0.0]
    file.write_text(pem(RSA))
    keys = TokenKeys(file, lambda: now[0])

    def write(text: str) -> None:
        other = tmp_path / "new"
        other.write_text(text)
        os.replace(other, file)

    def known() -> list[str]:
        return [algorithm for algorithm in issuer.SIGNING if keys.matching(algorithm, None)]

    write(pem(EC))
    now[0] = 1.0
    assert known() == ["RS256"]  # it was looked at a moment ago
    now[0] = 2.0
    assert known() == ["ES256"]
    for broken in ("-----BEGIN PUBLIC KEY-----\nsecretish\n-----END PUBLIC KEY-----", ""):
        write(broken)
        now[0] += 2.0
        assert known() == ["ES256"]
        now[0] += 2.0
        assert known() == ["ES256"]
    file.unlink()
    now[0] += 2.0
    assert known() == ["ES256"]
    told = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    assert len(told) == 3  # once for each state of the file
    assert "secretish" not in "".join(told)
    write(pem(ED))
    now[0] += 2.0
    assert known() == ["EdDSA"]
