"""States that nobody leaves, locks that nobody frees, and users whom others have left behind."""

from collections.abc import Hashable
from typing import assert_never

from lockstep_server.engine.definition.findings import child

from .playing import active, holders, may_choose
from .reports import Report, listed
from .searching import Edge, Explored
from .state import Left, State


def stuck(explored: Explored) -> dict[Hashable, Report]:
    """All reports about single states, by what makes two of them tell the same."""
    return {**_dead_ends(explored), **_locks(explored), **_left_behind(explored)}


def _dead_ends(explored: Explored) -> dict[Hashable, Report]:
    """States with active items where every move is refused or changes nothing.

    Of states that share a step at which users are stuck, only the first is told.
    """
    told: list[frozenset[str]] = []
    found: dict[Hashable, Report] = {}
    for number, state in enumerate(explored.states):
        edges = explored.edges[number]
        if edges is None or not state.entry.head.live or _moves_on(number, edges):
            continue
        if _locked_out(explored, state):
            continue  # The lock is to blame: there are paths.
        at = _standing(state)
        steps = frozenset(at)
        if any(before <= steps for before in told):
            continue
        told.append(steps)
        why = " ".join(_why(explored, step, users, edges) for step, users in at.items())
        last = "it stays in the inbox for ever" if len(steps) == 1 else "they stay there for ever"
        report = Report(
            "dead_end",
            child("", next(iter(at)), "step"),
            f"Nobody can move the entry on, so {last}: {why}",
            explored.route(number),
        )
        found["dead_end", steps] = report
    return found


def _moves_on(number: int, edges: list[Edge]) -> bool:
    return any(edge.to is not None and edge.to != number for edge in edges)


def _why(explored: Explored, step: str, users: list[str], edges: list[Edge]) -> str:
    who = f"{listed(users)} {'stand' if len(users) > 1 else 'stands'} at {step!r}"
    if not explored.play.definition.nodes[step].step.paths:
        return f"{who}, which has no path."
    codes = sorted({edge.refusal.code for edge in edges if edge.refusal and edge.move.step == step})
    if any(edge.to is not None and edge.move.step == step for edge in edges):
        refused = f", or are refused ({', '.join(codes)})" if codes else ""
        return f"{who}, whose paths only lead back there{refused}."
    if codes:
        return f"{who}, whose paths are all refused ({', '.join(codes)})."
    return f"{who}, and the lock keeps them from choosing."


def _locks(explored: Explored) -> dict[Hashable, Report]:
    """Locks without a lease in states from which no route leads to where it is free."""
    never = _never_free(explored)
    resting: dict[str, int] = {}
    going_round: dict[str, int] = {}
    for number in never:
        state, edges = explored.states[number], explored.edges[number] or []
        at = state.lock_at or ""
        if not _moves_on(number, edges):
            resting.setdefault(at, number)
        elif _locked_out(explored, state):
            going_round.setdefault(at, number)
    found: dict[Hashable, Report] = {}
    for at, number in {**going_round, **resting}.items():
        state = explored.states[number]
        who = listed(list(holders(state.entry)))
        hold = "hold" if len(holders(state.entry)) > 1 else "holds"
        kept = _locked_out(explored, state)
        out = f", and {listed(kept)} can do nothing about it" if kept else ""
        why = _why_held(explored, state) if number in resting.values() else "no path leads to that"
        text = f"{who} {hold} the lock and will never free it: {why}{out}."
        found["lock_stuck", at] = Report("lock_stuck", at, text, explored.route(number))
    return found


def _never_free(explored: Explored) -> list[int]:
    """In order. What was not looked at might free the lock."""
    back: dict[int, list[int]] = {}
    for number, edges in enumerate(explored.edges):
        for edge in edges or []:
            if edge.to is not None:
                back.setdefault(edge.to, []).append(number)
    waiting = [
        number
        for number, (state, edges) in enumerate(zip(explored.states, explored.edges, strict=True))
        if edges is None or state.entry.head.lock is None or state.entry.head.lock.until is not None
    ]
    freed = set(waiting)
    while waiting:
        for number in back.get(waiting.pop(), ()):
            if number not in freed:
                freed.add(number)
                waiting.append(number)
    return [number for number in range(len(explored.states)) if number not in freed]


def _why_held(explored: Explored, state: State) -> str:
    standing = [user for user in holders(state.entry) if user in set(active(state.entry))]
    if not standing:
        return "nobody who holds it has the entry in the inbox"
    steps = {place.step for user in standing if (place := state.entry.place_of(user))}
    paths = any(explored.play.definition.nodes[step].step.paths for step in steps)
    at = listed([repr(step) for step in sorted(steps)])
    return f"{'no path leads on from' if paths else 'there is no path at'} {at}"


def _left_behind(explored: Explored) -> dict[Hashable, Report]:
    """Users who can still choose where others, who were given the step together with them, have
    chosen and gone."""
    found: dict[Hashable, Report] = {}
    nodes = explored.play.definition.nodes
    for number, state in enumerate(explored.states):
        for user in active(state.entry):
            left = state.left.get(user)
            if left is None or not may_choose(state.entry, user):
                continue
            same = ("left_behind", left.step, left.path, left.how)
            if same in found or not nodes[left.step].step.paths:
                continue
            index = next(
                index
                for index, path in enumerate(nodes[left.step].step.paths)
                if path.label == left.path
            )
            note = left.how != "taken on"
            pointer = child("", left.step, "step", "paths", index)
            route = explored.route(number)
            found[same] = Report("left_behind", pointer, _behind(left, user), route, note)
    return found


def _behind(left: Left, user: str) -> str:
    match left.how:
        case "put away":
            return (
                f"{left.by} has left {left.step!r} by {left.path!r}, and {user} can still choose"
                f" there. That is right if each answers {left.step!r} alone."
            )
        case "kept":
            return (
                f"{left.by} has chosen {left.path!r} and stays at {left.step!r}, as does {user},"
                " who can choose the same again. That is right if it may be done repeatedly."
            )
        case "taken on":
            return (
                f"{left.by} has left {left.step!r} by {left.path!r}, and {user} can still choose"
                " there: both may come to do the same. The scope `$all` would take both along."
            )
        case _:
            assert_never(left.how)


def _standing(state: State) -> dict[str, list[str]]:
    """Users with active items by their step."""
    found: dict[str, list[str]] = {}
    for user in active(state.entry):
        place = state.entry.place_of(user)
        assert place is not None
        found.setdefault(place.step, []).append(user)
    return found


def _locked_out(explored: Explored, state: State) -> list[str]:
    """Users with an active item and paths whom only the lock keeps from choosing."""
    return [
        user
        for step, users in _standing(state).items()
        for user in users
        if explored.play.definition.nodes[step].step.paths and not may_choose(state.entry, user)
    ]
