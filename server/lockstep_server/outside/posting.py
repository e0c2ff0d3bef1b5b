"""The one way by which an HTTP request leaves the house: a POST to a checked address.

It stands on ``httpcore`` and not on an ``httpx`` client, since what a client adds is what must
not be here: cookies kept from one receiver to the next, proxies from the environment, bodies
unpacked to any size, redirects.
"""

import asyncio
import email.utils
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC

import httpcore
import httpx
import msgspec

from .addresses import Addresses, CheckedBackend
from .outcomes import LONGEST_WAIT, Later, Rejected

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0
BODY_BYTES = 64 * 1024
"""What is read of an answer; the rest is left with the sender."""

CONNECTIONS = 50
"""Open at the same time, to all receivers together."""
IDLE_SECONDS = 30.0


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver said: ``text`` is the start of its body, ``retry_after`` seconds."""

    status: int
    text: str
    retry_after: float | None


class Poster:
    """Posts bodies over HTTP/1.1 with connections kept between requests; ``close`` ends them.

    ``tls`` is what certificates are checked with, by default the usual authorities or those in
    ``SSL_CERT_FILE``. ``connect_seconds`` bounds reaching an address, ``whole_seconds`` all of
    one request.
    """

    def __init__(
        self,
        addresses: Addresses,
        *,
        tls: ssl.SSLContext | None = None,
        connect_seconds: float = CONNECT_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._addresses = addresses
        self._connect = connect_seconds
        self._whole = whole_seconds
        self._clock = clock
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls if tls is not None else httpx.create_ssl_context(),
            max_connections=CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=CheckedBackend(addresses),
        )

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post ``body`` and wait for the answer, whatever its status.

        Raises ``AddressRefused`` for an address that may not be asked, ``Rejected`` for headers
        that cannot be sent, and ``Later`` if no answer came.
        """
        read = self._addresses.check(url)
        try:
            async with asyncio.timeout(self._whole):
                return await self._exchange(read, headers, body)
        except (httpcore.TimeoutException, TimeoutError) as error:
            raise Later(f"no answer in time ({type(error).__name__})") from error
        except (httpcore.LocalProtocolError, UnicodeError) as error:
            raise Rejected(f"cannot be sent: {error}") from error
        except (httpcore.NetworkError, httpcore.RemoteProtocolError, OSError) as error:
            raise Later(f"no answer: {type(error).__name__}: {error}") from error

    async def _exchange(self, url: httpx.URL, headers: Mapping[str, str], body: bytes) -> Answer:
        sent = [
            (b"Host", url.netloc),
            (b"Content-Length", str(len(body)).encode()),
            (b"User-Agent", b"lockstep"),
            *((name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()),
        ]
        # The parts go over as httpx read them: two readers of one URL are two opinions of it.
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        timeouts = {"connect": self._connect}
        async with self._pool.stream(
            "POST", target, headers=sent, content=body, extensions={"timeout": timeouts}
        ) as response:
            got = bytearray()
            async for part in response.aiter_stream():
                got += part
                if len(got) >= BODY_BYTES:
                    break
            told = dict(reversed([(name.lower(), value) for name, value in response.headers]))
        return Answer(
            status=response.status,
            text=got[:BODY_BYTES].decode("utf-8", "replace"),
            retry_after=retry_after(told.get(b"retry-after"), self._clock()),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


def retry_after(value: bytes | None, now: float) -> float | None:
    """Seconds from a ``Retry-After`` (RFC 9110, section 10.2.3), None if it cannot be read."""
    text = (value or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_WAIT)
    try:
        date = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date without a zone is not one of HTTP's, but can only have meant its zone.
    seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    return min(max(seconds, 0.0), LONGEST_WAIT)
