"""The users, indexed by all that a query can name."""

from collections.abc import Iterable, KeysView, Set
from typing import Any

import msgspec


class User(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A user of the directory. ``attributes`` are free; templates see them."""

    id: str
    name: str = ""
    email: str | None = None
    groups: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    attributes: dict[str, Any] = {}


_NOBODY: frozenset[str] = frozenset()


class Directory:
    """Users by id, e-mail, group, label and role. A look-up costs what it finds."""

    def __init__(self, users: Iterable[User] = ()) -> None:
        self._users: dict[str, User] = {}
        self._by_email: dict[str, str] = {}
        self._groups: dict[str, set[str]] = {}
        self._labels: dict[str, set[str]] = {}
        self._roles: dict[str, set[str]] = {}
        for user in users:
            self.put(user)

    def put(self, user: User) -> None:
        """Add a user, or replace the one with that id."""
        self.remove(user.id)
        self._users[user.id] = user
        if user.email:
            self._by_email[user.email.casefold()] = user.id
        for index, names in self._indexes(user):
            for name in names:
                index.setdefault(name, set()).add(user.id)

    def remove(self, id: str) -> None:
        """Take a user out; nothing happens when there is none."""
        user = self._users.pop(id, None)
        if user is None:
            return
        if user.email and self._by_email.get(user.email.casefold()) == id:
            del self._by_email[user.email.casefold()]
        for index, names in self._indexes(user):
            for name in names:
                found = index.get(name, set())
                found.discard(id)
                if not found:
                    index.pop(name, None)

    def get(self, id: str) -> User | None:
        """The user with this id."""
        return self._users.get(id)

    def all_ids(self) -> KeysView[str]:
        """The ids of all users."""
        return self._users.keys()

    def users(self) -> list[User]:
        """All users, by id."""
        return [user for _, user in sorted(self._users.items())]

    def find(self, id_or_email: str) -> str | None:
        """The id of the user with this id or e-mail address."""
        if id_or_email in self._users:
            return id_or_email
        return self._by_email.get(id_or_email.casefold())

    def in_group(self, name: str) -> Set[str]:
        """The ids of a group's users."""
        return self._groups.get(name, _NOBODY)

    def with_label(self, name: str) -> Set[str]:
        """The ids of the users with a label."""
        return self._labels.get(name, _NOBODY)

    def with_role(self, name: str) -> Set[str]:
        """The ids of the users with a role."""
        return self._roles.get(name, _NOBODY)

    def _indexes(self, user: User) -> tuple[tuple[dict[str, set[str]], tuple[str, ...]], ...]:
        return (
            (self._groups, user.groups),
            (self._labels, user.labels),
            (self._roles, user.roles),
        )
