"""`lockstep check`: what it prints and how it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lockstep_server.cli import main
from lockstep_server.cli.folder import BUNDLED

GOOD = {"start": {"step": {"name": "New", "scope": "$sink", "paths": [], "status": "retired"}}}
BAD = """{
  "start": {"step": {"name": "New", "scope": "$sink", "paths": [
    {"label": "Go", "step": "nowhere"}
  ]}}
}
"""


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "bad.json"
    file.write_text(BAD)
    return file


def test_a_good_definition_ends_with_0(tmp_path: Path) -> None:
    file = tmp_path / "good.json"
    file.write_text(json.dumps(GOOD))
    result = check(file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 file: 0 errors, 0 warnings" in result.stderr


def test_an_error_is_told_with_its_place_and_ends_with_1(bad: Path) -> None:
    result = check(bad)
    assert result.exit_code == 1
    [told] = [line for line in result.stdout.splitlines() if ": error " in line]
    assert told.startswith(f"{bad}: error ")
    assert "at /start/step/paths/0/step (3:29): " in told
    assert " — " in told


def test_json_has_every_finding_with_file_line_and_column(bad: Path) -> None:
    result = check(bad, "--json")
    assert result.exit_code == 1
    [finding] = [one for one in json.loads(result.stdout) if one["severity"] == "error"]
    assert finding["file"] == str(bad)
    assert finding["pointer"] == "/start/step/paths/0/step"
    assert (finding["line"], finding["column"]) == (3, 29)
    assert finding["step"] == "start"


def test_a_place_is_where_an_editor_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "windows.json"
    lines = [
        "{",
        '\t"start": {"é": 1, "status": "retired",',
        '\t\t"scope": "given grups [a]"}',
        "}",
    ]
    file.write_bytes(("\ufeff" + "\r\n".join(lines)).encode())
    told = check(file).stdout
    assert "unknown_member at /start/é (2:12): " in told
    assert "bad_query at /start/scope (3:19): " in told


def test_what_is_not_json_is_an_error_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{\n  "start": {,}\n}')
    result = check(file)
    assert result.exit_code == 1
    assert f"{file}: error not_json at the top (2:13): This is not JSON: " in result.stdout


def test_a_file_that_is_not_there_is_an_error_and_the_others_are_still_checked(
    tmp_path: Path, bad: Path
) -> None:
    result = check(tmp_path / "none.json", bad)
    assert result.exit_code == 1
    assert "none.json: error unreadable at the top: The file cannot be read" in result.stdout
    assert "/start/step/paths/0/step" in result.stdout
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'"x"'])
def test_nonsense_is_a_finding_and_never_a_traceback(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "nonsense.json"
    file.write_bytes(body)
    result = check(file)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert f"{file}: error " in result.stdout


@pytest.mark.parametrize("name", ["service-call", "expense", "incident"])
def test_the_bundled_definitions_have_no_errors(name: str) -> None:
    assert check(BUNDLED / f"{name}.json").exit_code == 0
