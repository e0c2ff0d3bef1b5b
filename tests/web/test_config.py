"""Settings: which source wins, and what is said about a wrong one."""

from pathlib import Path

import pytest

from lockstep_server.config import ConfigError, Settings, read_settings

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
        ({"LOCKSTEP_DEMO": "1", "LOCKSTEP_PORT": "x"}, "$.port"),
        ({"LOCKSTEP_DEMO": "1", "LOCKSTEP_PORT": "70000"}, "65535"),
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


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not TOML"):
        read_settings(file=file(tmp_path, "port 3"))
