"""`lockstep config show`: what holds, where it comes from, and no secret."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lockstep_server.cli import main
from lockstep_server.sources import FIELDS

SECRET = "a secret that is long enough to sign with"
VARIABLES = {"LOCKSTEP_JWT_SECRET": SECRET, "LOCKSTEP_SMTP_PORT": "2525"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lockstep.toml"
    path.write_text('port = 1\ndb = "kept.db"\npublic_url = "https://ann:pass@inbox.example.org"\n')
    return path


def show(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(main, ["config", "show", *arguments], env=VARIABLES | variables)


def test_each_setting_is_shown_with_its_source(file: Path) -> None:
    shown = show("--config", str(file), "--port", "3")
    assert shown.exit_code == 0, shown.output
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in shown.stdout.splitlines()}
    assert lines.keys() == FIELDS.keys()
    assert lines["port"] == "3 flag --port"
    assert lines["smtp_port"] == "2525 variable LOCKSTEP_SMTP_PORT"
    assert lines["db"] == f"kept.db file {file}"
    assert lines["heartbeat"] == "20 default"
    assert lines["jwt_secret"] == "(set) variable LOCKSTEP_JWT_SECRET"


def test_json_has_the_same_and_no_secret(file: Path) -> None:
    shown = show("--config", str(file), "--json")
    told = json.loads(shown.stdout)
    assert told["port"] == {"value": 1, "from": f"file {file}"}
    assert told["allowed_origins"] == {"value": [], "from": "default"}
    assert told["public_url"]["value"] == "https://…@inbox.example.org"
    assert SECRET not in shown.output
    assert "pass@" not in shown.output


def test_settings_that_no_server_could_start_with_are_shown_and_named() -> None:
    shown = show(LOCKSTEP_JWT_SECRET="")
    assert shown.exit_code == 1
    assert "jwt_secret" in shown.stdout
    assert shown.stderr.startswith("lockstep: Nobody could sign in")


def test_what_is_no_setting_is_refused() -> None:
    shown = show(LOCKSTEP_PROT="1")
    assert shown.exit_code == 1
    assert shown.output == "lockstep: LOCKSTEP_PROT is no setting. Did you mean LOCKSTEP_PORT?\n"
