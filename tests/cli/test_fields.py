"""The fields of a form on a terminal: what the schema makes of them, and what was typed."""

from typing import Any

import pytest

from lockstep_server.cli.fields import Field, Unreadable, errors_of, fields_of, given_of

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["minutes", "outcome"],
    "properties": {
        "minutes": {"type": "integer", "title": "Minutes spent", "description": "All of it."},
        "price": {"type": ["number", "null"]},
        "billable": {"type": "boolean", "default": True},
        "outcome": {"enum": ["Repaired", "Replaced", "Not found"]},
        "partsUsed": {"type": "array", "items": {"enum": ["seal", "valve"]}},
        "witnesses": {"type": "array", "items": {"type": "string"}},
        "extra": {"type": "object"},
        "note": {"type": "string"},
    },
}
FIELDS = {field.name: field for field in fields_of(SCHEMA)}


def test_each_member_of_the_schema_is_a_field_of_its_kind() -> None:
    assert {name: field.kind for name, field in FIELDS.items()} == {
        "minutes": "integer",
        "price": "number",
        "billable": "boolean",
        "outcome": "one",
        "partsUsed": "several",
        "witnesses": "list",
        "extra": "json",
        "note": "text",
    }
    minutes, parts = FIELDS["minutes"], FIELDS["partsUsed"]
    assert (minutes.title, minutes.about) == ("Minutes spent", "All of it.")
    assert minutes.hint == "a whole number"
    assert parts.title == "Parts used"
    assert parts.hint == "any of seal, valve, with commas between, or nothing"
    assert FIELDS["billable"].shown(FIELDS["billable"].default) == "yes"


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("minutes", " 90 ", 90),
        ("price", "12.50", 12.5),
        ("price", "3", 3),
        ("price", "", None),
        ("billable", "n", False),
        ("billable", "Yes", True),
        ("outcome", "repl", "Replaced"),
        ("outcome", "not found", "Not found"),
        ("partsUsed", "valve, seal", ["valve", "seal"]),
        ("witnesses", "Ann, Bob", ["Ann", "Bob"]),
        ("extra", '{"a": 1}', {"a": 1}),
        ("note", "  as said ", "as said"),
    ],
)
def test_what_is_typed_becomes_what_the_schema_wants(name: str, typed: str, value: Any) -> None:
    assert FIELDS[name].read(typed) == value


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("minutes", "", "needed"),
        ("minutes", "soon", "not a whole number"),
        ("price", "nan", "not a number"),
        ("billable", "maybe", "neither yes nor no"),
        ("outcome", "Rep", "not one of Repaired, Replaced, Not found"),
        ("partsUsed", "seal, hose", "'hose' is not any of"),
        ("extra", "{", "not JSON"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, typed: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        FIELDS[name].read(typed)


def test_a_value_is_shown_as_it_would_be_typed() -> None:
    for name, value in {"minutes": 5, "witnesses": ["Ann", "Bob"], "extra": {"a": [1]}}.items():
        assert FIELDS[name].read(FIELDS[name].shown(value)) == value
    assert Field("x", "X", "text").shown(None) == ""


def test_templates_of_a_behavior_are_for_pages() -> None:
    data = {"title": "{subject}", "kind": "visit"}
    assert given_of({"data": data, "templates": ["data.title"]}) == {"kind": "visit"}
    assert given_of({"data": data, "templates": ["data"]}) == {}
    assert given_of({"fields": "x"}) == {}


def test_errors_are_told_by_their_fields() -> None:
    errors = [
        {"pointer": "/data/minutes", "text": "is too small"},
        {"pointer": "/data/witnesses/0", "text": "is no text"},
        {"pointer": "/data", "text": "is odd"},
    ]
    refusal = {"code": "invalid", "details": {"errors": errors}}
    assert errors_of(refusal, list(FIELDS.values())) == {
        "minutes": "is too small",
        "witnesses": "is no text",
    }
