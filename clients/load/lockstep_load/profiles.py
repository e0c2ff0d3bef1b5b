"""What the simulated users do. Each habit has its own seeded chance, so that the same seed makes
the same decisions however the server, or the number of workers, happens to be."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from .session import Given, Session

KINDS = ("readers", "deciders", "chatters", "reconnectors", "slow")

MARK_SECONDS = 30.0
"""Between two marks of a reader, in the mean, as all of these."""
DROP_SECONDS = 15.0
AWAY_SECONDS = 2.0
"""How long a reconnector is away, at most."""
OLD_SHARE, NOTHING_SHARE = 0.2, 0.05
"""Of the reconnectors' drops: those that come back with an old position, or with none."""
LOCK_SHARE = 0.1
"""Of the deciders' turns: those that take the lock first and give it back, three commands."""
LOCK_SECONDS = 5
SLOW_SECONDS = 2.0
"""A slow reader takes what has come this often, for as long as the next."""
SLOW_TAKES_SECONDS = 0.1
TEXT = "x" * 120

Act = Callable[[Session, Random, float], None]
"""One turn; the float is when it was due. Draws the same chances whatever it finds."""


def decide(session: Session, chance: Random, due: float) -> None:
    """Choose the one path there is, now and then under the lock."""
    entry = chance.choice(session.team.entries)
    text = f"{chance.getrandbits(32):08x} {TEXT}"
    locks = chance.random() < LOCK_SHARE
    session.when_live(partial(_lock if locks else _choose, session, entry, text, due))


def _choose(session: Session, entry: str, text: str, due: float, fence: int | None = None) -> None:
    view = session.holding.views.get(entry)
    if view is None:
        session.world.error(f"{session.place.user} does not hold {entry}")
        return
    more: dict[str, Any] = {} if fence is None else {"fence": fence}
    session.give(
        Given("choose", entry, due, None if fence is None else _unlock),
        step=view["step"],
        visit=view["visit"],
        path="On",
        data={"text": text},
        **more,
    )


def _lock(session: Session, entry: str, text: str, due: float) -> None:
    def then(session: Session, given: Given, result: dict[str, Any]) -> None:
        _choose(session, entry, text, session.world.now(), result["fence"])

    session.give(Given("lock", entry, due, then), ttl=LOCK_SECONDS)


def _unlock(session: Session, given: Given, result: dict[str, Any]) -> None:
    session.give(Given("unlock", given.entry, session.world.now()))


def chat(session: Session, chance: Random, due: float) -> None:
    """Say something, after typing."""
    entry = chance.choice(session.team.entries)
    text = f"{chance.getrandbits(32):08x} {TEXT}"

    def say() -> None:
        session.signal({"type": "typing", "entry": entry})
        session.give(Given("say", entry, due), body=text)

    session.when_live(say)


def mark(session: Session, chance: Random, due: float) -> None:
    """Mark an entry as seen."""
    session.signal({"type": "read", "entry": chance.choice(session.team.entries), "seen": True})


def drop(session: Session, chance: Random, due: float) -> None:
    """Lose the connection, and come back."""
    share, away = chance.random(), chance.uniform(0, AWAY_SECONDS)
    if share < OLD_SHARE:
        session.back_with = "old"
    elif share < OLD_SHARE + NOTHING_SHARE:
        session.back_with = "nothing"
    session.cut(away)


def dawdle(session: Session, chance: Random, due: float) -> None:
    """Take what has come, and then nothing for a while."""
    session.read_on(True)
    session.world.at(due + SLOW_TAKES_SECONDS, partial(session.read_on, False))


HABITS: dict[str, tuple[tuple[Act, float], ...]] = {
    "readers": ((mark, MARK_SECONDS),),
    "reconnectors": ((drop, DROP_SECONDS),),
    "slow": ((dawdle, SLOW_SECONDS),),
}
"""By profile what its users do, and the mean seconds between two turns; those who give commands do
it as often as the rate of the run says."""
GIVERS: dict[str, Act] = {"deciders": decide, "chatters": chat}
SHARES = {"deciders": 0.8, "chatters": 0.2}
"""Of the commands."""


def turns(profiles: dict[str, int], rate: float) -> dict[str, float]:
    """Seconds between two turns of one user, so that all give ``rate`` commands a second."""
    share = {kind: SHARES[kind] for kind in SHARES if profiles.get(kind)}
    commands = {"deciders": 1 + 2 * LOCK_SHARE, "chatters": 1.0}
    return {
        kind: profiles[kind] * commands[kind] * sum(share.values()) / (rate * each)
        for kind, each in share.items()
        if rate
    }
