"""The users that scopes are resolved against, with an index for each thing a query can name."""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec


class User(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person of the directory. ``attributes`` is free; templates may read it."""

    id: str
    name: str = ""
    email: str | None = None
    groups: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    attributes: dict[str, Any] = {}


_NOBODY: frozenset[str] = frozenset()


class _Index:
    """Handle to the ids that have it. A handle that nobody has any more is forgotten."""

    def __init__(self) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)

    def add(self, handles: tuple[str, ...], id: str) -> None:
        for handle in handles:
            self._ids[handle].add(id)

    def drop(self, handles: tuple[str, ...], id: str) -> None:
        for handle in set(handles):
            ids = self._ids[handle]
            ids.discard(id)
            if not ids:
                del self._ids[handle]

    def get(self, handle: str) -> AbstractSet[str]:
        return self._ids.get(handle, _NOBODY)


class Directory:
    """Users by id, e-mail, group, label and role.

    The indexes are kept with every ``put`` and ``remove``, at a cost that follows the one user's
    memberships. The sets handed out are the indexes themselves: read them, do not keep them.
    """

    def __init__(self, users: tuple[User, ...] = ()) -> None:
        self._users: dict[str, User] = {}
        self._emails, self._groups, self._labels, self._roles = (
            _Index(),
            _Index(),
            _Index(),
            _Index(),
        )
        for user in users:
            self.put(user)

    def __len__(self) -> int:
        return len(self._users)

    def __contains__(self, id: str) -> bool:
        return id in self._users

    def put(self, user: User) -> None:
        """Add ``user``, or replace the one with the same id."""
        self.remove(user.id)
        self._users[user.id] = user
        for index, handles in self._indexed(user):
            index.add(handles, user.id)

    def remove(self, id: str) -> User | None:
        """Take a user out; returns who it was, None when there was nobody."""
        user = self._users.pop(id, None)
        if user is not None:
            for index, handles in self._indexed(user):
                index.drop(handles, id)
        return user

    def get(self, id: str) -> User | None:
        """The user with this id."""
        return self._users.get(id)

    def all_ids(self) -> AbstractSet[str]:
        """The id of every user."""
        return self._users.keys()

    def with_email(self, email: str) -> AbstractSet[str]:
        """Who has this e-mail address; upper and lower case are the same."""
        return self._emails.get(email.casefold())

    def in_group(self, handle: str) -> AbstractSet[str]:
        """The members of a group."""
        return self._groups.get(handle)

    def with_label(self, handle: str) -> AbstractSet[str]:
        """Who has a user label."""
        return self._labels.get(handle)

    def with_role(self, handle: str) -> AbstractSet[str]:
        """Who has a role."""
        return self._roles.get(handle)

    def _indexed(self, user: User) -> tuple[tuple[_Index, tuple[str, ...]], ...]:
        emails = (user.email.casefold(),) if user.email else ()
        return (
            (self._emails, emails),
            (self._groups, user.groups),
            (self._labels, user.labels),
            (self._roles, user.roles),
        )
