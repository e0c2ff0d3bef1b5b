"""What a user query costs: as much as the sets that it names, however many users there are.

Counted are the elements that are looked at. `tests/bench/queries.py` measures the time.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

import pytest

from lockstep_server.engine.scopes.directory import Directory, User
from lockstep_server.engine.scopes.parse import parse_query
from lockstep_server.engine.scopes.query import evaluate
from tests.bench.queries import QUERIES, TEAM, users

FEW, MANY = 1_000, 100_000


class Count:
    """How many elements were looked at."""

    def __init__(self) -> None:
        self.looks = 0


class CountedSet(AbstractSet[str]):
    """A set that counts each element that is read, and each that is asked for."""

    def __init__(self, ids: AbstractSet[str], count: Count) -> None:
        self._ids = ids
        self._count = count

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> set[str]:  # type: ignore[override]
        """What remains when this is taken from another set is a plain one."""
        return set(it)

    def __contains__(self, id: object) -> bool:
        self._count.looks += 1
        return id in self._ids

    def __iter__(self) -> Iterator[str]:
        for id in self._ids:
            self._count.looks += 1
            yield id

    def __len__(self) -> int:
        return len(self._ids)


class CountingDirectory(Directory):
    """A directory whose sets count."""

    def __init__(self, people: tuple[User, ...]) -> None:
        self.count = Count()
        super().__init__(people)

    def all_ids(self) -> AbstractSet[str]:
        return CountedSet(super().all_ids(), self.count)

    def with_email(self, email: str) -> AbstractSet[str]:
        return CountedSet(super().with_email(email), self.count)

    def in_group(self, handle: str) -> AbstractSet[str]:
        return CountedSet(super().in_group(handle), self.count)

    def with_label(self, handle: str) -> AbstractSet[str]:
        return CountedSet(super().with_label(handle), self.count)

    def with_role(self, handle: str) -> AbstractSet[str]:
        return CountedSet(super().with_role(handle), self.count)


@pytest.fixture(scope="module")
def directories() -> dict[int, CountingDirectory]:
    return {size: CountingDirectory(tuple(users(size))) for size in (FEW, MANY)}


def cost(directory: CountingDirectory, text: str) -> tuple[int, int]:
    """How many users are found, and how many elements were looked at for it."""
    before = directory.count.looks
    found = evaluate(parse_query(text), directory, "u7")
    return len(found), directory.count.looks - before


@pytest.mark.parametrize(
    ("text", "found", "looks"),
    [
        (QUERIES["a group of 50"], TEAM, TEAM),
        (QUERIES["a group of 50 and a role of half"], TEAM // 2, 2 * TEAM),
        (QUERIES["a role of half and a group of 50"], TEAM // 2, 2 * TEAM),
        (QUERIES["a group of 50, except a role of half"], TEAM // 2, 2 * TEAM),
        ("given groups [team] and all users", TEAM, 2 * TEAM),
        ("given users [u3, U5@example.org], current user", 3, 1),
        ("given user-labels [l7] and given users [u7, u8]", 1, 2),
    ],
)
def test_it_looks_at_as_many_of_100_000_users_as_of_1_000(
    directories: dict[int, CountingDirectory], text: str, found: int, looks: int
) -> None:
    assert cost(directories[FEW], text) == cost(directories[MANY], text) == (found, looks)


@pytest.mark.parametrize("size", [FEW, MANY])
def test_all_users_are_all_looked_at(directories: dict[int, CountingDirectory], size: int) -> None:
    """What means nearly everybody costs as much as there are users, and the counting shows it."""
    found, looks = cost(directories[size], QUERIES["all users, except a group of 50"])
    assert found == size - TEAM
    assert size <= looks <= 2 * size
