"""Random histories: who is there in which windows, what they do, what befalls them. From a seed.

What a turn comes to in detail (which entry, which path) is found when it is carried out, from what
its window shows at that moment; ``seed`` decides whatever is open then.
"""

from random import Random
from typing import Any

import msgspec

DOINGS = {
    "start": 9,
    "choose": 26,
    "say": 20,
    "edit": 8,
    "delete": 3,
    "lock": 7,
    "wait": 4,
    "ask": 5,
    "unlock": 5,
    "status": 5,
    "dispatch": 4,
    "read": 3,
    "seen": 4,
    "typing": 2,
    "watch": 2,
    "get": 2,
    "messages": 4,
    "history": 1,
}
FAULTS = {
    "cut": 9,
    "away": 6,
    "swallow up": 2,
    "swallow down": 2,
    "split": 6,
    "delay": 4,
    "slow": 2,
    "snip": 8,
    "heal": 6,
    "reload": 4,
    "term": 0.3,
    "kill": 0.5,
}
FAULTY = 0.3
"""The part of the turns that are faults."""
PAUSE = 0.02
"""Seconds between two turns at most; most follow at once."""
DOUBLED = 0.15
"""How often a command is given a second time over HTTP."""
SHORT = 0.2
"""How often a window's first token is about to end."""


class Turn(msgspec.Struct, frozen=True):
    """One thing that is done in a window, or done to it, and seconds to wait after it."""

    window: int
    what: str
    seed: int
    pause: float


class Opened(msgspec.Struct, frozen=True):
    """A window: whose, of which client, and how many seconds its first token lasts."""

    user: str
    client: str
    lasts: float


class Tale(msgspec.Struct, frozen=True):
    """One history."""

    seed: int
    users: tuple[str, ...]
    windows: tuple[Opened, ...]
    turns: tuple[Turn, ...]


def tale(seed: int, clients: tuple[str, ...]) -> Tale:
    """The history of this seed, which is always the same."""
    chance = Random(seed)
    users = tuple(f"h{seed}{letter}" for letter in "abc"[: chance.choice([2, 2, 3])])
    owners = [*users, *([users[0]] if chance.random() < 0.4 else [])]
    windows = tuple(
        Opened(user, chance.choice(clients), 1.5 if chance.random() < SHORT else 3600.0)
        for user in owners
    )
    turns = [Turn(0, "start", chance.randrange(1 << 30), 0.0)]
    for _ in range(chance.randint(10, 26)):
        kinds = FAULTS if chance.random() < FAULTY else DOINGS
        what = chance.choices([*kinds], [*kinds.values()])[0]
        pause = chance.random() * PAUSE if chance.random() < 0.4 else 0.0
        turns.append(Turn(chance.randrange(len(windows)), what, chance.randrange(1 << 30), pause))
    return Tale(seed, users, windows, tuple(turns))


def definition(seed: int) -> dict[str, Any]:
    """The workflow of a history: its users share the entries, and some steps tell them apart."""
    team = f"given groups [h{seed}]"
    lock = {"action": "lock", "args": {"ttl": 0.4}}
    say = {"action": "chat", "scope": "$all", "args": "claimed"}
    unlock = {"action": "unlock"}
    return {
        "start": _step("New", team, {"Claim": "claimed", "Talk": "talk", "End": "end"}),
        "claimed": _step("Claimed", "$all", {"Back": "open", "Mine": "mine"}, lock, say),
        "open": _step("Open", "$all", {"Claim": "claimed", "Talk": "talk", "Mine": "mine"}, unlock),
        "mine": _step("By {{ source.id }}", "$source", {"Back": "open", "Mine": "mine"}),
        "talk": _step("Talk", "$all", {"Claim": "claimed", "Back": "open", "End": "end"}),
        "end": _step("End", "$all", {}, status="retired"),
    }


def _step(
    name: str, scope: str, paths: dict[str, str], *actions: dict[str, Any], **more: Any
) -> dict[str, Any]:
    ways = [{"label": label, "step": target} for label, target in paths.items()]
    behaviors = []
    for way in ways:
        if way["label"] == "Talk":
            way["behavior"] = "room"
            room = {"handle": "room", "behavior": "managedChat", "fields": "{values.name}"}
            behaviors = [{**room, "target": scope, "templates": ["fields"]}]
    step = {"name": name, "scope": scope, "paths": ways, **more}
    if name == "New":
        step["template"] = "{{ name }}"
    return {"step": step, "behaviors": behaviors, "actions": list(actions)}
