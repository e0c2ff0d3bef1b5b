"""Workflows that start one another without anybody choosing anything."""

from collections.abc import Hashable, Mapping

import msgspec

from lockstep_server.engine.definition.compiled import CompiledDefinition

from .cast import Cast
from .playing import Done, Move, Play
from .reports import Report
from .searching import Explored
from .watching import Seen, Started


class Part(msgspec.Struct, frozen=True):
    """A workflow that triggers may start, and the users who play it."""

    definition: CompiledDefinition
    cast: Cast


def runaways(seen: Seen, parts: Mapping[str, Part]) -> dict[Hashable, Report]:
    """For each circle that a trigger leads into, one report. ``parts`` are all workflows that
    are known, by name; what a trigger starts apart from them is taken to end by itself."""
    found: dict[Hashable, Report] = {}
    following: dict[Started, list[Started]] = {}
    for started, trigger in seen.starts.items():
        circle = _circle(started, parts, following)
        if circle:
            shown = " starts ".join(_shown(each) for each in [*circle, circle[0]])
            text = f"{shown} and so on without end: nobody has to choose anything for that."
            report = Report("runaway", trigger.pointer, text, trigger.route)
            found.setdefault(("runaway", frozenset(circle)), report)
    return found


def _circle(
    first: Started, parts: Mapping[str, Part], following: dict[Started, list[Started]]
) -> list[Started]:
    """The workflows that start one another in a circle behind ``first``; empty if none do."""
    trail: dict[Started, list[Started]] = {}
    done: set[Started] = set()
    waiting = [first]
    while waiting:
        here = waiting[-1]
        if here not in trail:
            if here not in following:
                following[here] = _starts(here, parts)
            trail[here] = list(following[here])
        if not trail[here]:
            done.add(here)
            waiting.pop()
            del trail[here]
            continue
        near = trail[here].pop(0)
        if near in trail:
            return waiting[waiting.index(near) :]
        if near not in done:
            waiting.append(near)
    return []


def _starts(started: Started, parts: Mapping[str, Part]) -> list[Started]:
    """What starts at once when ``started`` does."""
    name, step = started
    part = parts.get(name)
    if part is None:
        return []
    play = Play(part.definition, part.cast, dispatched=False)
    seen = Seen()
    for starter in part.cast.starters:
        outcome = play.start(starter, step)
        if isinstance(outcome, Done):
            seen.done(Explored(play), None, Move(starter, step), outcome)
    return list(seen.starts)


def _shown(started: Started) -> str:
    name, step = started
    return repr(name) if step == "start" else f"{name!r} at {step!r}"
