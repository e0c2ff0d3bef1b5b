"""Client templates: the shared vectors, the parts of a behavior, and whatever else comes in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_protocol.parse_template import (
    Template,
    TemplateError,
    apply_templates,
    fill_text,
    parse,
    part_names,
    render,
)
from tests.protocol.vectors import PROTOCOL, named

VECTORS = json.loads((PROTOCOL / "vectors/templates.json").read_text(encoding="utf-8"))

# fmt: off
_WORDS = st.sampled_from([
    "{", "}", "|", ",", ":", "?", "(", ")", "=>", "*", "'", '"', "\\", "_", ".", "-", "+", "/", "a",
    "b", "now", "1", "0.5", "is", "not", "in", "empty", "includes", "switch(", "==", "<", "upper",
    "date", "time", "age", "numeral", "0,0.00", "percent", "timeRange", "prefix", "suffix", "json",
    "convert", "number", "truncate", "cut", "prettyArray", "é", "😀", "[x]",
])
# fmt: on
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_CONTEXTS = st.fixed_dictionaries({}, optional={"a": _JSON, "b": _JSON})


@pytest.mark.parametrize("case", VECTORS["cases"], ids=named)
def test_a_template_gives_what_the_vector_has(case: dict[str, Any]) -> None:
    context = case.get("context", VECTORS["context"])
    result = render(parse(case["template"]), context, case.get("now"), zone=case.get("zone", "UTC"))
    # As text: to Python, 1 and true are equal.
    assert json.dumps(result, sort_keys=True) == json.dumps(case["result"], sort_keys=True)


@pytest.mark.parametrize("case", VECTORS["errors"], ids=lambda case: case["template"][:40])
def test_what_is_no_template_says_where_and_is_shown_as_it_is(case: dict[str, Any]) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(case["template"])
    assert (caught.value.position, caught.value.expected) == (case["position"], case["expected"])
    assert fill_text(case["template"], VECTORS["context"]) == case["template"]


def _read(text: str) -> Template | TemplateError:
    try:
        return parse(text)
    except TemplateError as error:
        return error


@given(st.lists(_WORDS, max_size=40).map(" ".join) | st.text(), _CONTEXTS, _JSON)
def test_reading_fails_in_one_way_only_and_filling_in_never_does(
    text: str, context: dict[str, Any], now: Any
) -> None:
    template = _read(text)
    if isinstance(template, TemplateError):
        assert 0 <= template.position <= len(text)
        assert template.expected
    else:
        render(template, context, now, "Europe/Berlin")


_VALUES = ["a", "b.0", "a.x, b", "a + b", "(a, 1) * -2.5", '"q", a']
_CALLS = [
    "capitalize", "upper", "date", "time:h A", "age:days", "numeral:$0,0.00%", "percent:3",
    "timeRange", "timeRange:b", "prefix:x_{a}", "suffix:_", "convert:json", "convert:number",
    "convert:boolean", "truncate:2", "cut:-1", "prettyArray:or",
]  # fmt: skip
_TESTS = ["", "is {a}", "not 1", "< {b}", ">= 2026-01-01", "exists", "empty", "in {a}", "in 1, {b}"]


@given(
    st.sampled_from(_VALUES),
    st.lists(st.sampled_from(_CALLS), max_size=3),
    st.sampled_from([*_TESTS, "includes {b}", "excludes x"]),
    _CONTEXTS,
    _JSON,
    st.sampled_from(["UTC", "America/New_York", "", "../x", "Europe", "\0"]),
)
def test_every_function_and_test_takes_every_value(
    values: str, calls: list[str], test: str, context: dict[str, Any], now: Any, zone: str
) -> None:
    whole = "".join(["{", values, *(f"|{call}" for call in calls), "}"])
    for text in (f"{{{values} {test} ? {whole} : n}}", f"{{switch({values}) => {whole}|{whole}}}"):
        assert isinstance(render(parse(text), context, now, zone), str)
    result = render(parse(whole), context, now, zone)
    assert isinstance(result, str) or not calls or calls[-1].startswith("convert")


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        "}" * 100_000,
        "{a}" * 40_000,
        "{a|" * 40_000,
        "a" * 100_000,
        "{a ? " * 5_000,
        "{(" * 5_000,
        "\\" * 100_000,
        "{" + "a," * 50_000 + "a}",
        "{a" + "|upper" * 17 + "}",
    ],
    ids=lambda text: str(text[:8]),
)
def test_what_is_too_long_or_too_deep_is_refused_at_once(text: str) -> None:
    with pytest.raises(TemplateError):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "{" + "+".join(["a"] * 8_000) + "}",
        "{" + "*".join(["a"] * 8_000) + "}",
        "{" + ",".join(["b"] * 8_000) + "}",
        ("{a" + "|upper" * 16 + "}") * 150,
        ("{a" + "|suffix:{a}" * 16 + "}") * 90,
        "{a}" * 5_000,
        "{a " * 5_000,
        "{switch(a) => " + ",".join(["x|y"] * 4_000) + "}",
        "{a is " + "\\ " * 8_000 + "? b : c}",
        "{a in " + "," * 16_000 + "? b : c}",
    ],
    ids=lambda text: str(text[:12]),
)
@pytest.mark.parametrize("value", [1e300, "x" * 100_000, [["😀"] * 1000] * 1000], ids=type)
def test_a_long_template_gives_a_bounded_text(text: str, value: Any) -> None:
    made = fill_text(text, {"a": value})
    assert len(str(made)) <= 64 * 1024


def test_the_parts_that_are_named_are_filled_in() -> None:
    behavior = {
        "fields": "{a}",
        "data": {"x": "{a}", "y": ["{a}", "{a}", 7, {"z": "{a}"}], "{a}": "{a}!"},
        "kept": "{a}",
    }
    assert apply_templates(behavior, ["fields", "/data/y/1", "data.y.3", "data.{a}"], {"a": 1}) == {
        "fields": 1,
        "data": {"x": "{a}", "y": ["{a}", 1, 7, {"z": 1}], "{a}": "1!"},
        "kept": "{a}",
    }
    assert behavior["fields"] == "{a}"


def test_what_was_filled_in_is_no_template() -> None:
    context = {"a": "{b}", "b": "secret"}
    filled = apply_templates({"data": {"x": "{a}"}}, ["data", "data.x", "/data/x"], context)
    assert filled == {"data": {"x": "{b}"}}


@pytest.mark.parametrize(
    "pointer", ["", "/", ".", "nowhere", "data.2", "data.x", "data.0.x", "n.x"]
)
def test_a_pointer_that_leads_nowhere_does_nothing(pointer: str) -> None:
    behavior = {"data": ["{a}", "{a}"], "n": 1}
    assert apply_templates(behavior, [pointer], {"a": 1}) == behavior


def test_what_is_no_template_stays_beside_others() -> None:
    assert apply_templates(["{a}", "{", "}"], ["0", "1", "2"], {"a": 1}) == [1, "{", "}"]


def test_a_part_that_is_too_deep_is_left_alone() -> None:
    deep: Any = "{a}"
    for _ in range(500):
        deep = [deep]
    assert apply_templates({"data": deep}, ["data"], {"a": 1}) == {"data": deep}


def test_pointers_are_read_in_both_ways() -> None:
    assert part_names("data.labels.1") == ("data", "labels", "1")
    assert part_names("/data/a~1b/~01/x.y") == ("data", "a/b", "~1", "x.y")
