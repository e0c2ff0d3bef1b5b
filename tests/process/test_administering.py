"""The commands of administrators and authors, as a person would use them against a server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import ServerProcess, run
from .test_commands import ask, refused

LONELY = {
    "start": {
        "step": {
            "name": "New",
            "template": "Lonely {{ who }}",
            "scope": "given users [mei]",
            "paths": [{"label": "Again", "step": "start"}],
        },
        "actions": [{"action": "script", "args": "greet"}],
    }
}


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """The bundled demo."""
    with ServerProcess("demo", "--port", "0") as server:
        yield server


def write(folder: Path, document: object) -> Path:
    file = folder / "lonely.json"
    file.write_text(json.dumps(document))
    return file


def test_a_workflow_is_published_on_its_base_closed_and_deleted(
    server: ServerProcess, tmp_path: Path
) -> None:
    file = write(tmp_path, {"start": {**LONELY["start"], "actions": []}})
    assert "version 1" in ask(server, "sam", "publish", file, "--base", "0")
    write(tmp_path, {"start": {**LONELY["start"], "actions": [{"action": "unlock"}]}})
    assert "stale" in refused(server, "sam", "publish", file, "--base", "0")
    assert "version 2" in ask(server, "sam", "publish", file, "--base", "1")
    assert ask(server, "sam", "workflows", "close", "lonely") == "lonely: closed for starts\n"
    assert "closed" in refused(server, "sam", "start", "lonely")
    listed = ask(server, "mei", "workflows")
    assert any("lonely" in line and "closed" in line for line in listed.splitlines())
    ask(server, "sam", "workflows", "open", "lonely")
    assert ask(server, "sam", "workflows", "delete", "lonely") == "lonely: deleted\n"
    assert "close it for starts instead" in refused(server, "sam", "workflows", "delete", "expense")
    assert "admin" in refused(server, "mei", "workflows", "close", "expense")


def test_an_incident_is_seen_retried_and_the_history_told(
    server: ServerProcess, tmp_path: Path
) -> None:
    file = write(tmp_path, LONELY)
    ask(server, "sam", "publish", file, "--name", "lonely-2")
    [entry] = ask(server, "dana", "start", "lonely-2", "--data", '{"who": "Ann"}').split()
    found: list[dict[str, object]] = []
    for _ in range(100):
        lines = ask(server, "sam", "incidents", "--entry", entry, "--json").splitlines()
        found = [json.loads(line) for line in lines]
        if found:
            break
    [incident] = found
    assert "There is no script 'greet'" in str(incident["text"])
    assert "'Lonely Ann'" in ask(server, "sam", "incidents")
    assert "admin" in refused(server, "mei", "incidents")
    ask(server, "sam", "incidents", "dismiss", str(incident["id"]))
    assert "not_found" in refused(server, "sam", "incidents", "retry", str(incident["id"]))
    told = ask(server, "sam", "history", entry)
    assert "step start (New)" in told
    assert "incident dismissed" in told
    assert "incident" not in ask(server, "mei", "history", entry)
    first = ask(server, "mei", "history", entry, "--json").splitlines()[0]
    assert json.loads(first)["cause"] == "start"


def test_the_keys_of_web_push_are_made_once(tmp_path: Path) -> None:
    db = tmp_path / "keys.db"
    code, first, errors = run("webpush-keys", "--db", db)
    assert (code, errors) == (0, "")
    assert first.startswith("public B")
    code, again, _ = run("webpush-keys", "--db", db, "--private")
    assert again.startswith(first)
    assert "private " in again
