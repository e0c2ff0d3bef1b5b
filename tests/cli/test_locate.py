"""Where a pointer stands in a file: every value of a document is found at its first character."""

import json
from typing import Any

import pytest

from lockstep_server.cli.locate import nearest, positions

TEXT = """{
  "start": {"scope": "$sink", "paths": [
    {"label": "Go"}, 12, null, [true]
  ]},
  "a/b~c": {"": "colon: and , \\" quote"},
  "empty": [], "none": {}
}
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("", (1, 1)),
        ("/start", (2, 12)),
        ("/start/scope", (2, 22)),
        ("/start/paths", (2, 40)),
        ("/start/paths/0/label", (3, 15)),
        ("/start/paths/1", (3, 22)),
        ("/start/paths/3/0", (3, 33)),
        ("/a~1b~0c/", (5, 17)),
        ("/none", (6, 24)),
    ],
)
def test_each_pointer_has_its_place(pointer: str, place: tuple[int, int]) -> None:
    assert positions(TEXT)[pointer] == place


def test_every_value_of_the_document_is_found() -> None:
    assert set(positions(TEXT)) == set(pointers(json.loads(TEXT)))


def test_what_is_missing_is_shown_where_it_should_be() -> None:
    found = positions(TEXT)
    assert nearest(found, "/start/name/x") == found["/start"]
    assert nearest({}, "/start") is None


def pointers(value: Any, at: str = "") -> list[str]:
    inside: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        inside = [(k.replace("~", "~0").replace("/", "~1"), v) for k, v in value.items()]
    elif isinstance(value, list):
        inside = [(str(index), v) for index, v in enumerate(value)]
    return [at, *(one for name, v in inside for one in pointers(v, f"{at}/{name}"))]
