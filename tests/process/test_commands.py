"""The commands that talk to a server, one after the other as a person would use them."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import COMMAND, ServerProcess, clean_environment, run


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """The bundled demo."""
    with ServerProcess("demo", "--port", "0") as server:
        yield server


def as_user(server: ServerProcess, user: str) -> dict[str, str]:
    return {"LOCKSTEP_URL": server.url, "LOCKSTEP_TOKEN": f"demo:{user}"}


def ask(server: ServerProcess, user: str, *arguments: str | Path) -> str:
    code, output, errors = run(*arguments, env=as_user(server, user))
    assert (code, errors) == (0, ""), (output, errors)
    return output


def refused(server: ServerProcess, user: str, *arguments: str | Path) -> str:
    code, output, errors = run(*arguments, env=as_user(server, user))
    assert (code, output) == (1, "")
    assert "Traceback" not in errors
    return errors


def test_the_bundled_demo_has_something_to_look_at(server: ServerProcess) -> None:
    shown = ask(server, "omar", "inbox")
    assert "[New] Service call: " in shown
    assert "[Alarm] Critical incident: Payments" in shown
    assert "(Claim)" in shown
    assert "[To approve] Expense of Dana Reyes: 412.50 EUR" in ask(server, "ruth", "inbox")


def test_start_choose_say_and_see(server: ServerProcess, tmp_path: Path) -> None:
    data = tmp_path / "claim.json"
    data.write_text(json.dumps({"requester": "Mei", "amount": 10, "currency": "EUR"}))
    start = ("start", "expense", "--to", "sam", "--key", "claim-1", "--data", data)
    [entry] = ask(server, "dana", *start).split()
    assert ask(server, "dana", *start).split() == [entry]
    ask(server, "sam", "choose", entry, "Open")
    assert ask(server, "sam", "say", entry, "Looks fine").startswith(f"{entry}: message ")
    views = [json.loads(line) for line in ask(server, "sam", "inbox", "--json").splitlines()]
    [view] = [view for view in views if view["id"] == entry]
    assert (view["step"], view["chat"]["last"]["body"]) == ("review", "Looks fine")
    why = json.dumps({"reason": "No receipt"})
    ask(server, "sam", "choose", entry, "Reject", "--data", why)
    assert "[Rejected]" in ask(server, "sam", "inbox")


def test_dispatch_starts_an_entry_and_checks_its_data(server: ServerProcess) -> None:
    data = json.dumps({"subject": "Window"})
    told = ask(server, "dana", "dispatch", "service-request", "--data", data).splitlines()
    assert told[0].startswith("dispatch ")
    assert any(line.startswith(told[1]) for line in ask(server, "mei", "inbox").splitlines())
    errors = refused(server, "dana", "dispatch", "service-request", "--data", "{}")
    assert "invalid" in errors
    assert "/subject" in errors


def test_refusals_print_the_message_and_the_code(server: ServerProcess) -> None:
    assert "not_found" in refused(server, "dana", "choose", "nothing", "Go")
    assert "unknown_workflow" in refused(server, "dana", "start", "nothing")
    assert "unauthorized" in refused(server, "nobody", "inbox")
    assert "neither a JSON object nor a file" in refused(
        server, "dana", "start", "expense", "--data", "nothing.json"
    )


def test_publish_checks_then_publishes_once(server: ServerProcess, tmp_path: Path) -> None:
    file = tmp_path / "note.json"
    node = {"step": {"name": "Note", "scope": "$sink", "paths": [], "status": "retired"}}
    file.write_text(json.dumps({"start": node}))
    assert "forbidden" in refused(server, "dana", "publish", file)
    assert ask(server, "sam", "publish", file, "--dry-run") == "note: would be accepted\n"
    assert ask(server, "sam", "publish", file) == "note: published as version 1\n"
    assert ask(server, "sam", "publish", file) == "note: unchanged, version 1\n"
    assert ask(server, "sam", "publish", file, "--name", "memo").startswith("memo: published")
    file.write_text("{}")
    assert f"{file}: error " in refused(server, "sam", "publish", file)


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    for arguments in (("inbox",), ("inbox", "--follow"), ("start", "x")):
        code, output, errors = run(*arguments, "--url", "http://127.0.0.1:9")
        assert (code, output) == (1, "")
        assert errors.startswith("lockstep: The server at http://127.0.0.1:9 cannot be reached")
        assert errors.count("\n") == 1


def test_the_lock_is_taken_waited_for_asked_for_and_freed(server: ServerProcess) -> None:
    [entry] = ask(server, "dana", "start", "expense", "--to", "ivo").split()
    ask(server, "ivo", "choose", entry, "Open")
    assert ask(server, "ivo", "lock", entry, "--ttl", "60").startswith(f"{entry}: locked (fence 1)")
    assert ask(server, "ivo", "unlock", entry) == f"{entry}: unlocked\n"
    ask(server, "ivo", "lock", entry)
    reason = "Home already"
    assert ask(server, "sam", "unlock", entry, "--reason", reason) == f"{entry}: unlocked\n"
    assert f"unlocked: freed ({reason})" in ask(server, "ivo", "history", entry)


def test_follow_prints_changes_as_they_come(server: ServerProcess) -> None:
    [entry] = ask(server, "dana", "start", "expense", "--to", "ivo").split()
    following = subprocess.Popen(
        [*COMMAND, "inbox", "--follow", "--json"],
        stdout=subprocess.PIPE,
        text=True,
        env={**clean_environment(), **as_user(server, "ivo")},
    )
    assert following.stdout is not None
    try:
        first = json.loads(following.stdout.readline())
        assert first["event"] == "synced"
        assert entry in [view["id"] for view in first["entries"]]
        ask(server, "ivo", "choose", entry, "Open")
        changed = json.loads(following.stdout.readline())
        assert (changed["event"], changed["entry"]) == ("changed", entry)
        assert (changed["view"]["step"], changed["by"]) == ("review", "ivo")
        ask(server, "ivo", "choose", entry, "Approve")
        told = [json.loads(following.stdout.readline())["event"] for _ in range(1)]
        assert "gone" in told or "changed" in told
    finally:
        following.kill()
        following.wait()
        following.stdout.close()
