"""What all tests share: property tests run alike everywhere and are not judged by the clock."""

import pytest
from hypothesis import settings

settings.register_profile("lockstep", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("lockstep")

LONG = ("faults", "process", "load", "property", "fuzz")
"""Folders whose files take longest: they come first, so that no worker is left alone with one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first; else the order stays."""
    items.sort(key=lambda item: LONG.index(room) if (room := _room(item)) in LONG else len(LONG))


def _room(item: pytest.Item) -> str:
    return item.nodeid.removeprefix("tests/").partition("/")[0]
