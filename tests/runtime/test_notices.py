"""Notifications on their way out: to browsers, by e-mail, to the webhook; each over a socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks

from lockstep_protocol.pushes import Notify
from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.mail import Mail
from lockstep_server.outside.posting import Poster
from lockstep_server.outside.webhook import Webhook
from lockstep_server.runtime.notices import PUSH_BYTES, fitting
from lockstep_server.runtime.outlets import Outlets
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.runtime.subscriptions import SUBSCRIPTIONS_PER_USER
from lockstep_server.store.effects import EffectWrite
from tests.outside.receiver import Receiver, receiving
from tests.outside.test_mail import Post, post_office
from tests.outside.test_webpush import Browser
from tests.runtime.house import House, eventually

SECRET = "whsec_" + "c2VjcmV0" * 4


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as service:
        yield service


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office(Post()) as post:
        yield post


class Open:
    """Opens houses whose notifications may leave."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.house: House | None = None

    async def __call__(self, **ways: Any) -> House:
        addresses = Addresses(("127.0.0.1",))
        poster = Poster(addresses)
        house = House(self.path)
        if "url" in ways:
            ways["webhook"] = Webhook(poster, ways.pop("url"), SECRET)
        outlets = Outlets(
            addresses=addresses,
            poster=poster,
            contact="mailto:ops@example.org",
            page="https://inbox.example.org/",
            **ways,
        )
        house.runtime = Runtime(house.disk, clock=lambda: house.now, outlets=outlets)
        await house.furnish()
        self.house = house
        return house


@pytest.fixture
async def open_house(tmp_path: Path) -> AsyncIterator[Open]:
    opening = Open(tmp_path / "a.db")
    yield opening
    assert opening.house is not None
    await opening.house.close()


async def subscribe(house: House, user: str, browser: Browser, endpoint: str) -> None:
    told = browser.subscription(endpoint)
    keys = {"p256dh": told.p256dh, "auth": told.auth}
    await house.runtime.subscriptions.register(user, {"endpoint": endpoint, "keys": keys})


async def idle(house: House) -> None:
    await eventually(lambda: not len(house.runtime._world.effects))


async def test_a_browser_is_pushed_what_only_it_can_read(
    open_house: Open, receiver: Receiver
) -> None:
    house, browser = await open_house(), Browser()
    await subscribe(house, "bob", browser, receiver.url())
    entry = await house.start()
    await idle(house)
    [came] = receiver.came
    assert json.loads(browser.read(came)) == {
        "entry": entry,
        "title": "Call of Dana",
        "body": "A call of Dana",
        "url": None,
    }


async def test_who_looks_at_the_entry_gets_no_push(open_house: Open, receiver: Receiver) -> None:
    house = await open_house()
    await subscribe(house, "bob", Browser(), receiver.url())
    window = house.window("bob")
    entry = await house.start()
    await idle(house)
    assert len(receiver.came) == 1
    house.runtime.hub.look(window, entry)
    await notify_again(house, entry, "while looking")
    assert len(receiver.came) == 1
    assert [each.body for each in window.heard if isinstance(each, Notify)][-1] == "while looking"
    house.runtime.hub.look(window, None)
    await notify_again(house, entry, "while away")
    assert len(receiver.came) == 2


async def notify_again(house: House, entry: str, body: str) -> None:
    told = {"users": ["bob"], "title": "T", "body": body, "entry": entry}
    effect = EffectWrite(body, entry, "notify", json.dumps(told).encode(), "notify")
    await house.disk.commit([house.change(effect)])
    house.runtime._world.effects.add((effect,))
    await idle(house)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(
    open_house: Open, receiver: Receiver, status: int
) -> None:
    house = await open_house()
    await subscribe(house, "bob", Browser(), receiver.url())
    receiver.status = status
    await house.start()
    await idle(house)
    assert house.runtime.subscriptions.of("bob") == []
    assert await house.runtime.admin.incidents(None, None, 10) == ([], None)
    await house.start()
    await idle(house)
    assert len(receiver.came) == 1


async def test_a_service_that_is_busy_is_asked_again_and_the_others_are_not(
    open_house: Open, receiver: Receiver
) -> None:
    house, good = await open_house(), Browser()
    async with receiving() as other:
        await subscribe(house, "bob", Browser(), receiver.url())
        await subscribe(house, "cid", good, other.url())
        receiver.status, receiver.headers = 503, {"retry-after": "120"}
        await house.start()
        await eventually(lambda: house.runtime._world.effects._later and other.came)
        assert house.runtime._world.effects._later[0][0] == pytest.approx(house.now + 120, abs=2)
        receiver.status = 201
        house.now += 130
        house.runtime._world.effects.take_due()
        await idle(house)
        assert (len(receiver.came), len(other.came)) == (2, 1)


async def test_a_push_that_is_refused_leaves_an_incident(
    open_house: Open, receiver: Receiver
) -> None:
    house = await open_house()
    await subscribe(house, "bob", Browser(), receiver.url())
    receiver.status, receiver.body = 403, b"wrong key"
    await house.start()
    await idle(house)
    [incident], _ = await house.runtime.admin.incidents(None, None, 10)
    assert "wrong key" in incident.text


async def test_an_e_mail_goes_to_who_has_no_session(open_house: Open, post: Post) -> None:
    mail = Mail("127.0.0.1", post.port, sender="lockstep@example.org", tls="none")
    house = await open_house(mail=mail)
    for user in ("ann", "bob"):
        body = {"name": user, "groups": ["team"], "email": f"{user}@example.org"}
        await house.runtime.admin.put_user(user, body, "sam")
    house.window("ann")
    entry = await house.start()
    await idle(house)
    letter = post.letter()
    assert (letter["to"], letter["subject"]) == ("bob@example.org", "Call of Dana")
    assert f"https://inbox.example.org/#entry={entry}" in post.text()


async def test_the_webhook_is_signed_and_has_the_effects_id(
    open_house: Open, receiver: Receiver
) -> None:
    house = await open_house(url=receiver.url())
    entry = await house.start()
    await idle(house)
    [came] = receiver.came
    told = standardwebhooks.Webhook(SECRET).verify(came.body.decode(), came.headers)
    assert told["type"] == "notify"
    assert told["data"]["entry"] == entry
    assert told["data"]["users"] == ["ann", "bob", "cid"]
    assert ":" in came.headers["webhook-id"]


async def test_a_user_has_a_bounded_number_of_browsers(
    open_house: Open, receiver: Receiver
) -> None:
    house = await open_house()
    for number in range(SUBSCRIPTIONS_PER_USER + 2):
        await subscribe(house, "bob", Browser(), receiver.url(path=f"/{number}"))
    kept = house.runtime.subscriptions.of("bob")
    assert kept[0].subscription.endpoint == receiver.url(path="/2")
    assert len(kept) == SUBSCRIPTIONS_PER_USER


async def test_two_who_ask_for_the_first_keys_at_once_get_the_same(open_house: Open) -> None:
    house = await open_house()
    house.disk.open_gate.clear()
    asking = [asyncio.create_task(house.runtime.subscriptions.keys())]
    # The first is on its way to the disk, or will be with the others: both must do.
    for _ in range(3):
        await asyncio.sleep(0)
    asking += [asyncio.create_task(house.runtime.subscriptions.keys()) for _ in range(3)]
    house.disk.open_gate.set()
    known = {keys.public for keys in await asyncio.gather(*asking)}
    assert known == {(await house.runtime.subscriptions.keys()).public}


async def test_keys_and_browsers_survive_a_restart(open_house: Open, receiver: Receiver) -> None:
    house = await open_house()
    keys = await house.runtime.subscriptions.keys()
    await subscribe(house, "bob", Browser(), receiver.url())
    await house.close()
    again = House(house.path)
    await again.runtime.open()
    assert await again.runtime.subscriptions.keys() == keys
    assert len(again.runtime.subscriptions.of("bob")) == 1
    open_house.house = again


async def test_what_waits_for_one_user_is_not_pushed_to_the_next_at_that_browser(
    open_house: Open, receiver: Receiver
) -> None:
    house, browser = await open_house(), Browser()
    await subscribe(house, "bob", browser, receiver.url())
    receiver.status = 503
    await house.start()
    await eventually(lambda: house.runtime._world.effects._later)
    # Bob signs out, and Cid signs in at the same machine.
    await subscribe(house, "cid", browser, receiver.url())
    receiver.status = 201
    house.now += 60
    house.runtime._world.effects.take_due()
    await idle(house)
    assert len(receiver.came) == 1


async def test_the_oldest_browser_is_known_after_a_restart(
    open_house: Open, receiver: Receiver
) -> None:
    house = await open_house()
    paths = [f"/{number}" for number in range(6)]
    for path in paths:
        house.now += 1
        await subscribe(house, "bob", Browser(), receiver.url(path=path))
    await house.close()
    again = House(house.path)
    await again.runtime.open()
    open_house.house = again
    kept = [each.subscription.endpoint for each in again.runtime.subscriptions.of("bob")]
    assert kept == [receiver.url(path=path) for path in paths]


def test_a_link_is_whole_where_the_inbox_is_known() -> None:
    outlets = Outlets(page="https://inbox.example.org/")
    assert outlets.link("e 1") == "https://inbox.example.org/#entry=e%201"
    assert outlets.link("e", "/reports?x=1") == "https://inbox.example.org/reports?x=1"
    assert outlets.link("e", "https://other.example") == "https://other.example"
    assert Outlets().link("e", "/reports") == ""


def test_a_long_text_is_cut_so_that_every_service_takes_it() -> None:
    payload = fitting({"entry": "e", "title": "T", "body": "\x01é" * 4000, "url": None})
    assert len(payload) <= PUSH_BYTES
    assert json.loads(payload)["body"].startswith("\x01é")
