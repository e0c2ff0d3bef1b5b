"""The users who play: few, but enough that no two queries need mean the same users."""

from collections.abc import Iterable

import msgspec

from lockstep_protocol.definition import Definition
from lockstep_server.engine.scopes.directory import Directory, User

from .asking import Asked, Mark, asked, marks_of

CAST = 6
"""Users of a cast that is made up; more only where a query would mean nobody otherwise."""
MOST = 8
"""Users who are taken from a directory. Each one more can multiply the states."""
ALIKE = 2
"""Users whom no query tells apart: with two of them one sees a race, a third adds nothing."""


class Cast(msgspec.Struct, frozen=True):
    """``users`` in order; the first of them is the ``sink``. ``kinds``: a number for each user,
    the same for those who can take each other's place. ``left_out``: users of a directory who
    are like nobody in the cast."""

    users: tuple[User, ...]
    kinds: dict[str, int]
    directory: Directory
    left_out: int = 0

    @property
    def sink(self) -> str:
        """The recipient that entries are started for."""
        return self.users[0].id

    @property
    def starters(self) -> list[str]:
        """One user of each kind."""
        return list({kind: user for user, kind in reversed(self.kinds.items())}.values())[::-1]


def made_up(definition: Definition) -> Cast:
    """A cast made up for ``definition``: for each way to be meant by one of its queries a user
    or two, somebody whom an ``except`` takes away, and somebody whom no query means."""
    questions = asked(definition)
    nobody: frozenset[Mark] = frozenset()
    first = [nobody, *questions.meant]
    again = [marks for marks in questions.meant if not _named(marks)]
    more = [*again[:1], *questions.excepted, *again[1:], nobody]
    wanted = first + more[: max(0, CAST - len(first))]
    users = _users(_whole(wanted))
    return _cast(users, questions)


def representatives(users: Iterable[User], definition: Definition) -> Cast:
    """Two of each kind of ``users``; of many kinds the first ones, and then one of each."""
    questions = asked(definition)
    marks = questions.marks
    alike: dict[frozenset[Mark], list[User]] = {}
    every = list(users)
    for user in every:
        alike.setdefault(marks_of(user, marks), []).append(user)
    kinds = list(alike.values())
    chosen = [kind[0].id for kind in kinds]
    chosen += (user.id for turn in range(1, ALIKE) for kind in kinds for user in kind[turn:][:1])
    kept = set(chosen[:MOST])
    left_out = sum(len(kind) for kind in kinds if kind[0].id not in kept)
    return _cast([user for user in every if user.id in kept], questions, left_out)


def _cast(users: list[User], questions: Asked, left_out: int = 0) -> Cast:
    numbers: dict[object, int] = {}
    kinds: dict[str, int] = {}
    for index, user in enumerate(users):
        same: object = (marks_of(user, questions.marks), index == 0)
        kinds[user.id] = numbers.setdefault(same, len(numbers))
    return Cast(tuple(users), kinds, Directory(tuple(users)), left_out)


def _named(marks: frozenset[Mark]) -> bool:
    return any(kind == "users" for kind, _ in marks)


def _whole(wanted: list[frozenset[Mark]]) -> list[frozenset[Mark]]:
    """The same with all the marks of a user named by id in one."""
    whole: list[frozenset[Mark]] = []
    places: dict[Mark, int] = {}
    for marks in wanted:
        name = next((mark for mark in sorted(marks) if mark[0] == "users"), None)
        if name in places:
            whole[places[name]] |= marks
            continue
        if name is not None:
            places[name] = len(whole)
        whole.append(marks)
    return whole


def _users(wanted: list[frozenset[Mark]]) -> list[User]:
    users: list[User] = []
    taken = {handle for marks in wanted for kind, handle in marks if kind == "users"}
    counts: dict[str, int] = {}
    for marks in wanted:
        named = sorted(handle for kind, handle in marks if kind == "users")
        others = [handle for kind, handle in sorted(marks) if kind != "users"]
        id = named[0] if named else ""
        while not id or (not named and id in taken):
            base = "+".join(others) or ("outsider" if users else "sink")
            counts[base] = counts.get(base, 0) + 1
            id = f"{base}-{counts[base]}" if others or counts[base] > 1 else base
        taken.add(id)
        users.append(_user(id, marks))
    return users


def _user(id: str, marks: frozenset[Mark]) -> User:
    def handles(wanted: str) -> tuple[str, ...]:
        return tuple(sorted(handle for kind, handle in marks if kind == wanted))

    return User(id, groups=handles("groups"), labels=handles("user-labels"), roles=handles("roles"))
