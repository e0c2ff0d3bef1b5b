"""`lockstep script run`: a real worker, what is printed, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lockstep_server.cli import main
from lockstep_server.scripts import runner as runner_module

EVERYTHING = """
mock("to", {"ann", "bob"})
local payload = param("payload")
log.info("for", param("to"), param("userId"))
chat("Hello " .. payload.name)
chat{body = "x", kind = "note", data = {a = 1}, schema = "note.json", to = "ann"}
notify{body = "Look", title = "News", url = "/x", to = {}}
start("claim", {to = param("to"), step = "second", data = {amount = payload.amount}})
start("other")
trigger("done")
task("closed")
set("seen", true)
return {ok = true}
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a script's text with the options given, without a limit that a slow machine meets."""

    class Patient(runner_module.ScriptRunner):
        def __init__(self) -> None:
            super().__init__(wall_seconds=60.0)

    monkeypatch.setattr(runner_module, "ScriptRunner", Patient)
    file = tmp_path / "some.lua"

    def invoke(source: str, *options: str) -> Result:
        file.write_text(source, encoding="utf-8")
        return CliRunner().invoke(main, ["script", "run", str(file), *options])

    return invoke


def test_it_prints_the_log_each_intent_and_the_value(run: Run) -> None:
    result = run(
        EVERYTHING, "--mock", 'payload={"name": "Élise", "amount": 5}', "--mock", "userId=ann"
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        'log: for ["ann","bob"] ann',
        'chat to everybody: "Hello Élise"',
        'chat to ann: "x" (kind "note", data {"a": 1}, schema "note.json")',
        'notify nobody: "Look" (title "News", url "/x")',
        'start claim for ann, bob (step "second", data {"amount": 5})',
        "start other",
        "trigger done",
        "task closed",
        'set {"seen": true}',
        'returned: {"ok": true}',
    ]


def test_json_has_all_of_it(run: Run) -> None:
    result = run("log.info('x') task('closed') return {1, 2}", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "intents": [{"intent": "task", "state": "closed"}],
        "log": ["x"],
        "value": [1, 2],
        "error": None,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("5", 5),
        ('"5"', "5"),
        ("[1, {}]", [1, {}]),
        ("ann", "ann"),
        ("{not json", "{not json"),
        ("a=b", "a=b"),
        ("", ""),
        ("NaN", "NaN"),
    ],
)
def test_a_mock_is_json_where_it_parses_and_else_text(
    run: Run, given: str, expected: object
) -> None:
    result = run("mock('body', 'unused') return param('body')", "--json", "--mock", f"body={given}")
    assert json.loads(result.stdout)["value"] == expected


@pytest.mark.parametrize(
    ("source", "place", "text"),
    [
        ("log.info('before')\nprint('x')", ":2: runtime: ", "write log.info(...) instead"),
        ("\n\nx = = 1", ":3: syntax: ", "unexpected symbol"),
        ("local p = param('payload')\nreturn p.name", ":2: runtime: ", "--mock name=value"),
        ("return {f = print, g = chat}", ": runtime: ", "member g is a function"),
        ("local t = {} while true do t = {t, {}} end", ": memory: ", "16 MiB"),
        ("task('closed')\ntask()", ":2: runtime: ", "task: argument 1 (the state) must be text"),
    ],
)
def test_a_failing_script_ends_with_1_its_line_and_what_to_do(
    run: Run, source: str, place: str, text: str
) -> None:
    result = run(source)
    assert result.exit_code == 1
    [told] = result.stderr.splitlines()
    assert told.startswith("lockstep: ")
    assert f"some.lua{place}" in told
    assert text in told
    # What was logged before helps to find it; what was wanted is not carried out.
    assert result.stdout == ("log: before\n" if "log.info" in source else "")


def test_a_failing_script_is_told_in_json_too(run: Run) -> None:
    result = run("\nerror('stop')", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"] == {"kind": "runtime", "text": "stop", "line": 2}


def test_the_limit_is_the_servers(tmp_path: Path) -> None:
    file = tmp_path / "loop.lua"
    file.write_text("while true do end")
    result = CliRunner().invoke(main, ["script", "run", str(file)])
    assert result.exit_code == 1
    assert "loop.lua: time: the script ran for more than 250 ms" in result.stderr


@pytest.mark.parametrize(
    ("given", "text"),
    [("payload", "is not NAME=VALUE"), ("payloud=1", "there is no 'payloud'; there are userId")],
)
def test_a_mock_that_cannot_be_is_refused(run: Run, given: str, text: str) -> None:
    result = run("return 1", "--mock", given)
    assert result.exit_code == 2
    assert text in " ".join(result.stderr.split())


def test_a_file_that_cannot_be_read_is_trouble(tmp_path: Path) -> None:
    nowhere = CliRunner().invoke(main, ["script", "run", str(tmp_path / "nowhere.lua")])
    assert nowhere.exit_code == 1
    assert "cannot be read: No such file" in nowhere.stderr
    latin = tmp_path / "latin.lua"
    latin.write_bytes(b"return '\xe9'")
    result = CliRunner().invoke(main, ["script", "run", str(latin)])
    assert result.exit_code == 1
    assert "is not text in UTF-8 (at byte 8)" in result.stderr
