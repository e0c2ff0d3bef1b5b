"""Regular expressions that every Python takes the same way.

The first Pythons 3.11, Debian's among them, have possessive quantifiers and atomic groups wrong.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType

import pytest

import lockstep_client
import lockstep_protocol
import lockstep_server

WRONG = ("POSSESSIVE_REPEAT", "ATOMIC_GROUP")


def modules() -> Iterator[ModuleType]:
    for package in (lockstep_protocol, lockstep_server, lockstep_client):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in modules():
        for name, value in vars(module).items():
            inside = value.values() if isinstance(value, dict) else [value]
            for each in inside:
                if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
                    yield f"{module.__name__}.{name}", each


@pytest.mark.parametrize("pattern", [pytest.param(each, id=name) for name, each in patterns()])
def test_a_pattern_means_the_same_everywhere(pattern: re.Pattern[str]) -> None:
    parsed = str(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))
    assert not any(name in parsed for name in WRONG)


def test_what_is_wrong_is_seen() -> None:
    for text in ("(?:a|b)*+", "(?>ab)"):
        assert any(name in str(_parser.parse(text)) for name in WRONG)
