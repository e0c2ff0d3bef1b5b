"""Pushes over a real connection, read by a receiver that has the browser's keys."""

import secrets
from collections.abc import AsyncIterator

import http_ece  # type: ignore[import-untyped]
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.outcomes import AddressRefused, Gone, Later, Rejected
from lockstep_server.outside.posting import Poster
from lockstep_server.outside.vapid import base64url, make_keys, public_point
from lockstep_server.outside.webpush import PAYLOAD_BYTES, Subscription, WebPush, topic_of

from .receiver import Came, Receiver, nobody_listens, receiving
from .test_vapid import claims

NOW = 1_700_000_000.0
KEYS = make_keys()


class Browser:
    """The keys of a browser, and what it reads with them."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = secrets.token_bytes(16)

    def subscription(self, endpoint: str) -> Subscription:
        """As the browser would tell it."""
        return Subscription(
            endpoint=endpoint, p256dh=public_point(self.key), auth=base64url(self.auth)
        )

    def read(self, came: Came) -> bytes:
        """The plain text of a push."""
        plain: bytes = http_ece.decrypt(
            came.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return plain


BROWSER = Browser()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A push service."""
    async with receiving() as service:
        yield service


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    """A poster that may ask this machine."""
    poster = Poster(Addresses(("127.0.0.1",)), clock=lambda: NOW)
    yield poster
    await poster.close()


@pytest.fixture
def push(poster: Poster) -> WebPush:
    """The sender."""
    return WebPush(poster, KEYS, "mailto:ops@example.com", clock=lambda: NOW)


async def test_the_browser_alone_reads_what_the_signed_push_says(
    push: WebPush, receiver: Receiver
) -> None:
    subscription = BROWSER.subscription(receiver.url(path="/send/abc"))
    await push.send(subscription, b'{"title":"New"}', ttl=60, urgency="high", topic="e:1/omar")
    (came,) = receiver.came
    assert BROWSER.read(came) == b'{"title":"New"}'
    assert b"New" not in came.body
    with pytest.raises(http_ece.ECEException):
        Browser().read(came)
    assert (came.method, came.target) == ("POST", "/send/abc")
    told = claims(came.headers["authorization"])
    assert told["aud"] == receiver.url(path="")
    assert NOW < told["exp"] <= NOW + 86_400
    assert came.headers["authorization"].endswith(f"k={KEYS.public}")
    named = ("ttl", "urgency", "topic", "content-encoding", "content-type")
    assert {name: came.headers[name] for name in named} == {
        "ttl": "60",
        "urgency": "high",
        "topic": topic_of("e:1/omar"),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
    }


async def test_each_push_is_encrypted_anew(push: WebPush, receiver: Receiver) -> None:
    subscription = BROWSER.subscription(receiver.url())
    for _ in range(2):
        await push.send(subscription, b"same", ttl=0)
    first, second = receiver.came
    assert BROWSER.read(first) == BROWSER.read(second) == b"same"
    # Salt and sender's key: neither may serve twice.
    assert first.body[:16] != second.body[:16]
    assert first.body[21:86] != second.body[21:86]
    assert "topic" not in first.headers


async def test_the_largest_payload_is_one_record_of_4096_bytes(
    push: WebPush, receiver: Receiver
) -> None:
    subscription = BROWSER.subscription(receiver.url())
    await push.send(subscription, b"x" * PAYLOAD_BYTES, ttl=0)
    assert len(receiver.came[0].body) == 4096
    assert BROWSER.read(receiver.came[0]) == b"x" * PAYLOAD_BYTES
    with pytest.raises(Rejected, match="3994 bytes"):
        await push.send(subscription, b"x" * (PAYLOAD_BYTES + 1), ttl=0)
    assert len(receiver.came) == 1


def test_a_topic_is_of_the_form_that_push_services_take() -> None:
    assert len(topic_of("a")) == 32
    assert topic_of("a") == topic_of("a") != topic_of("b")
    assert set(topic_of("a")) <= set(base64url(bytes(range(256))))


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_accepted(push: WebPush, receiver: Receiver, status: int) -> None:
    receiver.status = status
    await push.send(BROWSER.subscription(receiver.url()), b"x", ttl=0)
    assert len(receiver.came) == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_ended(push: WebPush, receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(Gone, match=str(status)):
        await push.send(BROWSER.subscription(receiver.url()), b"x", ttl=0)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60.0),
        ("Tue, 14 Nov 2023 22:14:20 -0000", 60.0),
        ("Tue, 14 Nov 2000 22:14:20 GMT", 0.0),
        ("9" * 400, 86_400.0),
        ("-1", None),
        ("soon", None),
        (None, None),
    ],
)
async def test_a_service_that_asks_for_patience(
    push: WebPush, receiver: Receiver, status: int, header: str | None, seconds: float | None
) -> None:
    receiver.status = status
    receiver.headers = {} if header is None else {"Retry-After": header}
    with pytest.raises(Later, match=str(status)) as caught:
        await push.send(BROWSER.subscription(receiver.url()), b"x", ttl=0)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("status", [400, 401, 403, 413])
async def test_a_push_that_no_repetition_helps(
    push: WebPush, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    receiver.body = b"first line\r\nsecond \x1b[31m" + b"a" * 100_000
    with pytest.raises(Rejected) as caught:
        await push.send(BROWSER.subscription(receiver.url()), b"x", ttl=0)
    text = str(caught.value)
    assert text.startswith(f"{status}: first line second [31maaa")
    assert len(text) == len(f"{status}: ") + 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(push: WebPush, receiver: Receiver, status: int) -> None:
    receiver.status = status
    async with receiving() as other:
        receiver.headers = {"Location": other.url()}
        with pytest.raises(Rejected, match=str(status)):
            await push.send(BROWSER.subscription(receiver.url()), b"x", ttl=0)
        assert other.came == []
    assert len(receiver.came) == 1


async def test_a_service_that_is_away(push: WebPush) -> None:
    with nobody_listens() as port, pytest.raises(Later, match="no answer") as caught:
        await push.send(BROWSER.subscription(f"http://127.0.0.1:{port}/"), b"x", ttl=0)
    assert caught.value.retry_after is None


async def test_a_service_that_hangs(receiver: Receiver) -> None:
    receiver.hangs = True
    poster = Poster(Addresses(("127.0.0.1",)), whole_seconds=0.05)
    push = WebPush(poster, KEYS, "mailto:ops@example.com")
    with pytest.raises(Later, match="in time"):
        await push.send(BROWSER.subscription(receiver.url()), b"x", ttl=0)
    await poster.close()


async def test_an_endpoint_inside_the_house_is_not_asked(receiver: Receiver) -> None:
    poster = Poster(Addresses())
    push = WebPush(poster, KEYS, "mailto:ops@example.com")
    for host in ("127.0.0.1", "localhost"):
        for scheme in ("http", "https"):
            endpoint = f"{scheme}://{host}:{receiver.port}/"
            with pytest.raises(AddressRefused):
                await push.send(BROWSER.subscription(endpoint), b"x", ttl=0)
    await poster.close()
    assert receiver.connections == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://"},
        {"endpoint": "https://[bad/"},
        {"endpoint": "https://user@a.example/"},
        {"endpoint": "https://a.example/" + "x" * 2048},
        {"p256dh": ""},
        {"p256dh": "A" * 87},
        {"p256dh": "*" * 87},
        {"p256dh": base64url(bytes(64))},
        {"auth": base64url(bytes(15))},
        {"auth": "A" * 21},
        {"auth": "A" * 21 + "ä"},
    ],
    ids=str,
)
def test_a_subscription_that_cannot_be_one(changes: dict[str, str]) -> None:
    good = msgspec.to_builtins(BROWSER.subscription("https://push.example/abc"))
    assert msgspec.convert(good, Subscription) == BROWSER.subscription(good["endpoint"])
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(good | changes, Subscription)


def test_a_subscription_keeps_its_keys_out_of_logs() -> None:
    subscription = BROWSER.subscription("https://push.example/abc")
    assert subscription.auth not in repr(subscription)
