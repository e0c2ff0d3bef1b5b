"""`--json` on everything that talks to a server, in one manner."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lockstep_server.cli import main

NOBODY = "http://127.0.0.1:9"
LOCAL = {"serve", "demo", "restore", "graph", "webpush-keys", "completion", "load compare"}
"""They ask no server for anything, and print what is for people or other programs already."""
OWN_MANNER = {"load", "doctor"}
"""A report: `load` writes it to the file that `--json` names, `doctor` judges an absent server."""


def commands(
    command: click.Command = main, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All that can be run, by the words that run it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, name
            yield from commands(below, (*words, name))
        if not command.invoke_without_command:
            return
    yield words, command


ALL = dict(commands())
SPEAKING = {
    words: command
    for words, command in ALL.items()
    if words[0] not in OWN_MANNER and any(param.name == "url" for param in command.params)
}


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_json_or_says_why_not(words: tuple[str, ...]) -> None:
    options = [name for param in ALL[words].params for name in param.opts]
    assert ("--json" in options) is (" ".join(words) not in LOCAL)


@pytest.mark.parametrize("words", SPEAKING, ids=" ".join)
def test_what_goes_wrong_is_one_object_with_a_code(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x").write_text('{"start": {"step": {"name": "A", "scope": "$sink", "paths": []}}}')
    arguments = ["x" for each in SPEAKING[words].params if isinstance(each, click.Argument)]
    arguments += ["--force"] if words == ("backup",) else []
    done = CliRunner().invoke(main, [*words, *arguments, "--json", "--url", NOBODY])
    assert (done.exit_code, done.stdout) == (1, "")
    told = json.loads(done.stderr)
    assert told["code"] == "unreachable"
    assert NOBODY in told["message"]


@pytest.mark.parametrize("words", SPEAKING, ids=" ".join)
def test_a_line_that_is_not_understood_ends_with_2(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, [*words, "--json", "--no-such-option"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert json.loads(done.stderr)["code"] == "usage"
    told = CliRunner().invoke(main, [*words, "--no-such-option"])
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("Usage: ")


def test_what_a_group_is_given_holds_for_its_commands() -> None:
    given = ["workflows", "--json", "--url", NOBODY, "close", "x"]
    done = CliRunner().invoke(main, given)
    assert json.loads(done.stderr)["code"] == "unreachable"
    nearer = CliRunner().invoke(main, [*given, "--url", "http://127.0.0.1:10"])
    assert "127.0.0.1:10" in json.loads(nearer.stderr)["message"]


def test_text_after_two_dashes_is_no_option() -> None:
    done = CliRunner().invoke(main, ["say", "--url", NOBODY, "--", "x", "--json"])
    assert done.stderr.startswith("lockstep: ")
