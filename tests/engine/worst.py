"""Definitions within every bound that are as hard to check as can be."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

Document = dict[str, Any]


def keys(count: int) -> list[str]:
    """So many step keys, ``start`` first."""
    return ["start", *(f"s{number}" for number in range(1, count))]


def connected(steps: int, paths: int, **others: Any) -> Document:
    """Every step leads to so many others."""
    names = keys(steps)
    return {
        key: {
            "scope": "$all" if number else "all users",
            "paths": {names[(number + 1 + each) % steps]: str(each) for each in range(paths)},
            **others,
        }
        for number, key in enumerate(names)
    }


def fully_connected() -> Document:
    return connected(400, 18)


def locks_everywhere() -> Document:
    """A lock at each step, through a chain of triggers that leads everywhere."""
    document = connected(350, 8, actions=["lock"])
    names = keys(350)
    for number, key in enumerate(names):
        target = names[min(number // 32 + 1, 10)] if number > 10 else names[number + 1]
        if number != 10:
            document[key]["actions"] = ["lock", {"action": "trigger", "args": target}]
    return document


def locks_on_a_line() -> Document:
    """Each lock is never freed, and the route to the end is as long as can be."""
    names = keys(500)
    document: Document = {
        key: {"scope": "$all", "actions": ["lock"], "paths": {after: "On"}}
        for key, after in pairwise(names)
    }
    document[names[-1]] = {"scope": "$all", "status": "active", "paths": {names[-1]: "Stay"}}
    document["start"]["scope"] = "all users"
    return document


def drift_everywhere() -> Document:
    """A group of its own at every other step, held together by nothing."""
    document = connected(450, 10)
    for number, (key, node) in enumerate(document.items()):
        if number % 2:
            node["scope"] = f"given groups [g{key}] and given roles [r], except users [u{key}]"
    return document


def long_queries() -> Document:
    """Queries of many intersections, each to be compared with each."""
    document = connected(120, 10)
    for number, node in enumerate(document.values()):
        node["scope"] = ", ".join(
            f"given groups [a{each}] and given roles [b{number}]" for each in range(40)
        )
    return document


def chains_of_triggers() -> Document:
    """Each step triggers as many as it may, and these do too."""
    names = keys(150)
    return {
        key: {
            "scope": f"given groups [g{number}]",
            "status": "retired",
            "actions": [
                {"action": "trigger", "args": names[(number * 50 + each) % 150]}
                for each in range(40)
            ],
        }
        for number, key in enumerate(names)
    }


def cycle_of_triggers() -> Document:
    names = keys(500)
    return {
        key: {
            "scope": "$sink",
            "status": "retired",
            "actions": [
                {"action": "trigger", "args": names[(number + 1) % 500]},
                {"action": "trigger", "args": "start"},
            ],
        }
        for number, key in enumerate(names)
    }


def misspelt_words() -> Document:
    """Long names, none of which is quite right."""
    names = [f"{number:03}{'abcdefghij' * 19}" for number in range(300)]
    document: Document = {
        key: {"scope": "$sink", "paths": {f"{key[::-1]}x": "On"}} for key in names
    }
    document["start"] = {"scope": "$sink", "paths": {names[0]: "On"}}
    return document


def parts_that_are_not_there() -> Document:
    behavior = {
        "behavior": "chat",
        "data": {f"part{number}": number for number in range(5000)},
        "templates": [f"data.prat{number}" for number in range(6000)],
    }
    return {"start": {"scope": "$sink", "status": "retired", "behaviors": [behavior]}}


def templates_that_do_not_parse() -> Document:
    steps: Document = {}
    for number, key in enumerate(keys(500)):
        steps[key] = {"scope": "$sink", "status": "retired"}
        steps[key]["description"] = f"{{{{ a{number} b }}}}" + " {{ c.d | upper }}" * 20
    return steps


def values_of_other_kinds() -> Document:
    return {key: {"step": [[5, "x"], {"a": 1}] * 20} for key in keys(400)}


def unknown_members() -> Document:
    return {"start": {"step": {f"scope{number}": "$all" for number in range(9000)}}}


WORST: list[Callable[[], Document]] = [
    fully_connected,
    locks_everywhere,
    locks_on_a_line,
    drift_everywhere,
    long_queries,
    chains_of_triggers,
    cycle_of_triggers,
    misspelt_words,
    parts_that_are_not_there,
    templates_that_do_not_parse,
    values_of_other_kinds,
    unknown_members,
]
