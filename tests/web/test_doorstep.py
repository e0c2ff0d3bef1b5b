"""Bounds of an address before it has signed in, and of what a user sends."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from lockstep_protocol import closes
from lockstep_protocol.refusals import Refused
from lockstep_server.config import ConfigError, Settings
from lockstep_server.runtime.clock import new_id
from lockstep_server.web.app import assemble
from lockstep_server.web.doorstep import MAX_ADDRESSES, Doorstep, counted_as

from .double import DoubleRuntime
from .serving import Served, serving


def server(**more: Any) -> AbstractAsyncContextManager[Served]:
    settings = Settings(demo=True, **more).checked()
    return serving(assemble(settings, DoubleRuntime().runtime, time.time))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("x" * 500, "unknown"),
    ],
)
def test_what_an_address_counts_as(host: str | None, expected: str) -> None:
    assert counted_as(host) == expected


def test_the_tables_stay_small_and_forget_by_time() -> None:
    now = [0.0]
    doorstep = Doorstep(2, 3, lambda: now[0])
    assert [doorstep.enter("a") for _ in range(3)] == [True, True, False]
    doorstep.leave("a")
    assert doorstep.enter("a")
    for _ in range(2):
        doorstep.leave("a")
    assert doorstep._waiting == {}
    for number in range(MAX_ADDRESSES + 500):
        doorstep.failed(str(number))
    assert len(doorstep._failed) == MAX_ADDRESSES
    for _ in range(3):
        doorstep.failed("b")
    with pytest.raises(Refused) as raised:
        doorstep.check("b")
    assert raised.value.refusal.code == "rate_limited"
    doorstep.check("c")
    now[0] = 20.0
    doorstep.check("b")


@pytest.mark.door("guessing", "socket", "http")
async def test_too_many_wrong_tokens_are_told_to_wait_on_every_door() -> None:
    async with (
        server(failed_sign_ins_per_minute=3) as served,
        served.session("omar") as before,
    ):
        await before.hear("snapshot")
        for _ in range(2):
            async with served.http("nobody") as http:
                assert (await http.get("/v1/inbox")).status_code == 401
        async with served.session("nobody") as talk:
            assert await talk.closed() == closes.UNAUTHORIZED
        async with served.http("omar") as http:
            answer = await http.get("/v1/inbox")
            assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
            assert int(answer.headers["retry-after"]) > 0
        async with served.session("omar") as talk:
            assert (await talk.hear())["code"] == "rate_limited"
            assert await talk.closed() == closes.TRY_LATER
        # Who has signed in before is not the one who fails.
        assert (await before.command("get", entry="e"))["type"] == "reply"


async def test_sockets_that_do_not_sign_in_are_bounded_and_those_that_did_are_not() -> None:
    async with server(unsigned_sockets_per_address=2) as served:
        async with served.session("omar") as one, served.session("omar") as two:
            await one.hear("snapshot")
            await two.hear("snapshot")
            async with served.socket(), served.socket():
                with pytest.raises(InvalidStatus) as raised:
                    async with served.socket():
                        pass
                assert raised.value.response.status_code == 429
        async with served.session("omar") as again:
            await again.hear("snapshot")


async def test_a_proxy_is_believed_only_where_it_is_trusted() -> None:
    for trusted, codes in (((), {429}), (("127.0.0.0/8",), {401})):
        limits: dict[str, Any] = {"failed_sign_ins_per_minute": 1, "trusted_proxies": trusted}
        async with server(**limits) as served, served.http("nobody") as http:
            await http.get("/v1/inbox", headers={"X-Forwarded-For": "10.0.0.1"})
            # What the client itself put in front is not what the proxy says.
            told = {"X-Forwarded-For": "10.0.0.1, 10.0.0.2"}
            assert {(await http.get("/v1/inbox", headers=told)).status_code} == codes
            again = await http.get("/v1/inbox", headers=told)
            assert again.status_code == 429


@pytest.mark.parametrize("wrong", ["*", "proxy.example", "10.0.0.1/8", ""])
def test_a_proxy_is_an_address_or_a_network(wrong: str) -> None:
    with pytest.raises(ConfigError, match="trusted_proxies"):
        Settings(demo=True, trusted_proxies=(wrong,)).checked()


@pytest.mark.door("bytes", "socket", "http")
@pytest.mark.parametrize("pad", ["x" * 40_000, "€" * 13_400], ids=["ASCII", "three bytes each"])
async def test_bytes_over_the_bound_are_refused_then_closed(pad: str) -> None:
    limits = {"bytes_per_second": 1000, "bytes_burst": 100_000}
    async with server(**limits) as served, served.session("omar") as omar:
        welcome = await omar.hear("welcome")
        assert welcome["limits"]["bytesPerSecond"] == 1000
        big: dict[str, Any] = {"type": "start", "workflow": "w", "data": {"pad": pad}}
        answers = [await omar.command(**big) for _ in range(3)]
        assert [answer["type"] for answer in answers] == ["reply", "reply", "refusal"]
        assert answers[2]["code"] == "rate_limited"
        assert 15_000 < answers[2]["details"]["after_ms"] < 40_000
        async with served.http("omar") as http:
            answer = await http.get("/v1/inbox")
            assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
        async with served.session("omar") as other:
            await other.hear("welcome")
            refused = await other.command("get", entry="e")
            assert refused["code"] == "rate_limited"
        for _ in range(3):
            await omar.say(big | {"id": new_id()})
        assert await omar.closed() == closes.TRY_LATER


async def test_no_body_is_read_before_it_is_known_whose_it_is() -> None:
    async with server() as served, served.http() as http:
        for method, url in (
            ("POST", "/v1/commands"),
            ("PUT", "/v1/users/x"),
            ("PUT", "/v1/workflows/x"),
            ("POST", "/v1/keys"),
            ("POST", "/v1/users/x/revoke"),
            ("POST", "/v1/push/subscriptions"),
        ):
            answer = await http.request(method, url, content=b"x" * 1_000_000)
            assert answer.status_code == 401, url
            assert "set-cookie" not in answer.headers


async def test_a_head_that_does_not_end_is_cut_off() -> None:
    async with server() as served, served.http() as http:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.host.split(":")[1])
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40_000)
        assert b" 400 " in await asyncio.wait_for(reader.readline(), 10)
        writer.close()
        await writer.wait_closed()
        assert (await http.get("/healthz")).status_code == 200


async def test_no_cookie_is_ever_set_so_that_no_page_can_use_one() -> None:
    async with server() as served, served.http("omar") as http:
        for url in ("/", "/healthz", "/v1/inbox", "/v1/demo", "/v1/nowhere"):
            assert "set-cookie" not in (await http.get(url)).headers
        # A cookie is no sign-in, whatever it holds.
        async with httpx.AsyncClient(base_url=served.url, trust_env=False) as bare:
            for cookie in ("token=demo:omar", "Authorization=Bearer demo:omar"):
                answer = await bare.get("/v1/inbox", headers={"Cookie": cookie})
                assert answer.status_code == 401
