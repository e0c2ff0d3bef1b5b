"""The socket that a server listens on."""

import socket

from lockstep_server.cli.listening import listen


def test_what_is_accepted_sends_at_once() -> None:
    """A reply right after a diff must not wait until the client has acknowledged the diff."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
