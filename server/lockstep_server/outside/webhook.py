"""Webhooks: a signed POST to another server, by the rules of Standard Webhooks."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import standardwebhooks

from .outcomes import judge
from .posting import Poster

PREFIX = "whsec_"
SECRET_BYTES = range(24, 65)
"""How long a secret is, by the specification."""
GONE = frozenset({410})

_ID = re.compile(r"[!-~]{1,255}")


class _Told(msgspec.Struct, frozen=True):
    """The body of a webhook."""

    type: str
    timestamp: str
    data: Any


class Webhook:
    """Tells one receiver. ``secret`` is ``whsec_`` and the base64 of 24 to 64 bytes.

    Raises ``ValueError`` for another secret.
    """

    def __init__(
        self, poster: Poster, url: str, secret: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._poster = poster
        self._url = url
        self._signer = _signer(secret)
        self._clock = clock

    async def send(self, id: str, type: str, data: Any, *, timestamp: float) -> None:
        """Tell that ``type`` happened at ``timestamp`` (Unix seconds), with ``data`` as JSON.

        ``id`` is the effect's, the same in every repeat, by which the receiver knows a repeat.
        Raises ``Gone``, ``Later`` or ``Rejected``.
        """
        if not _ID.fullmatch(id):
            raise ValueError(f"not an id: {id!r}")
        happened = datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="milliseconds")
        told = _Told(type, happened.replace("+00:00", "Z"), data)
        body = msgspec.json.encode(told)
        # The header's time is the attempt's: a receiver refuses what is minutes old.
        now = datetime.fromtimestamp(int(self._clock()), UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(id, now, body.decode()),
        }
        answer = await self._poster.post(self._url, headers=headers, body=body)
        judge(answer.status, answer.text, answer.retry_after, GONE)


def _signer(secret: str) -> standardwebhooks.Webhook:
    bare = secret.removeprefix(PREFIX)
    # The library's decoder skips what it cannot read, so a wrong secret would sign as well.
    if secret == bare or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", bare):
        raise ValueError(f"a webhook's secret is {PREFIX} and base64")
    if len(bare.rstrip("=")) * 3 // 4 not in SECRET_BYTES:
        raise ValueError("a webhook's secret has 24 to 64 bytes")
    return standardwebhooks.Webhook(secret)
