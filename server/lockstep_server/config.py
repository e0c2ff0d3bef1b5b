"""What an operator may set: flags over ``LOCKSTEP_...`` variables over a TOML file over defaults.

Reading is strict on purpose: a key that nobody knows, or a server that could let nobody in, is
said at the start and not found out later.
"""

import difflib
import ipaddress
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from lockstep_protocol import limits

PREFIX = "LOCKSTEP_"

NOT_SETTINGS = frozenset({"CONFIG", "URL", "TOKEN"})
"""Variables that say where the settings are, or belong to the commands that talk to a server."""

MIN_SECRET_BYTES = 32
"""RFC 7518, section 3.2: a key for HS256 is at least as long as its hash."""


class ConfigError(Exception):
    """The settings cannot be used; the text says which one and what to do."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings with their defaults. Durations are seconds, sizes bytes."""

    host: str = "127.0.0.1"
    port: int = 8420
    """0 picks a free one."""
    db: str = "lockstep.db"
    """The database file; ``:memory:`` keeps nothing."""
    demo: bool = False
    """Lets everybody of the directory in by name; on a loopback address only."""
    jwt_secret: str | None = None
    jwt_audience: str | None = None
    jwt_issuer: str | None = None
    allowed_origins: tuple[str, ...] = ()
    """Other origins whose pages may connect, as ``https://host[:port]``."""
    sockets_per_user: int = limits.SOCKETS_PER_USER
    commands_in_flight: int = limits.COMMANDS_IN_FLIGHT
    commands_per_second: int = limits.COMMANDS_PER_SECOND
    commands_burst: int = limits.COMMANDS_BURST
    hello_timeout: float = limits.HELLO_SECONDS
    heartbeat: float = limits.HEARTBEAT_SECONDS
    outbox_frames: int = 2_000
    outbox_bytes: int = 8 * 1024 * 1024
    """What may wait for a slow reader before its session is sent away to resume."""
    definition_bytes: int = 1024 * 1024
    """The largest definition, user or tracker that a PUT may carry."""
    public_url: str | None = None
    """Where people reach the web inbox, for links in e-mails: ``https://inbox.example.org``."""
    push_contact: str = "mailto:operator@localhost"
    """Whom a push service may turn to (RFC 8292): ``mailto:`` or ``https:``."""
    allowed_addresses: tuple[str, ...] = ()
    """Hosts and networks inside the house that pushes and webhooks may go to all the same."""
    smtp_host: str | None = None
    """Notifications go out as e-mail too when this is set."""
    smtp_port: int | None = None
    """By default 587, 465 with ``tls``, 25 with ``none``."""
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_username: str | None = None
    smtp_password: str | None = None
    mail_from: str | None = None
    webhook_url: str | None = None
    """Each notification is posted here too, signed as Standard Webhooks says."""
    webhook_secret: str | None = None
    log_level: str = "info"
    metrics_public: bool = False
    """Whether everybody may read ``/metrics``, and not only administrators and this machine."""

    def checked(self) -> "Settings":
        """These settings, or ``ConfigError`` when a server cannot run with them."""
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"port: {self.port} is not between 0 and 65535.")
        if self.demo:
            _check_loopback(self.host)
        elif self.jwt_secret is None:
            raise ConfigError(
                "Nobody could sign in: set jwt_secret (or the variable LOCKSTEP_JWT_SECRET) to a "
                f"secret of at least {MIN_SECRET_BYTES} bytes, or start `lockstep demo`."
            )
        if self.jwt_secret is not None and len(self.jwt_secret.encode()) < MIN_SECRET_BYTES:
            raise ConfigError(f"jwt_secret: at least {MIN_SECRET_BYTES} bytes are needed.")
        for name in POSITIVE:
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name}: must be greater than 0.")
        if self.smtp_host is not None and "@" not in (self.mail_from or ""):
            raise ConfigError("mail_from: with smtp_host set, name the sender's address.")
        if self.webhook_url is not None and self.webhook_secret is None:
            raise ConfigError("webhook_secret: with webhook_url set, a secret is needed to sign.")
        for origin in self.allowed_origins:
            _check_origin(origin)
        return self


LISTS = ("allowed_origins", "allowed_addresses")
"""Settings that a variable gives with commas between."""

POSITIVE = (
    "sockets_per_user",
    "commands_in_flight",
    "commands_per_second",
    "commands_burst",
    "hello_timeout",
    "heartbeat",
    "outbox_frames",
    "outbox_bytes",
    "definition_bytes",
)

KNOWN = tuple(field.name for field in msgspec.structs.fields(Settings))


def read_settings(
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    file: str | Path | None = None,
) -> Settings:
    """The settings of all three sources, checked. Flags that are None count as not given.

    Without ``file`` the variable ``LOCKSTEP_CONFIG`` names it. Raises ``ConfigError``.
    """
    environ = environ or {}
    file = file or environ.get(PREFIX + "CONFIG")
    merged: dict[str, Any] = {}
    if file is not None:
        merged |= _of_file(Path(file))
    merged |= _of_variables(environ)
    merged |= _known(
        {name: value for name, value in (flags or {}).items() if value is not None}, "The flags"
    )
    try:
        return msgspec.convert(merged, Settings, strict=False).checked()
    except msgspec.ValidationError as wrong:
        raise ConfigError(f"The settings cannot be used: {wrong}") from None


def _of_file(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as source:
            return _known(tomllib.load(source), str(file))
    except OSError as failure:
        raise ConfigError(f"{file} cannot be read: {failure.strerror}.") from None
    except tomllib.TOMLDecodeError as wrong:
        raise ConfigError(f"{file} is not TOML: {wrong}") from None


def _of_variables(environ: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for variable, value in environ.items():
        if variable.startswith(PREFIX) and variable.removeprefix(PREFIX) not in NOT_SETTINGS:
            given[variable.removeprefix(PREFIX).lower()] = value
    for name in LISTS:
        if name in given:
            given[name] = [part.strip() for part in given[name].split(",") if part.strip()]
    return _known(given, "The environment", PREFIX)


def _known(given: dict[str, Any], where: str, prefix: str = "") -> dict[str, Any]:
    for name in given:
        if name not in KNOWN:
            close = difflib.get_close_matches(name, KNOWN, 1)
            shown = (prefix + name).upper() if prefix else name
            near = (prefix + close[0]).upper() if prefix and close else "".join(close)
            hint = f" Did you mean {near}?" if near else f" Known are: {', '.join(KNOWN)}."
            raise ConfigError(f"{where}: {shown} is no setting.{hint}")
    return given


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigError(
            f"host: the demo lets everybody in, so it listens on loopback only, not on {host}."
        )


def _check_origin(origin: str) -> None:
    scheme, _, rest = origin.partition("://")
    if scheme not in ("http", "https") or not rest or "/" in rest:
        raise ConfigError(
            f"allowed_origins: {origin!r} is no origin; write it as https://host or http://host:port."
        )
