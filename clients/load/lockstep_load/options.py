"""What a load test is to do, and whether that makes sense."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from .profiles import GIVERS, KINDS
from .report import Plan

SESSIONS = 200
SHARES = {"deciders": 0.15, "chatters": 0.1, "reconnectors": 0.04, "slow": 0.01}
"""Of the sessions, when nothing else is said; the others are readers."""
UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


class Unusable(Exception):
    """The options make no sense together; the text says which and what to do."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the user may set. Seconds throughout; ``rate``: commands a second in all.

    ``serve``: the command that starts a server of our own, used when there is no ``url``.
    """

    url: str | None = None
    token: str | None = None
    jwt_secret: str | None = None
    tokens: tuple[tuple[str, str], ...] = ()
    profiles: dict[str, int]
    storms: int = 0
    rate: float = 20.0
    ramp: float = 5.0
    duration: float = 30.0
    seed: int = 1
    workers: int = 1
    team: int = 20
    entries: int = 2
    keep: bool = False
    serve: tuple[str, ...] = ()

    @property
    def sessions(self) -> int:
        """Simulated users in all."""
        return sum(self.profiles.values())

    def plan(self) -> Plan:
        """What a report says was asked for."""
        return Plan(
            url=self.url or "a server of its own",
            profiles=self.profiles,
            rate=self.rate,
            ramp=self.ramp,
            duration=self.duration,
            seed=self.seed,
            workers=self.workers,
            more={"team": self.team, "entries": self.entries, "storms": self.storms},
        )

    def checked(self) -> "Options":
        """These options. Raises ``Unusable``."""
        for name, least in (("team", 1), ("entries", 1), ("workers", 1), ("rate", 0), ("ramp", 0)):
            if getattr(self, name) < least:
                raise Unusable(f"--{name}: at least {least} is needed.")
        if self.duration <= 0:
            raise Unusable("--duration: it has to be more than nothing.")
        if self.sessions < 1:
            raise Unusable("There is not a single session; see --sessions and --profile.")
        if self.rate and not any(self.profiles.get(kind) for kind in GIVERS):
            raise Unusable("--rate: only deciders and chatters give commands, and there are none.")
        if self.workers > self.sessions:
            raise Unusable("--workers: there are more of them than sessions.")
        if self.tokens and len(self.tokens) < self.sessions:
            raise Unusable(
                f"--tokens: {len(self.tokens)} users for {self.sessions} sessions; each needs one."
            )
        if self.url is None:
            if self.token or self.jwt_secret or self.tokens:
                raise Unusable(
                    "--token, --jwt-secret and --tokens are for a server named by --url."
                )
        elif urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname:
            raise Unusable(f"--url: {self.url!r} is no address; write http://host:port.")
        elif not (self.tokens or self.jwt_secret or (self.token or "").startswith("demo:")):
            raise Unusable(
                "How do the simulated users sign in? Give --jwt-secret, --tokens FILE, or, for a "
                "demo, --token demo:ADMIN."
            )
        elif not (self.token or self.jwt_secret):
            raise Unusable("--token: an administrator's is needed to publish workflows.")
        return self


def profiles_of(text: str | None, sessions: int | None) -> tuple[dict[str, int], int]:
    """Sessions by profile, and the number of storms, from ``--profile`` and ``--sessions``.

    Kinds that are named have so many; with ``sessions`` the others are readers. Nothing named: a
    mixture. Raises ``Unusable``.
    """
    named: dict[str, int] = {}
    for part in filter(None, (text or "").split(",")):
        kind, found, number = part.strip().partition("=")
        if kind not in (*KINDS, "storm"):
            raise Unusable(f"--profile: no {kind!r} there; say {', '.join(KINDS)} or storm.")
        if not found or not number.isdecimal():
            raise Unusable(f"--profile: {part!r}: write {kind}=NUMBER.")
        if kind in named:
            raise Unusable(f"--profile: {kind} is there twice.")
        named[kind] = int(number)
    storms = named.pop("storm", 0)
    if not named:
        total = SESSIONS if sessions is None else sessions
        named = {kind: round(total * share) for kind, share in SHARES.items()}
        named["readers"] = total - sum(named.values())
    elif sessions is not None:
        rest = sessions - sum(named.values())
        if rest < 0 or (rest and "readers" in named):
            raise Unusable(
                f"--profile names {sum(named.values())} sessions, --sessions says {sessions}."
            )
        named.setdefault("readers", rest)
    return {kind: named[kind] for kind in KINDS if named.get(kind)}, storms


def seconds(text: str) -> float:
    """A time such as ``90``, ``30s``, ``5m`` or ``1.5h``, in seconds. Raises ``Unusable``."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if found is None:
        raise Unusable(f"{text!r} is no time; write 90, 30s, 5m or 1.5h.")
    return float(found[1]) * UNITS[found[2]]


def tokens_of(file: Path) -> tuple[tuple[str, str], ...]:
    """The users of ``--tokens``: one ``USER TOKEN`` a line. Raises ``Unusable``."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as failure:
        raise Unusable(f"--tokens: {file} cannot be read: {failure}") from None
    found = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words and len(words) != 2:
            raise Unusable(f"--tokens: {file}, line {number}: write USER TOKEN.")
        if words:
            found.append((words[0], words[1]))
    if len({user for user, _ in found}) < len(found):
        raise Unusable(f"--tokens: a user is in {file} twice.")
    return tuple(found)


def default_workers() -> int:
    """One for each core but one, which is the server's."""
    return max(1, len(os.sched_getaffinity(0)) - 1)
