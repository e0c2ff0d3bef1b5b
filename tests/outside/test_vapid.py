"""The server's key pair and its signed word."""

from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lockstep_server.outside.vapid import (
    VapidKeys,
    authorization,
    checked_subject,
    make_keys,
    unbase64url,
)

NOW = 1_700_000_000.9


def claims(header: str) -> dict[str, Any]:
    """What the header says, after its signature was checked with the key it names."""
    scheme, _, rest = header.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert set(parts) == {"t", "k"}
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(parts["k"], 65))
    told: dict[str, Any] = jwt.decode(
        parts["t"],
        key,
        algorithms=["ES256"],
        options={"verify_aud": False, "verify_exp": False, "require": ["aud", "exp", "sub"]},
    )
    return told


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("https://push.example/send/abc?x=1", "https://push.example"),
        ("https://push.example:443/", "https://push.example"),
        ("https://PUSH.example:8443/", "https://push.example:8443"),
        ("http://[::1]:81/", "http://[::1]:81"),
    ],
)
def test_the_word_is_for_the_origin_of_the_endpoint(endpoint: str, origin: str) -> None:
    told = claims(authorization(make_keys(), endpoint, "mailto:ops@example.com", NOW))
    assert told == {"aud": origin, "exp": told["exp"], "sub": "mailto:ops@example.com"}
    assert NOW < told["exp"] <= NOW + 24 * 3600


def test_keys_are_kept_and_read_again() -> None:
    keys = make_keys()
    assert VapidKeys.from_json(keys.to_json()) == keys
    assert make_keys() != keys
    assert unbase64url(keys.public, 65)[0] == 4
    assert keys.private not in repr(keys)


@pytest.mark.parametrize(
    "changes",
    [
        {"public": make_keys().public},
        {"private": ""},
        {"private": "A" * 43},
        {"private": "not base64url" + "A" * 30},
        {"private": "A" * 41},
    ],
)
def test_keys_that_are_none_are_refused(changes: dict[str, str]) -> None:
    kept = msgspec.json.decode(make_keys().to_json(), type=dict[str, str])
    with pytest.raises(msgspec.ValidationError):
        VapidKeys.from_json(msgspec.json.encode(kept | changes))


def test_who_answers_for_the_server_can_be_reached() -> None:
    for good in ("mailto:ops@example.com", "https://example.com/contact"):
        assert checked_subject(good) == good
    for bad in ("ops@example.com", "mailto:", "http://example.com", "https://", ""):
        with pytest.raises(ValueError, match="contact"):
            checked_subject(bad)
