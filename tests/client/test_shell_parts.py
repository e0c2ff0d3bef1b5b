"""The small pure parts of the shell."""

import pytest

from lockstep_client.address import socket_url
from lockstep_client.backoff import LONGEST, delay


@pytest.mark.parametrize(
    ("url", "socket"),
    [
        ("http://127.0.0.1:8420", "ws://127.0.0.1:8420/v1/ws"),
        ("https://example.org/", "wss://example.org/v1/ws"),
        ("https://example.org/inbox/", "wss://example.org/inbox/v1/ws"),
        ("ws://h/v1/ws", "ws://h/v1/ws"),
    ],
)
def test_the_socket_is_found_from_the_servers_address(url: str, socket: str) -> None:
    assert socket_url(url) == socket


def test_an_address_without_a_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="http://host:port"):
        socket_url("localhost:8420")


def test_waits_grow_up_to_a_bound_and_are_drawn_at_random() -> None:
    longest = [delay(attempt, lambda: 1.0) for attempt in range(30)]
    assert longest[:4] == [0.25, 0.5, 1.0, 2.0]
    assert longest == sorted(longest)
    assert longest[-1] == LONGEST
    assert delay(5, lambda: 0.5) == longest[5] / 2
    assert delay(5, lambda: 0.0) == 0.0
