"""Letting recipients stand somewhere else, with as few facts as there are places."""

from collections.abc import Callable, Collection, Mapping, Set

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

    No fact names them where all at a place are meant, or nearly all: then it names the others.
    """
    made: dict[Place, int] = {}
    moved = 0
    for no, members in _groups(draft, users):
        old = None if no is None else draft.place(no)
        new = restand(old)
        if new is None or new == old:
            continue
        there = 0 if no is None else draft.count(no)
        count = there if members is None else len(members)
        moved += count
        if no is not None and old is not None and (new not in made or count > FOLD_MEMBERS):
            if members is not None and there - count + FOLD_MEMBERS < count:
                others = tuple(sorted(draft.members(no) - members))
                apply(draft, Placed(_opened(draft, old), others))
                members = None
            if members is None:
                apply(draft, PlaceSet(no, new))
                made.setdefault(new, no)
                continue
        if new not in made:
            made[new] = _opened(draft, new)
        if members is None:
            assert no is not None
            members = draft.members(no)
        apply(draft, Placed(made[new], tuple(sorted(members))))
    return moved


def _opened(draft: Draft, place: Place) -> int:
    """The number of a new place, at which nobody stands yet."""
    no = draft.head.next_place
    apply(draft, PlaceSet(no, place))
    return no


def _groups(
    draft: Draft, users: Collection[str] | None
) -> list[tuple[int | None, Set[str] | None]]:
    """The people meant, by the place where they stand (None: nowhere yet), largest place first.

    Members None: all of that place's.
    """
    groups: list[tuple[int | None, Set[str] | None]]
    if users is None:
        groups = [(no, None) for no, _ in draft.places() if draft.count(no)]
    else:
        groups = [
            (no, None if no is not None and len(found) == draft.count(no) else found)
            for no, found in _by_place(draft, users).items()
        ]
    return sorted(groups, key=lambda group: draft.count(group[0]) if group[0] else 0, reverse=True)


def _by_place(draft: Draft, users: Collection[str]) -> Mapping[int | None, Set[str]]:
    """Looks at each user or at each place, whichever are fewer."""
    if len(users) < draft.place_count:
        found: dict[int | None, set[str]] = {}
        for user in users:
            found.setdefault(draft.where(user), set()).add(user)
        return found
    meant = users if isinstance(users, Set) else frozenset(users)
    there: dict[int | None, Set[str]] = {
        no: here for no, _ in draft.places() if (here := draft.among(no, meant))
    }
    if sum(map(len, there.values())) < len(meant):
        there[None] = {user for user in meant if draft.where(user) is None}
    return there
