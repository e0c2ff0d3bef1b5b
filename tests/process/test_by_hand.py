"""The commands as one types them: parts of ids and titles, standard input, forms, JSON."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .server import COMMAND, ServerProcess, clean_environment, run, step, write_folder
from .terminal import Terminal

SIGN_OFF = {
    "handle": "sign-off",
    "schema": {
        "type": "object",
        "required": ["minutes", "outcome"],
        "properties": {
            "minutes": {"type": "integer", "title": "Minutes spent", "minimum": 1},
            "outcome": {"enum": ["Repaired", "Replaced"]},
            "note": {"type": "string"},
        },
    },
}
FORM = {"handle": "done", "behavior": "form", "fields": "sign-off"}
WORK: dict[str, Any] = {
    "start": step(
        "New", "given groups [racers]", {"Take": "taken"}, template="Pump {{ data.place }}"
    ),
    "taken": {
        **step("Taken", "$all", {"Done": "done", "Put back": "start"}),
        "behaviors": [FORM],
    },
    "done": step("Done", "$all", {}, status="retired"),
}
WORK["taken"]["step"]["paths"][0]["behavior"] = "done"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Two people and one workflow with a form."""
    folder = write_folder(
        tmp_path_factory.mktemp("hand") / "demo", ["ann", "bob"], {"work": WORK}, (SIGN_OFF,)
    )
    with ServerProcess("demo", folder, "--port", "0") as server:
        yield server


def as_user(server: ServerProcess, user: str) -> dict[str, str]:
    return {"LOCKSTEP_URL": server.url, "LOCKSTEP_TOKEN": f"demo:{user}"}


def ask(server: ServerProcess, user: str, *arguments: str) -> str:
    code, output, errors = run(*arguments, env=as_user(server, user))
    assert (code, errors) == (0, ""), (output, errors)
    return output


def begin(server: ServerProcess, place: str) -> str:
    data = json.dumps({"place": place})
    return ask(server, "ann", "start", "work", "--data", data).strip()


def test_an_entry_goes_by_a_part_of_its_title_and_a_path_by_its_beginning(
    server: ServerProcess,
) -> None:
    hall, yard = begin(server, "in the hall"), begin(server, "in the yard")
    assert ask(server, "bob", "choose", "hall", "ta") == f"{hall}: Take\n"
    assert ask(server, "bob", "lock", yard[-8:]).startswith(f"{yard}: locked")
    assert ask(server, "bob", "say", "the yard", "Here") == f"{yard}: message 1\n"
    assert "step taken (Taken)" in ask(server, "ann", "history", "in the hall")
    code, output, errors = run("choose", "pump", "Take", env=as_user(server, "ann"))
    assert (code, output) == (1, "")
    assert f"{hall}  [Taken] Pump in the hall" in errors
    assert f"{yard}  [New] Pump in the yard" in errors
    code, _, errors = run("choose", "yard", "Take", env=as_user(server, "ann"))
    assert code == 1
    assert "Bob holds this entry. [locked; by: bob" in errors
    assert "It shows [New] Pump in the yard now, with Take." in errors
    code, _, errors = run("choose", "yard", "Take", "--json", env=as_user(server, "ann"))
    told = json.loads(errors)
    assert (code, told["code"], told["details"]["by"]) == (1, "locked", ["bob"])
    assert told["entry"]["id"] == yard
    code, _, errors = run("say", "cellar", "Hello", env=as_user(server, "ann"))
    assert (code, errors.count("\n")) == (1, 1)
    assert "No entry of your inbox has 'cellar'" in errors


def test_say_reads_standard_input(server: ServerProcess) -> None:
    entry = begin(server, "of many words")
    done = subprocess.run(
        [*COMMAND, "say", entry, "-", "--json"],
        input="First line\nsecond line\n",
        capture_output=True,
        text=True,
        check=True,
        env={**clean_environment(), **as_user(server, "ann")},
    )
    assert json.loads(done.stdout) == {"entry": entry, "m": 1}
    views = [json.loads(line) for line in ask(server, "bob", "inbox", "--json").splitlines()]
    [said] = [view["chat"]["last"]["body"] for view in views if view["id"] == entry]
    assert said == "First line\nsecond line"


def test_what_a_form_lacks_is_listed_by_its_fields(server: ServerProcess) -> None:
    entry = begin(server, "with a form")
    ask(server, "bob", "choose", entry, "Take")
    data = json.dumps({"minutes": 0})
    code, _, errors = run("choose", entry, "Done", "--data", data, env=as_user(server, "bob"))
    assert code == 1
    fields = {line.split(":")[0].strip() for line in errors.splitlines()[1:]}
    assert fields == {"/data/minutes", "/data/outcome"}


def test_a_terminal_is_asked_for_the_fields_of_a_form(server: ServerProcess) -> None:
    entry = begin(server, "to be asked about")
    ask(server, "bob", "choose", entry, "Take")
    with Terminal("choose", "asked about", "done", env=as_user(server, "bob")) as terminal:
        terminal.until("Minutes spent (a whole number):")
        terminal.type("long\r")
        terminal.until("'long' is not a whole number.")
        terminal.type("0\r")
        terminal.until("Outcome (one of Repaired, Replaced):")
        terminal.type("rep\r")
        terminal.until("'rep' is not one of Repaired, Replaced.")
        terminal.type("repl\r")
        terminal.until("Note (or nothing):")
        terminal.type("\r")
        # The server knows more of the schema than the questions do; only what is wrong is asked.
        terminal.until("Minutes spent: 0 is less than the minimum of 1")
        terminal.until("Minutes spent (a whole number) [0]:")
        terminal.type("45\r")
        assert terminal.wait() == 0
        assert f"{entry}: Done" in terminal.text
    history = ask(server, "ann", "history", entry)
    assert "step done (Done) from taken by 'Done'" in history


def test_whoever_was_slower_is_told_who_was_faster(server: ServerProcess, tmp_path: Path) -> None:
    entry = begin(server, "for two")
    ask(server, "bob", "choose", entry, "Take")
    with Terminal("choose", entry, "Done", env=as_user(server, "bob"), columns=120) as terminal:
        terminal.until("Minutes spent")
        ask(server, "ann", "choose", entry, "Put back")
        terminal.type("5\rRepaired\r\r")
        assert terminal.wait() == 1
        assert "Ann moved this entry to 'New'." in terminal.text
        assert "It shows [New] Pump for two now, with Take." in terminal.text
