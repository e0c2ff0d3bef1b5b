"""The live view in a real terminal, with a real server and a second person."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import ServerProcess, run, step, write_folder
from .terminal import Terminal
from .test_by_hand import SIGN_OFF, WORK

DOOR = {
    "start": step(
        "To look at", "given groups [racers]", {"Close": "closed"}, template="Door {{ data.place }}"
    ),
    "closed": step("Closed", "$all", {}, status="retired"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann and Bob, with workflows of two steps."""
    folder = tmp_path_factory.mktemp("live") / "demo"
    return write_folder(folder, ["ann", "bob"], {"work": WORK, "door": DOOR}, (SIGN_OFF,))


@pytest.fixture
def server(folder: Path) -> Iterator[ServerProcess]:
    """A fresh server."""
    with ServerProcess("demo", folder, "--port", "0") as server:
        yield server


def as_user(server: ServerProcess, user: str) -> dict[str, str]:
    return {"LOCKSTEP_URL": server.url, "LOCKSTEP_TOKEN": f"demo:{user}"}


def act(server: ServerProcess, *arguments: str, user: str = "ann") -> str:
    code, output, errors = run(*arguments, env=as_user(server, user))
    assert (code, errors) == (0, ""), (output, errors)
    return output


def begin(server: ServerProcess, place: str, workflow: str = "work") -> str:
    return act(server, "start", workflow, "--data", json.dumps({"place": place})).strip()


def line_of(text: str, words: str) -> int:
    return next((at for at, line in enumerate(text.splitlines()) if words in line), -1)


def fill_in(terminal: Terminal, label: str, typed: str) -> None:
    """Type into a field, once it is the one that is marked, and press Enter."""

    def line(text: str) -> str:
        return (text.splitlines() + [""] * 2)[line_of(text, label) + 1] if label in text else ""

    terminal.until(lambda text: "▌" in line(text))
    terminal.type(typed)
    terminal.until(lambda text: typed in line(text))
    terminal.press("enter")


def test_one_works_in_it_while_somebody_else_does(server: ServerProcess) -> None:
    begin(server, "in the yard")
    begin(server, "in the hall")
    with Terminal("inbox", "--follow", env=as_user(server, "bob")) as terminal:
        shown = terminal.until("Pump in the yard")
        assert "● live" in shown
        assert "2 entries" in shown
        assert " New " in shown
        # What others do is told at the row, with their names, and below.
        act(server, "choose", "hall", "take")
        terminal.until("Ann moved it to Taken")
        act(server, "say", "yard", "Bring the long ladder")
        terminal.until("Ann says: Bring the long ladder")
        terminal.press("down")
        terminal.until(lambda text: "▌" in text.splitlines()[line_of(text, "in the yard")])
        # Somebody is at the keys: what is new waits, and no row moves.
        before = line_of(terminal.text, "in the yard")
        act(server, "start", "door", "--data", '{"place": "at the back"}')
        shown = terminal.until("1 new: n shows it")
        assert line_of(shown, "in the yard") == before
        terminal.press("n")
        terminal.until(lambda text: "Door at" in text and "new: n" not in text)
        # The selected entry is the one it was before the rows moved, once the cursor is back.
        terminal.press("down", "down")
        terminal.until(lambda text: "▌" in text.splitlines()[line_of(text, "in the yard")])
        terminal.press("enter")
        terminal.until("You can move it, and so can 1 other.")
        terminal.until("Ann  Bring the long ladder")
        terminal.press("m")
        terminal.type("On my [way]\r")
        terminal.until("You  On my [way]")
        terminal.press("l")
        terminal.until("You have it until ")
        terminal.press("1")
        terminal.until(" Taken ")
        terminal.press("escape")
        terminal.until("enter open")
        terminal.press("q")
        assert terminal.wait() == 0
    assert "On my [way]" in act(server, "history", "yard")
    # Read marks come with the inbox from now on.
    assert "Pump in the yard" in act(server, "inbox", user="bob")


def test_a_path_with_a_form_asks_and_a_lost_race_says_who_won(server: ServerProcess) -> None:
    entry = begin(server, "with a form")
    act(server, "choose", entry, "Take")
    with Terminal("inbox", "--follow", env=as_user(server, "bob")) as terminal:
        terminal.until("Taken")
        terminal.press("1")
        fill_in(terminal, "Minutes spent", "0")
        fill_in(terminal, "Outcome", "Repaired")
        fill_in(terminal, "Note", "")
        terminal.until("0 is less than the minimum of 1")
        act(server, "choose", entry, "Put back")
        fill_in(terminal, "Minutes spent", "15")
        fill_in(terminal, "Outcome", "")
        fill_in(terminal, "Note", "")
        terminal.until("Ann moved this entry to 'New'.")
        terminal.until(" New ")
        act(server, "choose", entry, "Take")
        terminal.until("Ann moved it to Taken")
        # A key that may have been meant for the step before does nothing but say so.
        terminal.press("1")
        shown = terminal.until(lambda text: "has just moved" in text or "Minutes spent" in text)
        if "Minutes spent" not in shown:
            terminal.until(lambda text: "has just moved" not in text)
            terminal.press("1")
        fill_in(terminal, "Minutes spent", "15")
        fill_in(terminal, "Outcome", "Repaired")
        fill_in(terminal, "Note", "at last")
        terminal.until("Done: done.")
        terminal.press("ctrl+c")
        assert terminal.wait() == 0


def test_a_server_that_is_gone_and_comes_back(folder: Path, tmp_path: Path) -> None:
    serve = ("demo", folder, "--db", tmp_path / "live.db")
    with ServerProcess(*serve, "--port", "0") as server:
        begin(server, "in the hall")
        with Terminal("inbox", "--follow", env=as_user(server, "bob")) as terminal:
            terminal.until("● live")
            terminal.press("enter")
            server.kill()
            terminal.until("○ offline")
            terminal.press("m")
            terminal.type("Are you there?\r")
            terminal.until("1 queued")
            with ServerProcess(*serve, "--port", server.port) as again:
                terminal.press("r")
                terminal.until("● live")
                terminal.until("You  Are you there?")
                assert "Are you there?" in act(again, "history", "hall")
                terminal.resize(40, 10)
                terminal.until(lambda text: "● live" in text.splitlines()[0][30:])
                # Side by side in a wide one.
                terminal.resize(130, 30)
                terminal.until(lambda text: "│" in text and text.count("Pump in the hall") > 1)
                terminal.signal(signal.SIGTERM)
                assert terminal.wait() == 128 + signal.SIGTERM
    left = terminal.written.rpartition("\x1b[?1049l")[2]
    assert "\x1b[?25h" in left
    assert terminal.text == ""


def test_the_terminal_is_taken_as_it_is(server: ServerProcess) -> None:
    entry = begin(server, "in the hall")
    env = as_user(server, "bob")
    with Terminal("inbox", "--follow", env=env) as terminal:
        terminal.until("in the hall")
        terminal.press("q")
        assert terminal.wait() == 0
        assert "\x1b[37;44m" in terminal.written or "\x1b[32" in terminal.written
    with Terminal("inbox", "--follow", env={**env, "NO_COLOR": "1"}) as terminal:
        terminal.until("[New]")
        terminal.press("q")
        assert terminal.wait() == 0
        for codes in terminal.written.split("\x1b[")[1:]:
            style = codes.partition("m")[0].split(";")
            assert not {*map(str, range(30, 38)), "38", *map(str, range(40, 48)), "48"} & {*style}
    for more, options in (({"TERM": "dumb"}, ()), ({}, ("--plain",))):
        with Terminal("inbox", "--follow", *options, env={**env, **more}) as terminal:
            terminal.until(entry)
            assert "\x1b" not in terminal.written
            terminal.press("ctrl+c")
            assert terminal.wait() == 0
    with Terminal("inbox", "--follow", env={**env, "LOCKSTEP_TOKEN": "demo:nobody"}) as terminal:
        assert terminal.wait() == 1
        assert terminal.text == "lockstep: The directory has no user 'nobody'."
