"""Who a push comes from: the server's key pair and its signed word (VAPID, RFC 8292)."""

import base64
import binascii
import re
from urllib.parse import urlsplit

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VALID_SECONDS = 12 * 3600
"""How long a signed word holds; RFC 8292, section 2 allows a day, and clocks differ."""

POINT_BYTES = 65
"""An uncompressed point of P-256: 04, x, y (SEC 1, section 2.3.3)."""

_SECRET_BYTES = 32
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


class VapidKeys(msgspec.Struct, frozen=True, kw_only=True):
    """A P-256 key pair in base64url: ``private`` the number, ``public`` the uncompressed point.

    ``public`` is what a browser wants as ``applicationServerKey``. Subscriptions are bound to it,
    so a lost pair loses them all. Raises ``ValueError`` when the two do not belong together.
    """

    private: str
    public: str

    def __post_init__(self) -> None:
        if public_point(self.signer()) != self.public:
            raise ValueError("the public key does not belong to the private one")

    def __repr__(self) -> str:
        return f"VapidKeys(public={self.public!r})"

    def signer(self) -> ec.EllipticCurvePrivateKey:
        """The private key, to sign with."""
        secret = unbase64url(self.private, _SECRET_BYTES)
        return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())

    def to_json(self) -> bytes:
        """For keeping; it holds the private key."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, data: bytes) -> "VapidKeys":
        """The inverse of ``to_json``. Raises ``msgspec.ValidationError``."""
        return msgspec.json.decode(data, type=cls)


def make_keys() -> VapidKeys:
    """A new pair."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_numbers().private_value.to_bytes(_SECRET_BYTES, "big")
    return VapidKeys(private=base64url(secret), public=public_point(key))


def authorization(keys: VapidKeys, endpoint: str, subject: str, now: float) -> str:
    """The ``Authorization`` header of a push to ``endpoint`` at ``now`` (Unix seconds).

    ``subject`` is where the push service reaches the operator, see ``checked_subject``.
    """
    url = httpx.URL(endpoint)
    claims = {
        "aud": f"{url.scheme}://{url.netloc.decode('ascii')}",
        "exp": int(now) + VALID_SECONDS,
        "sub": subject,
    }
    return f"vapid t={jwt.encode(claims, keys.signer(), algorithm='ES256')}, k={keys.public}"


def checked_subject(subject: str) -> str:
    """``subject`` if it is a ``mailto:`` or ``https:`` URL (RFC 8292, section 2.1).

    Raises ``ValueError``.
    """
    parts = urlsplit(subject)
    if not (parts.scheme == "mailto" and "@" in parts.path) and not (
        parts.scheme == "https" and parts.hostname
    ):
        raise ValueError(f"a contact is mailto:someone@somewhere or https://..., not {subject!r}")
    return subject


def public_point(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half of a key as base64url of the uncompressed point."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64url(point)


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unbase64url(text: str, length: int) -> bytes:
    """Exactly ``length`` bytes from base64url, with or without padding. Raises ``ValueError``."""
    bare = text.rstrip("=")
    if not _BASE64URL.fullmatch(bare):
        raise ValueError("not base64url")
    try:
        data = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise ValueError(f"not base64url: {error}") from None
    if len(data) != length:
        raise ValueError(f"{len(data)} bytes where {length} belong")
    return data
