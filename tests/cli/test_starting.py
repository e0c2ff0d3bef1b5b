"""Commands start fast: each reads what it needs, and no more."""

import subprocess
import sys

import pytest

HEAVY = {"textual", "uvicorn", "starlette", "lupa"}


@pytest.mark.parametrize("line", [["--help"], ["inbox", "--help"], ["completion", "bash"]])
def test_what_a_command_does_not_need_is_not_loaded(line: list[str]) -> None:
    program = (
        "import sys; from lockstep_server.cli import main; "
        f"main({line!r}, standalone_mode=False); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stderr.split())
