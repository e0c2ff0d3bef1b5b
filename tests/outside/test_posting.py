"""Posts over TLS, and what is read of an answer."""

import ssl
from pathlib import Path

import pytest

from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.outcomes import AddressRefused, Later, Rejected
from lockstep_server.outside.posting import BODY_BYTES, Poster

from .authority import Authority
from .receiver import receiving
from .test_addresses import Names


async def here(host: str, port: int) -> list[str]:
    """Every name is this machine's."""
    return ["127.0.0.1"]


async def test_over_tls_the_certificate_is_for_the_name_and_not_for_the_address(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path)
    addresses = Addresses(("127.0.0.1",), here)
    poster = Poster(addresses, tls=authority.client())
    async with receiving(authority.server("push.example")) as receiver:
        answer = await poster.post(receiver.url("push.example"), headers={}, body=b"x")
        assert answer.status == 201
        assert receiver.names == ["push.example"]
        assert receiver.came[0].headers["host"] == f"push.example:{receiver.port}"
        with pytest.raises(Later, match="certificate"):
            await poster.post(receiver.url("other.example"), headers={}, body=b"x")
        with pytest.raises(Later, match="certificate"):
            await poster.post(receiver.url("127.0.0.1"), headers={}, body=b"x")
        assert len(receiver.came) == 1
        await poster.close()


async def test_a_name_that_turns_inwards_is_followed_no_more(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    poster = Poster(Addresses(("127.0.0.1",), names), tls=authority.client())
    async with receiving(authority.server("push.example")) as receiver:
        # A body left unread makes the next post connect anew.
        receiver.body = b"a" * (BODY_BYTES * 20)
        await poster.post(receiver.url("push.example"), headers={}, body=b"x")
        with pytest.raises(AddressRefused, match=r"127\.0\.0\.2"):
            await poster.post(receiver.url("push.example"), headers={}, body=b"x")
        assert len(receiver.came) == 1
        await poster.close()


async def test_an_authority_that_nobody_knows_is_not_believed(tmp_path: Path) -> None:
    poster = Poster(Addresses(("127.0.0.1",), here))
    async with receiving(Authority(tmp_path).server("push.example")) as receiver:
        with pytest.raises(Later, match="certificate"):
            await poster.post(receiver.url("push.example"), headers={}, body=b"x")
        assert receiver.came == []
    await poster.close()


async def test_a_connection_serves_again_but_not_after_a_body_left_unread() -> None:
    poster = Poster(Addresses(("127.0.0.1",)))
    async with receiving() as receiver:
        for _ in range(2):
            await poster.post(receiver.url(), headers={}, body=b"x")
        assert len(receiver.connections) == 1
        receiver.body = b"a" * (BODY_BYTES * 20)
        answer = await poster.post(receiver.url(), headers={}, body=b"x")
        assert answer.text == "a" * BODY_BYTES
        receiver.body = b""
        await poster.post(receiver.url(), headers={}, body=b"x")
        assert len(receiver.connections) == 2
        await poster.close()


async def test_a_packed_body_is_not_unpacked_and_a_cookie_not_kept() -> None:
    poster = Poster(Addresses(("127.0.0.1",)))
    async with receiving() as receiver:
        receiver.headers = {"Content-Encoding": "gzip", "Set-Cookie": "who=me"}
        receiver.body = b"\x1f\x8b not a packed body"
        for _ in range(2):
            answer = await poster.post(receiver.url(), headers={}, body=b"x")
            assert answer.text.endswith(" not a packed body")
        assert "cookie" not in receiver.came[1].headers
        await poster.close()


async def test_a_proxy_in_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    poster = Poster(Addresses(("127.0.0.1",)))
    async with receiving() as receiver, receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(path=""))
        assert (await poster.post(receiver.url(), headers={}, body=b"x")).status == 201
        assert proxy.connections == set()
        await poster.close()


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "ä"])
async def test_a_header_cannot_bring_another(value: str) -> None:
    poster = Poster(Addresses(("127.0.0.1",)))
    async with receiving() as receiver:
        with pytest.raises(Rejected, match="cannot be sent"):
            await poster.post(receiver.url(), headers={"X-One": value}, body=b"x")
        assert receiver.came == []
        await poster.close()


async def test_a_receiver_that_wants_a_certificate_of_ours(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = authority.server("push.example")
    server.verify_mode = ssl.CERT_REQUIRED
    poster = Poster(Addresses(("127.0.0.1",), here), tls=authority.client())
    async with receiving(server) as receiver:
        # In TLS 1.3 the server's no comes after the client's handshake is through.
        with pytest.raises(Later, match="no answer"):
            await poster.post(receiver.url("push.example"), headers={}, body=b"x")
        assert receiver.came == []
    await poster.close()
