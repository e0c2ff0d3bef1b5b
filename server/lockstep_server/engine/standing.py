"""Letting recipients stand somewhere else, with as few facts as there are places."""

from collections.abc import Callable, Collection

from .apply import apply
from .entry import Draft
from .facts import Placed, PlaceSet
from .state import Place

FOLD_MEMBERS = 8
"""A place with so few people is emptied into an equal one, so that places do not pile up."""

Restand = Callable[[Place | None], Place | None]
"""What becomes of those who stand at a place (None: newcomers); None: they stay as they are."""


def stand(draft: Draft, users: Collection[str] | None, restand: Restand) -> int:
    """Let ``users`` (None: every recipient) stand as ``restand`` says; how many stand anew.

    A place all of whose people are meant is replaced whole: no fact names them.
    """
    made: dict[Place, int] = {}
    moved = 0
    for no, members in _groups(draft, users):
        old = None if no is None else draft.place(no)
        new = restand(old)
        if new is None or new == old:
            continue
        count = len(members) if members is not None else draft.count(no) if no is not None else 0
        moved += count
        target = made.get(new)
        whole = no is not None and members is None
        if whole and no is not None and (target is None or draft.count(no) > FOLD_MEMBERS):
            apply(draft, PlaceSet(no, new))
            made.setdefault(new, no)
            continue
        if target is None:
            target = made[new] = draft.head.next_place
            apply(draft, PlaceSet(target, new))
        if members is None:
            assert no is not None
            members = draft.members(no)
        apply(draft, Placed(target, tuple(sorted(members))))
    return moved


def _groups(
    draft: Draft, users: Collection[str] | None
) -> list[tuple[int | None, list[str] | None]]:
    """The people meant, by the place where they stand (None: nowhere yet), largest place first.

    Members None: all of that place's.
    """
    groups: list[tuple[int | None, list[str] | None]]
    if users is None:
        groups = [(no, None) for no, _ in draft.places() if draft.count(no)]
    else:
        by_place: dict[int | None, list[str]] = {}
        for user in users:
            by_place.setdefault(draft.where(user), []).append(user)
        groups = [
            (no, None if no is not None and len(found) == draft.count(no) else found)
            for no, found in by_place.items()
        ]
    return sorted(groups, key=lambda group: draft.count(group[0]) if group[0] else 0, reverse=True)
