"""Settings: which source wins, and what is said about a wrong one."""

import re
from pathlib import Path

import pytest

from lockstep_server.config import ConfigError, Settings
from lockstep_server.sources import FIELDS, expectation, gather, is_secret, read_settings

SECRET = "s" * 32


def file(folder: Path, text: str) -> Path:
    path = folder / "lockstep.toml"
    path.write_text(text)
    return path


def test_flags_win_over_variables_over_the_file_over_defaults(tmp_path: Path) -> None:
    source = file(tmp_path, f'port = 1\nhost = "127.0.0.2"\ndb = "f"\njwt_secret = "{SECRET}"')
    settings = read_settings(
        {"port": 3, "host": None}, {"LOCKSTEP_PORT": "2", "LOCKSTEP_DB": "v", "PATH": "/"}, source
    )
    assert (settings.port, settings.db, settings.host) == (3, "v", "127.0.0.2")
    assert settings.log_level == Settings().log_level


def test_a_variable_names_the_file(tmp_path: Path) -> None:
    source = file(tmp_path, "demo = true\nport = 7")
    assert read_settings(environ={"LOCKSTEP_CONFIG": str(source)}).port == 7


def test_variables_are_read_as_what_they_are_for() -> None:
    settings = read_settings(
        environ={
            "LOCKSTEP_DEMO": "true",
            "LOCKSTEP_HEARTBEAT": "2.5",
            "LOCKSTEP_ALLOWED_ORIGINS": "https://a.example, http://b.example:8080",
            "LOCKSTEP_TOKEN": "of a client",
        }
    )
    assert settings.demo is True
    assert settings.heartbeat == 2.5
    assert settings.allowed_origins == ("https://a.example", "http://b.example:8080")


@pytest.mark.parametrize(
    ("environ", "text"),
    [
        ({}, "set jwt_secret"),
        ({"LOCKSTEP_JWT_SECRET": "short"}, "at least 32 bytes"),
        ({"LOCKSTEP_DEMO": "1", "LOCKSTEP_HOST": "0.0.0.0"}, "loopback only"),
        ({"LOCKSTEP_DEMO": "1", "LOCKSTEP_PROT": "1"}, "Did you mean LOCKSTEP_PORT?"),
        (
            {"LOCKSTEP_PORT": "x"},
            "LOCKSTEP_PORT: a whole number from 0 to 65535 is expected, not 'x'.",
        ),
        ({"LOCKSTEP_PORT": "70000"}, "65535"),
        ({"LOCKSTEP_DEMO": "perhaps"}, "LOCKSTEP_DEMO: true or false is expected"),
        ({"LOCKSTEP_HEARTBEAT": "inf"}, "LOCKSTEP_HEARTBEAT: a number greater than 0 is expected"),
        ({"LOCKSTEP_LOG_LEVEL": "loud"}, "one of critical, debug, error, info, warning"),
        ({"LOCKSTEP_DEMO": "1", "LOCKSTEP_SOCKETS_PER_USER": "0"}, "greater than 0"),
        ({"LOCKSTEP_DEMO": "1", "LOCKSTEP_ALLOWED_ORIGINS": "https://a.example/"}, "no origin"),
        ({"LOCKSTEP_CONFIG": "/no/such/file"}, "cannot be read"),
    ],
)
def test_what_cannot_work_is_said_in_plain_words(environ: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings(environ=environ)
    assert text in str(raised.value)


def test_a_key_of_the_file_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"jwt_secrt is no setting\. Did you mean jwt_secret\?"):
        read_settings(file=file(tmp_path, 'jwt_secrt = "x"'))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('port = "8420"', "port: a whole number from 0 to 65535 is expected, not '8420'."),
        ("port = true", "port: a whole number"),
        ("db = 3", "db: a text is expected, not 3."),
        ('allowed_origins = "a, b"', 'allowed_origins: a list like ["a", "b"] is expected'),
        ("[smtp]\nhost = 1\nprot = 2", "smtp is a table. Settings are not nested; write smtp_host"),
        ("[db]\nfile = 1", "db: a text is expected"),
    ],
)
def test_a_wrong_value_in_the_file_is_named_with_its_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    source = file(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        read_settings(file=source)
    assert str(raised.value).startswith(f"{source}: {problem}")


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings({"port": -1}, {"LOCKSTEP_DBB": "x"}, file(tmp_path, "heartbeat = 0"))
    assert [line.split(":")[0] for line in str(raised.value).splitlines()][1:] == [
        "LOCKSTEP_DBB is no setting. Did you mean LOCKSTEP_DB?",
        "--port",
    ]


def test_an_empty_variable_is_an_absent_one(tmp_path: Path) -> None:
    source = file(tmp_path, "demo = true\nport = 7")
    assert read_settings(environ={"LOCKSTEP_PORT": ""}, file=source).port == 7


def test_a_wrong_secret_is_not_said_back(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings(file=file(tmp_path, "jwt_secret = 123456789"))
    assert "123456789" not in str(raised.value)


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_can_be_given_as_a_variable_and_says_what_it_expects(name: str) -> None:
    assert expectation(name)
    if re.search("secret|password", name):
        assert is_secret(name)
    value = FIELDS[name].default
    if value not in (None, (), ""):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        found = gather(environ={f"LOCKSTEP_{name.upper()}": text})[name]
        assert (found.value, found.source) == (value, f"variable LOCKSTEP_{name.upper()}")


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not TOML"):
        read_settings(file=file(tmp_path, "port 3"))
