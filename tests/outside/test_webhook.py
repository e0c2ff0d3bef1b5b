"""Webhooks over a real connection, verified as a receiver would."""

import base64
from collections.abc import AsyncIterator

import pytest
import standardwebhooks

from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.outcomes import AddressRefused, Gone, Later, Rejected
from lockstep_server.outside.posting import Poster
from lockstep_server.outside.webhook import Webhook

from .receiver import Receiver, nobody_listens, receiving

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"t" * 32).decode()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Another server."""
    async with receiving() as server:
        yield server


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    """A poster that may ask this machine."""
    poster = Poster(Addresses(("127.0.0.1",)))
    yield poster
    await poster.close()


async def test_the_receiver_verifies_what_it_is_told(poster: Poster, receiver: Receiver) -> None:
    hook = Webhook(poster, receiver.url(), SECRET)
    await hook.send("e-1", "entry.notified", {"who": "Ömar"}, timestamp=1_700_000_000.25)
    (came,) = receiver.came
    assert standardwebhooks.Webhook(SECRET).verify(came.body, came.headers) == {
        "type": "entry.notified",
        "timestamp": "2023-11-14T22:13:20.250Z",
        "data": {"who": "Ömar"},
    }
    assert came.headers["content-type"] == "application/json"
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(OTHER).verify(came.body, came.headers)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(SECRET).verify(came.body + b" ", came.headers)


async def test_a_repeat_has_the_same_id_and_body_and_the_time_of_its_own_attempt(
    poster: Poster, receiver: Receiver
) -> None:
    times = iter([1_700_000_000.9, 1_700_000_060.0])
    hook = Webhook(poster, receiver.url(), SECRET, clock=lambda: next(times))
    receiver.status = 500
    with pytest.raises(Later):
        await hook.send("e-1", "entry.notified", {}, timestamp=1_700_000_000.0)
    receiver.status = 204
    await hook.send("e-1", "entry.notified", {}, timestamp=1_700_000_000.0)
    first, second = receiver.came
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "e-1"
    assert first.body == second.body
    assert [came.headers["webhook-timestamp"] for came in receiver.came] == [
        "1700000000",
        "1700000060",
    ]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (410, Gone),
        (429, Later),
        (500, Later),
        (502, Later),
        (400, Rejected),
        (404, Rejected),
        (302, Rejected),
    ],
)
async def test_what_an_answer_means(
    poster: Poster, receiver: Receiver, status: int, outcome: type[Exception]
) -> None:
    receiver.status = status
    receiver.headers = {"Retry-After": "7", "Location": "http://127.0.0.1/"}
    with pytest.raises(outcome, match=str(status)) as caught:
        await Webhook(poster, receiver.url(), SECRET).send("e-1", "t", None, timestamp=0.0)
    assert caught.type is outcome
    assert getattr(caught.value, "retry_after", 7.0) == 7.0
    assert len(receiver.came) == 1


async def test_a_receiver_that_is_away(poster: Poster) -> None:
    with nobody_listens() as port:
        hook = Webhook(poster, f"http://127.0.0.1:{port}/", SECRET)
        with pytest.raises(Later, match="no answer"):
            await hook.send("e-1", "t", {}, timestamp=0.0)


async def test_a_receiver_inside_the_house_is_not_told(poster: Poster) -> None:
    with pytest.raises(AddressRefused):
        await Webhook(poster, "https://10.0.0.1/", SECRET).send("e-1", "t", {}, timestamp=0.0)


async def test_an_id_that_would_be_no_header_is_refused(poster: Poster) -> None:
    hook = Webhook(poster, "https://hooks.example/", SECRET)
    for id in ("", "a b", "a\r\nX: y", "ä", "a" * 256):
        with pytest.raises(ValueError, match="not an id"):
            await hook.send(id, "t", {}, timestamp=0.0)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        SECRET.removeprefix("whsec_"),
        "whsec_" + base64.b64encode(b"s" * 23).decode(),
        "whsec_" + base64.b64encode(b"s" * 65).decode(),
        "whsec_" + "*" * 44,
        "whsec_" + "A" * 33,
    ],
)
def test_a_secret_that_is_none(poster: Poster, secret: str) -> None:
    with pytest.raises(ValueError):
        Webhook(poster, "https://hooks.example/", secret)


async def test_the_shortest_and_the_longest_secret(poster: Poster, receiver: Receiver) -> None:
    for length in (24, 64):
        secret = "whsec_" + base64.b64encode(bytes(length)).decode()
        await Webhook(poster, receiver.url(), secret).send("e-1", "t", {}, timestamp=0.0)
        came = receiver.came.pop()
        assert standardwebhooks.Webhook(secret).verify(came.body, came.headers)["type"] == "t"
