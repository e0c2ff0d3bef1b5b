"""Where in a file a finding stands: every value and key is found, in every way to write a file."""

import json
from typing import Any

import pytest

from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.positions import Places, offset, place

TEXT = """{
  "start": {"scope": "$sink", "paths": [
    {"label": "Go"}, 12, null, [true]
  ]},
  "a/b~c": {"": "colon: and , \\" quote"},
  "empty": [], "none": {}
}
"""


def at(text: str, pointer: str, **how: Any) -> tuple[int, int]:
    return Places(text, [pointer]).of(pointer, **how)


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (1, 1), (1, 1)),
        ("/start", (2, 12), (2, 3)),
        ("/start/scope", (2, 22), (2, 13)),
        ("/start/paths", (2, 40), (2, 31)),
        ("/start/paths/0/label", (3, 15), (3, 6)),
        ("/start/paths/1", (3, 22), (3, 22)),
        ("/start/paths/3/0", (3, 33), (3, 33)),
        ("/a~1b~0c/", (5, 17), (5, 13)),
        ("/none", (6, 24), (6, 16)),
    ],
)
def test_each_value_and_key_has_its_place(
    pointer: str, value: tuple[int, int], key: tuple[int, int]
) -> None:
    assert at(TEXT, pointer) == value
    assert at(TEXT, pointer, key=True) == key


def test_every_value_of_a_document_is_found_where_it_begins() -> None:
    everything = pointers(json.loads(TEXT))
    places = Places(TEXT, everything)
    lines = TEXT.split("\n")
    for pointer, value in everything.items():
        line, column = places.of(pointer)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == value


def test_what_is_missing_is_shown_where_it_should_be() -> None:
    assert at(TEXT, "/start/name/x", key=True, within=7) == at(TEXT, "/start")


def test_the_last_of_two_equal_members_is_the_one_that_counts() -> None:
    text = '{"a": {"b": 1},\n "a": {"c": 2}}'
    places = Places(text, ["/a", "/a/b", "/a/c"])
    assert places.of("/a") == (2, 7)
    assert places.of("/a", key=True) == (2, 2)
    assert places.of("/a/b") == (2, 7)
    assert places.of("/a/c") == (2, 13)


@pytest.mark.parametrize(
    ("written", "character"),
    [
        ("abcX", "X"),
        ("ab\\nX", "X"),
        ("\\\\\\\\X", "X"),
        ("\\u00e9\\u00E9 X", "X"),
        ("\\ud83d\\ude00X", "X"),
        ("\\uD83D X", "X"),
        ("é😀\t X", "X"),
        ('\\"X', "X"),
    ],
)
def test_a_character_of_a_string_is_found_behind_escapes(written: str, character: str) -> None:
    text = f'["{written}"]'
    value = json.loads(text, strict=False)[0]
    column = written.index(character) + 3
    assert at(text, "/0", within=value.index(character)) == (1, column)
    assert at(text, "/0", within=len(value)) == (1, len(written) + 3)
    assert at(text, "/0", within=len(value) + 9) == (1, len(written) + 3)


def test_a_place_within_what_is_no_string_is_its_own() -> None:
    assert at("[[1, 2]]", "/0", within=2) == (1, 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_every_way(end: str) -> None:
    text = end.join(["{", '\t"é😀": [', '\t\t"x"', "\t]", "}"])
    assert at(text, "/é😀/0") == (3, 3)
    assert at(text, "/é😀") == (2, 8)


def test_places_in_a_text_go_both_ways() -> None:
    text = "one\r\ntwo\rthree\n\nfive"
    for position, character in enumerate(text):
        if character not in "\r\n":
            assert offset(text, *place(text, position)) == position
    assert place(text, len(text)) == (5, 5)
    assert offset(text, 9, 99) == len(text)


QUERY = '{"start": {"step": {"scope": "given\\tgroup [a]", "status": "retired"}}}'
TEMPLATE = '{"start": {"step": {"scope": "$sink", "status": "retired", "name": "é\\n {{ a b }}"}}}'


@pytest.mark.parametrize(
    ("text", "code", "mark"), [(QUERY, "bad_query", "group"), (TEMPLATE, "bad_template", "b }}")]
)
@pytest.mark.parametrize("before", ["", "\n\n\t", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_an_error_in_a_query_or_template_has_its_place_in_the_file(
    text: str, code: str, mark: str, before: str, bom: str
) -> None:
    file = before + text
    for raw in (bom + file, (bom + file).encode()):
        _, [finding] = check(raw)
        assert finding.code == code
        assert (finding.line, finding.column) == place(file, file.index(mark))


def test_without_a_text_there_are_no_places() -> None:
    _, findings = check({"start": {"step": {"scope": "nobody"}}})
    assert findings
    assert all(finding.line is None and finding.column is None for finding in findings)


def pointers(value: Any, at: str = "") -> dict[str, Any]:
    inside: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        inside = [(k.replace("~", "~0").replace("/", "~1"), v) for k, v in value.items()]
    elif isinstance(value, list):
        inside = [(str(index), v) for index, v in enumerate(value)]
    found = {at: value}
    for name, each in inside:
        found |= pointers(each, f"{at}/{name}")
    return found
