"""Completion in real shells, from a real server."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import ServerProcess, clean_environment, run, step, write_folder
from .terminal import Terminal

WORK = {
    "start": step(
        "New", "given groups [racers]", {"Take it": "taken", "Pass on": "taken"}, template="Pump"
    ),
    "taken": step("Taken", "$all", {"Put back": "start"}),
}
DOOR = {"start": step("New", "given groups [racers]", {"Open": "start"}, template="Door")}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Two people, two workflows, an entry of each."""
    folder = tmp_path_factory.mktemp("completion") / "demo"
    tracker = {"handle": "fault", "schema": {"type": "object"}}
    write_folder(folder, ["ann", "bob"], {"work": WORK, "door": DOOR}, (tracker,))
    with ServerProcess("demo", folder, "--port", "0") as server:
        for workflow in ("work", "door"):
            code, _, errors = run("start", workflow, env=as_user(server, "ann"))
            assert code == 0, errors
        yield server


def as_user(server: ServerProcess, user: str) -> dict[str, str]:
    return {"LOCKSTEP_URL": server.url, "LOCKSTEP_TOKEN": f"demo:{user}"}


def shell(server: ServerProcess) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**as_user(server, "bob"), "PATH": path, "PS1": "$ ", "HISTFILE": ""}


def offered(server: ServerProcess, words: str) -> dict[str, str]:
    """What is offered after these words (the last one may be begun), with its help."""
    at = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    complete = {"_LOCKSTEP_COMPLETE": "zsh_complete"}
    done = subprocess.run(
        [Path(sys.executable).parent / "lockstep"],
        capture_output=True,
        text=True,
        check=True,
        env={**clean_environment(), **shell(server), **at, **complete},
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    return dict(zip(lines[1::3], lines[2::3], strict=True))


def entries(server: ServerProcess) -> dict[str, str]:
    _, output, _ = run("inbox", "--json", env=as_user(server, "bob"))
    views = [json.loads(line) for line in output.splitlines()]
    return {view["title"]: view["id"] for view in views}


def test_what_is_offered_is_what_the_server_has(server: ServerProcess) -> None:
    ids = entries(server)
    pump = {ids["Pump"][-8:]: "Pump [New]"}
    assert offered(server, "lockstep choose pu") == pump
    assert offered(server, f"lockstep lock {ids['Pump'][-8:-4]}") == pump
    assert offered(server, "lockstep ask ") == pump | {ids["Door"][-8:]: "Door [New]"}
    assert offered(server, f"lockstep history {ids['Pump'][:-3]}") == {ids["Pump"]: "Pump [New]"}
    assert list(offered(server, "lockstep choose pump ")) == ["Take it", "Pass on"]
    assert list(offered(server, "lockstep choose pump pa")) == ["Pass on"]
    assert offered(server, "lockstep start w") == {"work": "version 1"}
    assert list(offered(server, "lockstep dispatch ")) == ["fault"]
    assert offered(server, "lockstep start work --to a") == {"ann": "Ann"}
    assert "choose" in offered(server, "lockstep ")


def test_without_a_server_nothing_is_offered_or_said(server: ServerProcess) -> None:
    assert offered(server, "lockstep choose --url http://127.0.0.1:9 ") == {}
    assert offered(server, "lockstep choose --token demo:nobody ") == {}


def test_bash_completes_a_command_an_entry_and_a_path_with_a_blank(server: ServerProcess) -> None:
    ids = entries(server)
    bash = ("bash", "--norc", "--noprofile", "-i")
    with Terminal(command=bash, env=shell(server), columns=120) as terminal:
        terminal.until("$")
        terminal.type('eval "$(lockstep completion bash)"; echo read"y"\r')
        terminal.until("\nready\n")
        terminal.type("lockstep cho\tpum\t")
        terminal.until(f"lockstep choose {ids['Pump'][-8:]}")
        terminal.type("Ta\t")
        terminal.until("Take\\ it")
        terminal.type("\r")
        terminal.until(f"{ids['Pump']}: Take it")
        terminal.type("exit\r")
        assert terminal.wait() == 0


def test_zsh_and_fish_take_their_scripts(server: ServerProcess, tmp_path: Path) -> None:
    if shutil.which("fish"):
        words = "lockstep completion fish | source; complete -C 'lockstep start w'"
        assert said("fish", "--no-config", "-c", words, env=shell(server)) == "work\tversion 1\n"
    if shutil.which("zsh"):
        words = (
            'autoload -U compinit; compinit -D; eval "$(lockstep completion zsh)"; '
            "print $_comps[lockstep]"
        )
        assert said("zsh", "-f", "-c", words, env=shell(server)) == "_lockstep_completion\n"


def said(*command: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**clean_environment(), **env}
    )
    assert done.stderr == ""
    return done.stdout


def test_an_unknown_shell_is_answered_with_those_that_are_known() -> None:
    code, _, errors = run("completion", "csh")
    assert code == 2
    assert "'bash', 'zsh', 'fish'" in errors
