"""What clients fill in is checked with the definition: it is there, and it parses."""

import json
from typing import Any

import pytest

from lockstep_server.engine.definition.bounds import DEFINITION_BYTES
from lockstep_server.engine.definition.check import check

from .faults import Fault, call, claim, incident
from .test_worst import CALLS, counted

FAULTS = [
    claim(
        "two braces",
        "bad_template",
        "/review/behaviors/1/data/amount",
        "is for the server",
        '"amount": "{amount}"',
        '"amount": "{‸{ amount }}"',
    ),
    claim(
        "unknown function",
        "bad_template",
        "/review/behaviors/2/data/text",
        "Did you mean `numeral`?",
        "{amount|numeral:0.00}",
        "{amount|‸numral:0.00}",
    ),
    claim(
        "format that is none",
        "bad_template",
        "/review/behaviors/2/data/text",
        "`{value|function}`",
        "{amount|numeral:0.00}",
        "{amount|numeral:‸two digits}",
    ),
    claim(
        "not closed, in the whole of the data",
        "bad_template",
        "/review/behaviors/5/data/by",
        "`{value}`",
        '"by": "{profile.name}"',
        '"by": "{profile.name‸"',
    ),
    claim(
        "choice without its second text",
        "bad_template",
        "/review/behaviors/5/data/title",
        "`{test ? text : text}`",
        "{receiptCount > 0 ? Reason : No receipts}",
        "{receiptCount > 0 ? Reason‸}",
    ),
    incident(
        "single text, on its second line, behind escapes",
        "bad_template",
        "/acknowledged/behaviors/0/fields",
        "`{value}`",
        '"{values.roomId}"',
        '"\\u00e9\\"\\n{values.‸}"',
    ),
    incident(
        "item of an array",
        "bad_template",
        "/acknowledged/behaviors/1/data/labels/1",
        "backslash",
        '"{values.system}"',
        '"{values.system}‸}"',
    ),
    call(
        "item that is not there",
        "no_such_part",
        "/claimed/behaviors/0/templates/0",
        "Did you mean `data`?",
        '"fields",\n          "data.engineer"',
        '‸"data.7",\n          "data.engineer"',
    ),
]


def _findings(behavior: dict[str, Any]) -> list[tuple[str, str]]:
    step = {"scope": "$sink", "paths": [{"label": "Go", "step": "start", "behavior": "b"}]}
    whole = {"handle": "b", "behavior": "dispatch", "fields": "t", **behavior}
    found = check({"start": {"step": step, "behaviors": [whole]}})[1]
    prefix = "/start/behaviors/0"
    return [
        (each.code, each.pointer.removeprefix(prefix)) for each in found if prefix in each.pointer
    ]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_at_its_place(fault: Fault) -> None:
    text, place = fault.text()
    definition, findings = check(text)
    [found] = [each for each in findings if each.code == fault.code]
    assert (found.pointer, found.line, found.column) == (fault.pointer, *place)
    assert fault.hint in found.hint
    assert (definition is None) == (fault.code == "bad_template")


def test_only_what_is_named_is_a_template() -> None:
    data = {"a": "{", "b": {"c": "{x}", "d": "{{ y }}"}, "}": 1}
    assert _findings({"data": data, "templates": ["data.b.c"]}) == []
    assert _findings({"data": data, "templates": ["data.b"]}) == [("bad_template", "/data/b/d")]


def test_a_text_that_is_named_twice_is_found_once() -> None:
    behavior = {"data": {"a": "{"}, "templates": ["data", "data.a", "/data/a"]}
    assert _findings(behavior) == [("bad_template", "/data/a")]


@pytest.mark.parametrize("pointer", ["/target", "target"])
def test_a_target_that_is_filled_in_is_no_query(pointer: str) -> None:
    assert _findings({"target": "{values.team}", "templates": [pointer]}) == []
    assert _findings({"target": "{values.team}"}) == [("bad_query", "/target")]


@pytest.mark.parametrize("pointer", ["data.01", "data.2", "/data/", "", "handle", "data.0.x", "a"])
def test_a_pointer_that_leads_nowhere_is_warned_of(pointer: str) -> None:
    behavior = {"data": ["{x}", "{y}"], "templates": [pointer]}
    assert _findings(behavior) == [("no_such_part", "/templates/0")]


@pytest.mark.parametrize("pointer", ["data.a/b", "/data/a~1b", "/data/c.d", "data"])
def test_a_pointer_that_leads_somewhere_is_not(pointer: str) -> None:
    assert _findings({"data": {"a/b": "{x}", "c.d": "{y}"}, "templates": [pointer]}) == []


@pytest.mark.parametrize("piece", ["{a,a}", "{a?:}", "{a?{b}:}", "{a|date}", "\\{", "{", "{a}\\{"])
def test_the_worst_templates_are_checked_with_bounded_work(piece: str) -> None:
    texts = [f"{number}" + piece * (16_000 // len(piece)) for number in range(60)]
    behaviors = [
        {"handle": f"b{number}", "behavior": "chat", "data": text, "templates": ["data"] * 200}
        for number, text in enumerate(texts)
    ]
    document: dict[str, Any] = {}
    for number in range(60):
        key = f"s{number}" if number else "start"
        document[key] = {"scope": "$sink", "status": "retired", "behaviors": [behaviors[number]]}
        if len(json.dumps(document, separators=(",", ":"))) > DEFINITION_BYTES:
            del document[key]
            break
    calls, findings = counted(json.dumps(document, separators=(",", ":")))
    assert calls < CALLS
    assert not any(finding.code == "too_large" for finding in findings)


def test_many_pointers_into_much_data_are_checked_with_bounded_work() -> None:
    data = {f"m{number}": "{x}" for number in range(10_000)}
    templates = [f"data.m{number}" for number in range(0, 10_000, 2)] * 3
    behavior = {"handle": "b", "behavior": "chat", "data": data, "templates": templates}
    document = {"start": {"scope": "$sink", "status": "retired", "behaviors": [behavior]}}
    calls, findings = counted(json.dumps(document, separators=(",", ":")))
    assert calls < CALLS
    assert not any(finding.code == "too_large" for finding in findings)
