"""States of a play: what two of them must share to be one and the same."""

from typing import Any, Literal

import msgspec

from lockstep_protocol.definition import Action
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.definition.findings import child
from lockstep_server.engine.entry import Entry
from lockstep_server.engine.facts import Activated, LockSet
from lockstep_server.engine.state import Place

from .cast import Cast
from .playing import Done, Move, active, holders

How = Literal["put away", "kept", "taken on"]
"""What became of a path's chooser: rid of the entry, without anything to do for anybody by it;
still where the path was chosen; or moved on, or done because others have to do with it now."""
HOWS: tuple[How, ...] = ("put away", "kept", "taken on")
"""The same from harmless to bad for those who can choose the path again."""


class Left(msgspec.Struct, frozen=True):
    """Why somebody is left behind: ``by``, who had the same delivery of ``step``, took ``path``."""

    by: str
    step: str
    path: str
    how: How


class State(msgspec.Struct, frozen=True):
    """An entry after some moves. ``before`` is the number of the state that ``move`` led here
    from; ``left`` names who is left behind; ``lock_at`` is the action that took the lock."""

    entry: Entry
    move: Move
    before: int | None
    depth: int
    left: dict[str, Left]
    lock_at: str | None


def first(done: Done, move: Move, definition: CompiledDefinition) -> State:
    """The state right after a start."""
    return State(done.entry, move, None, 1, {}, _lock_at(done, None, definition))


def after(
    state: State, number: int, move: Move, done: Done, definition: CompiledDefinition
) -> State:
    """The state that ``move`` leads to from ``state``, which has ``number``."""
    return State(
        done.entry,
        move,
        number,
        state.depth + 1,
        _left(state, move, done.entry, definition),
        _lock_at(done, state.lock_at, definition),
    )


def key(state: State, cast: Cast, definition: CompiledDefinition) -> Any:
    """Equal for states from which the same can happen, whoever of a kind it happens to.

    Visits, the conversation and data make no difference. That users were given their step
    together does where they have paths: who leaves then leaves the others behind.
    """
    entry = state.entry
    lock = entry.head.lock
    groups: dict[tuple[str, float], list[tuple[object, ...]]] = {}
    for user in entry.where:
        groups.setdefault(_delivery(entry, user, definition), []).append(look(state, user, cast))
    outside = [cast.kinds[user] for user in holders(entry) if user not in entry.where]
    card = entry.head.dispatch
    return (
        tuple(sorted((step, tuple(sorted(looks))) for (step, _), looks in groups.items())),
        None if lock is None else lock.until is not None,
        tuple(sorted(outside)),
        card.task_state if card is not None else None,
    )


def look(state: State, user: str, cast: Cast) -> tuple[object, ...]:
    """All of a recipient that matters, apart from the step."""
    place = _place(state.entry, user)
    left = state.left.get(user)
    behind = -1 if left is None else HOWS.index(left.how)
    return (cast.kinds[user], place.status, user in holders(state.entry), behind)


def movers(state: State, cast: Cast, definition: CompiledDefinition) -> list[str]:
    """Users with an active item, one of those whose moves would come to the same."""
    alike: dict[object, str] = {}
    for user in active(state.entry):
        same = (_delivery(state.entry, user, definition), look(state, user, cast))
        alike.setdefault(same, user)
    return list(alike.values())


def _delivery(entry: Entry, user: str, definition: CompiledDefinition) -> tuple[str, float]:
    """The step where ``user`` stands, and when it was delivered if that matters."""
    place = _place(entry, user)
    return place.step, place.at if definition.nodes[place.step].step.paths else 0.0


def _left(
    state: State, move: Move, entry: Entry, definition: CompiledDefinition
) -> dict[str, Left]:
    """Who is left behind after ``move``: who was before, unless moved since, and those whose
    step the mover had as well and who still stand there."""
    before = state.entry
    stayed = [user for user in before.where if _same(_place(before, user), _place(entry, user))]
    left = {user: state.left[user] for user in stayed if user in state.left}
    mover = before.place_of(move.user)
    how = _how(before, move, entry, len(stayed), definition)
    if mover is None or move.path is None or how is None:
        return left
    for user in stayed:
        place = _place(before, user)
        together = place.status == "active" and (place.step, place.at) == (mover.step, mover.at)
        if not together or user == move.user:
            continue
        if user not in left or HOWS.index(left[user].how) < HOWS.index(how):
            left[user] = Left(move.user, mover.step, move.path, how)
    return left


def _how(
    before: Entry, move: Move, entry: Entry, stayed: int, definition: CompiledDefinition
) -> How | None:
    """None when the path was none that leads away from the step."""
    mover, moved = before.place_of(move.user), entry.place_of(move.user)
    if mover is None or moved is None:
        return None
    leads_to = {path.label: path.step for path in definition.nodes[mover.step].step.paths}
    if leads_to.get(move.path or "") == mover.step:
        return None
    if _same(mover, moved):
        return "kept"
    if moved.step == mover.step and moved.status == "active":
        return None
    nobody_else = stayed + 1 == len(before.where) == len(entry.where)
    return "put away" if nobody_else and moved.status == "retired" else "taken on"


def _same(before: Place, now: Place) -> bool:
    return (before.step, before.visit, before.status) == (now.step, now.visit, now.status)


def _place(entry: Entry, user: str) -> Place:
    return entry.places[entry.where[user]]


def _lock_at(done: Done, before: str | None, definition: CompiledDefinition) -> str | None:
    """The pointer of the action that took the lock as it is held now."""
    step, at = "", before
    for fact in done.facts:
        if isinstance(fact, Activated):
            step = fact.step
        elif isinstance(fact, LockSet) and fact.lock is None:
            at = None
        elif isinstance(fact, LockSet):
            at = child("", step, "actions", _first_lock(definition.nodes[step].actions))
    return at


def _first_lock(actions: tuple[Action, ...]) -> int:
    return next((number for number, each in enumerate(actions) if each.action == "lock"), 0)
