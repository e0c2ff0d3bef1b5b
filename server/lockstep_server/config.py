"""What an operator may set. ``sources.py`` reads it.

A setting is added here, in one line, and to the table of the README: its type says what it may
be, and everything else (reading it, showing it, saying what is wrong) follows from that.
"""

import ipaddress
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lockstep_protocol import limits

Secret = Annotated[str, Meta(extra={"secret": True})]
"""A text that is shown to nobody."""
Count = Annotated[int, Meta(gt=0)]
Seconds = Annotated[float, Meta(gt=0)]
Port = Annotated[int, Meta(ge=0, le=65535)]

MIN_SECRET_BYTES = 32
"""RFC 7518, section 3.2: a key for HS256 is at least as long as its hash."""

MAX_CLOCK_SKEW = 300.0
"""Seconds: clocks that differ by more are to be set, not allowed for."""


class ConfigError(Exception):
    """The settings cannot be used; the text says which one and what to do."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings with their defaults. Durations are seconds, sizes bytes."""

    host: str = "127.0.0.1"
    port: Port = 8420
    """0 picks a free one."""
    db: str = "lockstep.db"
    """The database file; ``:memory:`` keeps nothing."""
    demo: bool = False
    """Lets everybody of the directory in by name; on a loopback address only."""
    jwt_secret: Secret | None = None
    jwt_keys: str | None = None
    """A file with the issuer's public keys: PEM, or a JWKS. It is read again when it changes."""
    jwt_audience: str | None = None
    jwt_issuer: str | None = None
    clock_skew: Annotated[float, Meta(ge=0, le=MAX_CLOCK_SKEW)] = 5.0
    """How far the issuer's clock may be from ours."""
    allowed_origins: tuple[str, ...] = ()
    """Other origins whose pages may connect, as ``https://host[:port]``."""
    sockets_per_user: Count = limits.SOCKETS_PER_USER
    commands_in_flight: Count = limits.COMMANDS_IN_FLIGHT
    commands_per_second: Count = limits.COMMANDS_PER_SECOND
    commands_burst: Count = limits.COMMANDS_BURST
    bytes_per_second: Count = limits.BYTES_PER_SECOND
    bytes_burst: Count = limits.BYTES_BURST
    """What a user may send, over all doors."""
    unsigned_sockets_per_address: Count = 8_000
    failed_sign_ins_per_minute: Count = 600
    """Of one address (IPv6: of one /64)."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose ``X-Forwarded-For`` and ``-Proto`` count."""
    hello_timeout: Seconds = limits.HELLO_SECONDS
    heartbeat: Seconds = limits.HEARTBEAT_SECONDS
    lock_grace: Annotated[float, Meta(ge=0)] = limits.LOCK_GRACE_SECONDS
    """How long a lock outlives the last session of who took it over one; 0: it is not ended."""
    outbox_frames: Count = 2_000
    outbox_bytes: Count = 8 * 1024 * 1024
    """What may wait for a slow reader before its session is sent away to resume."""
    buffered_bytes: Count = 256 * 1024 * 1024
    """What may wait for all readers together; over it whoever has most waiting is sent away."""
    definition_bytes: Count = 1024 * 1024
    """The largest definition, user or tracker that a PUT may carry."""
    public_url: str | None = None
    """Where people reach the web inbox, for links in e-mails: ``https://inbox.example.org``."""
    push_contact: str = "mailto:operator@localhost"
    """Whom a push service may turn to (RFC 8292): ``mailto:`` or ``https:``."""
    allowed_addresses: tuple[str, ...] = ()
    """Hosts and networks inside the house that pushes and webhooks may go to all the same."""
    smtp_host: str | None = None
    """Notifications go out as e-mail too when this is set."""
    smtp_port: Port | None = None
    """By default 587, 465 with ``tls``, 25 with ``none``."""
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_username: str | None = None
    smtp_password: Secret | None = None
    mail_from: str | None = None
    webhook_url: str | None = None
    """Each notification is posted here too, signed as Standard Webhooks says."""
    webhook_secret: Secret | None = None
    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    log_format: Literal["text", "json"] = "text"
    metrics_public: bool = False
    """Whether everybody may read ``/metrics``, and not only administrators and this machine."""

    def checked(self) -> "Settings":
        """These settings, or ``ConfigError`` when a server cannot run with them."""
        if self.demo:
            _check_loopback(self.host)
        elif self.jwt_secret is None and self.jwt_keys is None:
            raise ConfigError(
                "Nobody could sign in: set jwt_secret (or the variable LOCKSTEP_JWT_SECRET) to a "
                f"secret of at least {MIN_SECRET_BYTES} bytes, or jwt_keys to a file with the "
                "public keys of whoever issues your tokens, or start `lockstep demo`."
            )
        if self.jwt_secret is not None and len(self.jwt_secret.encode()) < MIN_SECRET_BYTES:
            raise ConfigError(f"jwt_secret: at least {MIN_SECRET_BYTES} bytes are needed.")
        if self.smtp_host is not None and "@" not in (self.mail_from or ""):
            raise ConfigError("mail_from: with smtp_host set, name the sender's address.")
        if self.webhook_url is not None and self.webhook_secret is None:
            raise ConfigError("webhook_secret: with webhook_url set, a secret is needed to sign.")
        for proxy in self.trusted_proxies:
            _check_network(proxy)
        for origin in self.allowed_origins:
            _check_origin(origin)
        return self


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigError(
            f"host: the demo lets everybody in, so it listens on loopback only, not on {host}."
        )


def _check_network(text: str) -> None:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise ConfigError(
            f"trusted_proxies: {text!r} is no address and no network like 10.0.0.0/8."
        ) from None


def _check_origin(origin: str) -> None:
    scheme, _, rest = origin.partition("://")
    if scheme not in ("http", "https") or not rest or "/" in rest:
        raise ConfigError(
            f"allowed_origins: {origin!r} is no origin; write it as https://host or http://host:port."
        )
