"""Web push: a message to a browser, encrypted for it alone (RFC 8030, RFC 8291)."""

import hashlib
import time
from collections.abc import Callable
from typing import Literal

import http_ece  # type: ignore[import-untyped]
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from .addresses import read_url
from .outcomes import Rejected, judge
from .posting import Poster
from .vapid import (
    POINT_BYTES,
    VapidKeys,
    authorization,
    base64url,
    checked_subject,
    unbase64url,
)

Urgency = Literal["very-low", "low", "normal", "high"]
"""RFC 8030, section 5.3: which pushes a device with little power still wakes up for."""

PAYLOAD_BYTES = 3993
"""Of plain text: what is left of 4096 bytes after header, delimiter and tag (RFC 8291, 4)."""

RECORD_BYTES = 4096
AUTH_BYTES = 16
GONE = frozenset({404, 410})
"""How a push service says that a subscription has ended (RFC 8030, section 7.3)."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """Where one browser is reached, as its ``PushSubscription`` says it.

    ``p256dh`` is its public key and ``auth`` its secret, both base64url. Raises ``ValueError``
    (``msgspec.ValidationError`` when decoded) if they cannot be what they should be. Whether the
    endpoint may be asked is for ``Addresses`` to say.
    """

    endpoint: str
    p256dh: str
    auth: str

    def __post_init__(self) -> None:
        read_url(self.endpoint)
        self.point()
        self.secret()

    def __repr__(self) -> str:
        return f"Subscription(endpoint={self.endpoint!r})"

    def point(self) -> bytes:
        """The browser's public key; a point of the curve."""
        try:
            data = unbase64url(self.p256dh, POINT_BYTES)
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
        except ValueError as error:
            raise ValueError(f"p256dh is not a key: {error}") from None
        return data

    def secret(self) -> bytes:
        """The secret that browser and server share."""
        try:
            return unbase64url(self.auth, AUTH_BYTES)
        except ValueError as error:
            raise ValueError(f"auth is not a secret: {error}") from None


class WebPush:
    """Sends pushes in the name of one key pair; ``subject`` as in ``checked_subject``."""

    def __init__(
        self,
        poster: Poster,
        keys: VapidKeys,
        subject: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._poster = poster
        self._keys = keys
        self._subject = checked_subject(subject)
        self._clock = clock

    async def send(
        self,
        subscription: Subscription,
        payload: bytes,
        *,
        ttl: int,
        urgency: Urgency = "normal",
        topic: str | None = None,
    ) -> None:
        """Hand ``payload`` to the push service, which keeps it for ``ttl`` seconds.

        A push not yet delivered is replaced by a later one with the same ``topic``, which is an
        id of any form. Raises ``Gone``, ``Later`` or ``Rejected``.
        """
        if len(payload) > PAYLOAD_BYTES:
            raise Rejected(f"{len(payload)} bytes where a push holds {PAYLOAD_BYTES}")
        headers = {
            "Authorization": authorization(
                self._keys, subscription.endpoint, self._subject, self._clock()
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(ttl),
            "Urgency": urgency,
        }
        if topic is not None:
            headers["Topic"] = topic_of(topic)
        body = encrypted(subscription, payload)
        answer = await self._poster.post(subscription.endpoint, headers=headers, body=body)
        judge(answer.status, answer.text, answer.retry_after, GONE)


def encrypted(subscription: Subscription, payload: bytes) -> bytes:
    """The body of a push: readable to that browser only. Differs each time (RFC 8291)."""
    body: bytes = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=subscription.point(),
        auth_secret=subscription.secret(),
        rs=RECORD_BYTES,
        version="aes128gcm",
    )
    return body


def topic_of(name: str) -> str:
    """32 characters of base64url that stand for an id (RFC 8030, section 5.4)."""
    return base64url(hashlib.sha256(name.encode()).digest())[:32]
