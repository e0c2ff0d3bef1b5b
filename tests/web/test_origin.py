"""Which pages may connect: exactly the server's own and the allowed ones."""

import pytest
from starlette.datastructures import Headers

from lockstep_server.web.origin import may_connect

OWN, TLS, ALLOWED = "inbox.example:8420", "inbox.example", ("https://app.example", "http://[::1]:5")


@pytest.mark.parametrize(
    ("scheme", "host", "origin", "expected"),
    [
        ("ws", OWN, "http://inbox.example:8420", True),
        ("ws", OWN, "HTTP://Inbox.Example:8420", True),
        ("ws", "INBOX.example:8420", "http://inbox.example:8420", True),
        ("wss", TLS, "https://inbox.example", True),
        ("wss", TLS, "https://inbox.example:443", True),
        ("wss", TLS + ":443", "https://inbox.example", True),
        ("http", TLS + ":80", "http://inbox.example", True),
        ("ws", OWN, "https://app.example", True),
        ("ws", OWN, "https://app.example:443", True),
        ("ws", OWN, "http://[::1]:5", True),
        ("wss", TLS, "http://inbox.example", False),
        ("ws", TLS, "https://inbox.example", False),
        ("ws", OWN, "http://inbox.example", False),
        ("ws", OWN, "http://inbox.example:84200", False),
        ("ws", OWN, "https://app.example:80", False),
        ("ws", OWN, "http://app.example", False),
        ("ws", OWN, "https://app.example.evil.example", False),
        ("ws", OWN, "https://evilapp.example", False),
        ("ws", OWN, "https://app.example/", False),
        ("ws", OWN, "https://app.example@evil.example", False),
        ("ws", OWN, "https://app.example#", False),
        ("ws", OWN, " https://app.example", False),
        ("ws", OWN, "https://app.example\n", False),
        ("ws", OWN, "https://app.example, https://evil.example", False),
        ("ws", OWN, "https://app.example https://evil.example", False),
        ("ws", OWN, "null", False),
        ("ws", OWN, "", False),
        ("ws", OWN, "https://", False),
        ("ws", OWN, "file://", False),
        ("ws", "", "http://None", False),
        ("ws", "a b", "http://None", False),
    ],
)
def test_an_origin_is_compared_exactly(scheme: str, host: str, origin: str, expected: bool) -> None:
    headers = Headers({"host": host, "origin": origin})
    assert may_connect(headers, scheme, ALLOWED) is expected


def test_none_is_no_browser_and_two_are_no_origin() -> None:
    assert may_connect(Headers({"host": OWN}), "ws", ())
    twice = [(b"host", OWN.encode()), *[(b"origin", b"https://app.example")] * 2]
    assert not may_connect(Headers(raw=twice), "ws", ALLOWED)
