"""`lockstep explore`: what it prints and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lockstep_server.cli import main

WORKFLOWS = Path(__file__).parent.parent / "workflows"
BAD = {
    "start": {
        "step": {
            "name": "New",
            "scope": "given groups [team]",
            "paths": [{"label": "Accept", "step": "mine"}],
        }
    },
    "mine": {"step": {"name": "Mine", "scope": "$source", "status": "active", "paths": []}},
}


def explore(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["explore", *map(str, arguments)])


def write(file: Path, nodes: dict[str, Any]) -> Path:
    file.write_text(json.dumps(nodes, indent=1))
    return file


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return write(tmp_path / "bad.json", BAD)


def test_a_good_workflow_ends_with_0() -> None:
    result = explore(WORKFLOWS / "expense.json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "expense.json: 5 states, 2 ends; 5 of 5 steps, 9 of 9 paths\n" in result.stdout
    assert result.stdout.endswith("\n\nNothing found.\n")


def test_notes_alone_end_with_0() -> None:
    result = explore(WORKFLOWS / "incident.json")
    assert result.exit_code == 0
    assert "note: left behind at /start/step/paths/2 (23:9)\n" in result.stdout
    assert "Only a dispatch can start it.\n" in result.stdout
    assert result.stdout.endswith("\n\n0 problems, 1 note.\n")


def test_a_problem_is_told_with_place_and_route_and_ends_with_1(bad: Path) -> None:
    result = explore(bad)
    assert result.exit_code == 1
    blocks = result.stdout.split("\n\n")
    head, text, route = blocks[1].split("\n")
    assert head == "dead end at /mine/step (15:11)"
    assert "whose" not in text
    assert "which has no path" in text
    assert route == (
        '  start -> team-1 chooses "Accept" at start -> team-2 chooses "Accept" at start'
    )
    assert blocks[-1] == "2 problems.\n"


def test_json_is_one_document(bad: Path) -> None:
    result = explore(bad, WORKFLOWS / "expense.json", "--json")
    assert result.exit_code == 1
    first, second = json.loads(result.stdout)["workflows"]
    assert (first["problems"], first["complete"], first["stopped"]) == (2, True, None)
    assert second["reports"] == []
    report = first["reports"][1]
    assert (report["kind"], report["severity"]) == ("left_behind", "problem")
    assert (report["pointer"], report["line"], report["column"]) == ("/start/step/paths/0", 7, 5)
    assert report["route"] == [
        {"user": "sink", "step": "start", "path": None},
        {"user": "team-1", "step": "start", "path": "Accept"},
    ]
    assert report["routeText"] == 'start -> team-1 chooses "Accept" at start'


def test_a_directory_gives_the_users(tmp_path: Path) -> None:
    result = explore(
        WORKFLOWS / "service-call.json", "--directory", WORKFLOWS / "directory.json", "--json"
    )
    [played] = json.loads(result.stdout)["workflows"]
    assert [user["id"] for user in played["users"]] == ["dana", "omar", "mei", "ivo", "ruth"]
    assert played["sink"] == "dana"
    users = write(tmp_path / "users.json", {"users": [{"id": "ann"}]})
    alone = explore(WORKFLOWS / "service-call.json", "--directory", users)
    assert alone.exit_code == 1
    assert "empty scope at /start/step/scope" in alone.stdout
    assert "Never reached by these users: step 'start', step 'claimed'," in alone.stdout


def test_a_bound_that_was_reached_is_told() -> None:
    result = explore(WORKFLOWS / "expense.json", "--states", "2")
    assert result.exit_code == 0
    assert "Stopped early: as many states as allowed." in result.stdout
    assert "Nothing found so far." in result.stdout
    read = json.loads(explore(WORKFLOWS / "expense.json", "--states", "2", "--json").stdout)
    assert read["workflows"][0]["complete"] is False
    assert read["workflows"][0]["stopped"] == "states"


def test_workflows_that_start_one_another(tmp_path: Path) -> None:
    def starting(other: str) -> dict[str, Any]:
        trigger = {"action": "trigger", "args": {"rule": other}}
        return {"start": {"step": {"scope": "$sink", "status": "retired"}, "actions": [trigger]}}

    ping = write(tmp_path / "ping.json", starting("pong"))
    pong = write(tmp_path / "pong.json", starting("ping"))
    assert explore(ping).exit_code == 0
    both = explore(ping, pong)
    assert both.exit_code == 1
    assert "'pong' starts 'ping' starts 'pong' and so on without end" in both.stdout


def test_a_definition_with_errors_is_not_played(tmp_path: Path) -> None:
    result = explore(write(tmp_path / "wrong.json", {"first": {}}))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error no_start" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.json"], "does not exist"),
        (["bad.json", "--states", "0"], "--states"),
        (["bad.json", "--seconds", "0"], "--seconds"),
        (["bad.json", "--directory", "bad.json"], "names no users"),
        (["bad.json", "--directory", "broken.json"], "is not JSON"),
        (["bad.json", "--directory", "numbers.json"], "no list of users"),
        (["bad.json", "more/bad.json"], "one name"),
    ],
)
def test_a_wrong_command_ends_with_2(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "more").mkdir()
    write(tmp_path / "bad.json", BAD)
    write(tmp_path / "more" / "bad.json", BAD)
    write(tmp_path / "numbers.json", {"users": [1]})
    (tmp_path / "broken.json").write_text("{")
    result = explore(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
