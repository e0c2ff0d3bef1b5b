"""The socket that a server listens on."""

import resource
import socket
import subprocess
import sys

import pytest

from lockstep_server.cli.listening import MANY_FILES, listen


def test_what_is_accepted_sends_at_once() -> None:
    """A reply right after a diff must not wait until the client has acknowledged the diff."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(("hard", "told"), [(MANY_FILES, False), (500, True)])
def test_as_many_files_as_the_system_allows_are_taken_and_few_are_told(
    hard: int, told: bool
) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] in range(MANY_FILES):
        pytest.skip("this system allows fewer")
    script = (
        "import resource; from lockstep_server.cli.listening import raise_file_limit\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (400, {hard}))\n"
        "raise_file_limit(); print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [f"{hard}", f"{hard}"]
    assert (f"may open {hard} files" in ran.stderr) is told
