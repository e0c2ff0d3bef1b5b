"""Random casts: a directory, a definition, and what its users do. All of it from a seed.

About a third of the commands is wrong on purpose. What a command comes to in detail (whose turn
it is, which paths there are) is found when it is carried out, from the model; so commands can be
left out of a story and the rest still makes sense.
"""

from random import Random
from typing import Any

import msgspec

from tests.property.model import Model
from tests.property.steps import Document
from tests.property.words import User

GROUPS = ("north", "south", "night")
LABELS = ("tall", "quick")
ROLES = ("lead", "admin")
STYLES = ("danger", "success", "info", "dark", "warning")
FAILS = "{{ 1 // 0 }}"
TEXTS = (
    "Plain",
    "At {{ data.a }}",
    "{{ b }}!",
    "By {{ source.id }} for {{ sink.id }}",
    "{{ entry.title }} again",
    "{{ dispatch.taskState }}",
    FAILS,
)
KINDS = {
    "choose": 42,
    "choose stale": 6,
    "choose by anybody": 8,
    "choose no path": 3,
    "choose fence": 6,
    "lock": 7,
    "lock by anybody": 4,
    "lock wait": 8,
    "ask": 4,
    "unlock": 5,
    "unlock by anybody": 4,
    "say": 4,
    "say by anybody": 3,
    "say too much": 1,
    "status": 5,
    "status by anybody": 3,
    "time": 4,
    "rest": 3,
}


class Turn(msgspec.Struct, frozen=True):
    """One thing done in a story; ``seed`` decides whatever ``kind`` leaves open."""

    kind: str
    seed: int


class Cast(msgspec.Struct, frozen=True):
    """Who there is, what they are given, and what they do with it."""

    users: tuple[User, ...]
    definition: Document
    start: dict[str, Any]
    turns: tuple[Turn, ...]


def cast(seed: int, turns: int) -> Cast:
    """The story of this seed, which is always the same."""
    chance = Random(seed)
    users = tuple(_user(chance, number) for number in range(chance.randint(4, 8)))
    kinds = chance.choices([*KINDS], [*KINDS.values()], k=turns)
    return Cast(
        users,
        _definition(chance, [user["id"] for user in users]),
        _start(chance, [user["id"] for user in users]),
        tuple(Turn(kind, chance.randrange(1_000_000)) for kind in kinds),
    )


def _user(chance: Random, number: int) -> User:
    """``night`` has nobody in most casts; some users have no group at all."""
    return {
        "id": f"u{number}",
        "email": f"u{number}@example.org" if chance.random() < 0.7 else None,
        "groups": [
            name for name, p in zip(GROUPS, (0.5, 0.4, 0.04), strict=True) if _is(chance, p)
        ],
        "labels": [name for name in LABELS if _is(chance, 0.3)],
        "roles": [name for name in ROLES if _is(chance, 0.15)],
    }


def _start(chance: Random, users: list[str]) -> dict[str, Any]:
    to = {0: [], 1: [chance.choice(users)], 2: chance.sample(users, 2)}
    dispatch = {
        "id": "d1",
        "tracker": "request",
        "author": chance.choice(users),
        "user": chance.choice(users),
        "taskState": None,
    }
    return {
        "user": chance.choice(users),
        "to": to[chance.choices([0, 1, 2], [1, 6, 1])[0]],
        "data": _data(chance) or {},
        "dispatch": dispatch if _is(chance, 0.7) else None,
    }


def _data(chance: Random) -> dict[str, Any] | None:
    given = {name: chance.choice([1, "x", True, [2]]) for name in "abc" if _is(chance, 0.5)}
    return given if _is(chance, 0.5) else None


def _definition(chance: Random, users: list[str]) -> Document:
    keys = ["start", *(f"s{number}" for number in range(1, chance.randint(2, 7)))]
    return {key: _node(chance, key, keys, users) for key in keys}


def _node(chance: Random, key: str, keys: list[str], users: list[str]) -> Document:
    labels = [f"to {number}" for number in range(chance.choice([0, 1, 2, 2, 3, 3, 4]))]
    if key == "start" and not labels:
        labels = ["to 0"]
    step: Document = {
        "name": chance.choice(TEXTS),
        "status": "retired" if key != "start" and _is(chance, 0.12) else "active",
        "paths": [{"label": label, "step": chance.choice(keys)} for label in labels],
    }
    scope = _scope(chance, users, at_start=key == "start")
    if scope is not None:
        step["scope"] = scope
    if _is(chance, 0.5):
        step["description"] = chance.choice(TEXTS)
    if _is(chance, 0.3):
        step["nameStyle"] = chance.choice(STYLES)
    if key == "start" and _is(chance, 0.8):
        step["template"] = chance.choice(TEXTS)
    behaviors = [_behavior(chance, name, users) for name in "xy" if _is(chance, 0.3)]
    for path in step["paths"]:
        if behaviors and _is(chance, 0.5):
            path["behavior"] = chance.choice(behaviors)["handle"]
    count = chance.choice([0, 0, 1, 1, 2, 3])
    # Triggers lead onwards in the list of steps only, so that none is a cycle.
    later = keys[keys.index(key) + 1 :]
    actions = [_action(chance, later, users) for _ in range(count)]
    return {"step": step, "behaviors": behaviors, "actions": actions}


def _behavior(chance: Random, handle: str, users: list[str]) -> Document:
    behavior: Document = {"handle": handle, "behavior": chance.choice(["chat", "dispatch"])}
    if behavior["behavior"] == "dispatch":
        behavior["fields"] = "request"
        if _is(chance, 0.7):
            behavior["target"] = _scope(chance, users) or "$sink"
    return behavior


def _scope(chance: Random, users: list[str], at_start: bool = False) -> str | None:
    words = ["$sink", "$source", None] if at_start else ["$all", "$all", "$all", "$source", "$sink"]
    return chance.choice(words) if _is(chance, 0.25 if at_start else 0.7) else query(chance, users)


def query(chance: Random, users: list[str]) -> str:
    """A user query; once in a while one that means nobody."""
    positive = [
        " and ".join(_given(chance, users) for _ in range(chance.choice([1, 1, 1, 2])))
        for _ in range(chance.choice([0, 1, 1, 1, 2]))
    ]
    excepts = [
        f"except {_named(chance, users)}" for _ in range(0 if positive and _is(chance, 0.7) else 1)
    ]
    return chance.choice([", ", ",", " , "]).join(positive + excepts)


def _given(chance: Random, users: list[str]) -> str:
    plain = chance.choice(["all users", "current user"])
    return plain if _is(chance, 0.15) else f"given {_named(chance, users)}"


def _named(chance: Random, users: list[str]) -> str:
    kind, handles = chance.choice(
        [
            ("users", [*users, f"{users[0]}@example.org", "nobody"]),
            ("groups", [*GROUPS]),
            ("user-labels", [*LABELS, '"no such"']),
            ("roles", [*ROLES]),
        ]
    )
    return f"{kind} [{', '.join(chance.sample(handles, chance.choice([1, 1, 2])))}]"


def _action(chance: Random, later: list[str], users: list[str]) -> Document:
    """``task`` is rarer, since it fails in every entry without a dispatch."""
    names = {"status": 4, "task": 1, "lock": 4, "unlock": 4, "chat": 4, "notify": 3, "script": 2}
    name = chance.choices([*names, "trigger"], [*names.values(), 4])[0]
    action: Document = {"action": name}
    scope = _scope(chance, users)
    if scope is not None and _is(chance, 0.8):
        action["scope"] = scope
    args = _args(chance, name, later)
    if args is not None:
        action["args"] = args
    return action


def _args(chance: Random, name: str, later: list[str]) -> Any:
    match name:
        case "status":
            return chance.choice(["active", "retired"])
        case "task":
            return chance.choice(["open", "done"])
        case "lock":
            return chance.choice([None, 5, {"ttl": 30.5}])
        case "chat":
            return chance.choice([chance.choice(TEXTS[:-1]), {"body": "B", "kind": "k"}])
        case "notify":
            return chance.choice([None, "N {{ a }}", {"title": "T", "body": FAILS}])
        case "script":
            return chance.choice(["tidy", {"handle": "tidy", "body": {"x": 1}}])
        case "trigger" if later and _is(chance, 0.7):
            return chance.choice(later)
        case "trigger":
            return chance.choice([{"rule": "other"}, {"rule": "other", "step": "s1"}])
    return None


def command(turn: Turn, model: Model) -> tuple[str, dict[str, Any]]:
    """What a turn comes to in the model's present state: the command and what it says."""
    chance = Random(turn.seed)
    ids = [user["id"] for user in model.directory]
    what, _, how = turn.kind.partition(" ")
    holders = model.lock["by"] & model.live() if model.lock else set()
    user = chance.choice(sorted(holders or _with_paths(model) or model.live()) or ids)
    if how == "by anybody":
        user = chance.choice(ids)
    elif not model.live() and _is(chance, 0.8):
        # Somebody takes the entry back into the inbox, so that the story goes on.
        return "status", {"user": chance.choice(sorted(model.users)), "status": "active"}
    match what:
        case "choose":
            return what, {"user": user, **_choice(chance, how, user, model)}
        case "lock":
            ttl = chance.choice([None, 3.0, 40.0, 2000.0])
            if how == "wait":
                user = chance.choice(sorted(model.live() - holders) or ids)
            return what, {"user": user, "ttl": ttl, "wait": how == "wait"}
        case "ask":
            return what, {"user": chance.choice(sorted(model.live()) or ids)}
        case "unlock":
            fence = chance.choice([None, None, model.fence, max(0, model.fence - 1)])
            waiting = [user for user, _ in model.waiting]
            if waiting and _is(chance, 0.3):
                user = chance.choice(waiting)
            roles = next(each["roles"] for each in model.directory if each["id"] == user)
            reason = "Urgent" if _is(chance, 0.4) else None
            return what, {"user": user, "fence": fence, "admin": "admin" in roles, "reason": reason}
        case "say":
            return what, {"user": user, "body": "é" * 2049 if how == "too much" else "Hello"}
        case "status":
            return what, {"user": user, "status": chance.choice(["active", "retired"])}
    return what, {"seconds": chance.choice([0.0, 2.0, 10.0, 100.0])}


def _with_paths(model: Model) -> set[str]:
    ways = {key: node["step"]["paths"] for key, node in model.definition.items()}
    return {user for user in model.live() if ways[model.users[user]["step"]]}


def _choice(chance: Random, how: str, user: str, model: Model) -> dict[str, Any]:
    item = model.users.get(user, {"step": "start", "visit": 1})
    step, visit = item["step"], item["visit"]
    labels = [each["label"] for each in model.definition[step]["step"]["paths"]]
    path = chance.choice(labels) if labels else "to 0"
    fence = None
    match how:
        case "stale" if _is(chance, 0.5):
            visit += chance.choice([-1, 1])
        case "stale":
            step = chance.choice([*model.definition])
        case "no path":
            path = "nowhere"
        case "fence":
            fence = max(0, model.fence + chance.choice([-1, 0, 0, 1]))
    return {"step": step, "visit": visit, "path": path, "data": _data(chance), "fence": fence}


def _is(chance: Random, probability: float) -> bool:
    return chance.random() < probability
