"""What goes into a script and comes out of it: parameters, the returned value, the log."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_server.scripts.limits import PARAM_NAMES
from tests.scripts.cases import answer, error, value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("nil", None),
        ("true", True),
        ("7", 7),
        ("math.mininteger", -(2**63)),
        ("0.1", 0.1),
        ("10 / 2", 5),
        ("2^53 + 2", 2**53 + 2),
        ("1e300", 1e300),
        ("''", ""),
        (r"'a\"\\\n\0\127é'", 'a"\\\n\0\x7fé'),
        ("{}", {}),
        ("{1, 'b', {c = true}}", [1, "b", {"c": True}]),
        ("{[2] = 'b', [1] = 'a'}", ["a", "b"]),
        ("{a = {b = {}}, c = nil}", {"a": {"b": {}}}),
        ("{['a b'] = 1, [''] = 2}", {"a b": 1, "": 2}),
        ("setmetatable({a = 1}, {__index = error, __pairs = error, __len = error})", {"a": 1}),
        ("setmetatable({1}, {__index = error})", [1]),
        ("1, 2", 1),
    ],
)
def test_a_value_comes_back_as_json_knows_it(expression: str, expected: object) -> None:
    found = value(f"return {expression}")
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("return chat", "it is a function"),
        ("return {a = {chat}}", "member a.1 is a function"),
        ("local t = {} t.a = {t} return t", "member a.1 is a table that contains itself"),
        ("return 0/0", "it is a number that JSON does not know"),
        ("return {n = 1/0}", "member n is a number that JSON does not know (inf)"),
        ("return {1, nil, 3}", "it is a list with gaps"),
        ("return {1, a = 2}", "both number keys and text keys"),
        ("return {[1.5] = 1}", "a key that is a number"),
        ("return {[true] = 1}", "a key that is a boolean"),
        ("return {[{}] = 1}", "a key that is a table"),
        (r"return {a = '\255'}", "member a is text that is not UTF-8"),
        (r"return '\xed\xa0\x80'", "it is text that is not UTF-8"),
        (r"return {['\255'] = 1}", "it is text that is not UTF-8"),
    ],
)
def test_what_json_does_not_know_is_refused_with_its_place(source: str, text: str) -> None:
    told = error(source)
    assert told.kind == "runtime"
    assert told.text.startswith("the returned value: ")
    assert text in told.text


def test_a_table_may_be_in_two_places() -> None:
    assert value("local t = {1} return {a = t, b = t}") == {"a": [1], "b": [1]}


def test_keys_go_out_in_order() -> None:
    keys = [f"k{number}" for number in range(50)]
    members = ", ".join(f"{key} = 1" for key in reversed(keys))
    assert list(value(f"return {{{members}}}")) == sorted(keys)


JSON = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(JSON)
def test_a_parameter_comes_back_as_it_went_in(given_value: object) -> None:
    assert value("return param('payload')", payload=given_value) == given_value


def test_nulls_and_numbers_beyond_lua() -> None:
    payload: dict[str, Any] = {"a": None, "b": 10**30, "c": []}
    assert value("return param('payload')", payload=payload) == {"b": 1e30, "c": []}


@pytest.mark.parametrize("name", PARAM_NAMES)
def test_each_parameter_has_its_value_or_nil(name: str) -> None:
    source = f"return {{param('{name}') == nil, param('{name}')}}"
    assert value(source, **{name: "x"}) == [False, "x"]
    assert value(source) == [True]


@pytest.mark.parametrize("argument", ["'userid'", "nil", "1", "{}"])
def test_an_unknown_parameter_is_an_error_that_names_those_there_are(argument: str) -> None:
    told = error(f"\n\nlocal x = param({argument})")
    assert (told.kind, told.line) == ("runtime", 3)
    assert told.text.startswith("param: ")
    if argument == "'userid'":
        assert "userId, from, to" in told.text


def test_mock_answers_in_tests_only_and_only_what_was_not_given() -> None:
    source = "mock('to', {'ann'}) return param('to')"
    assert answer(source).value is None
    assert answer(source, mock=True).value == ["ann"]
    assert answer(source, mock=True, to="bob").value == "bob"
    assert answer("mock('unknown', 1)").error is None
    assert "mock: " in error("mock('unknown', 1)", mock=True).text


def test_a_line_of_the_log_shows_values_and_runs_nothing() -> None:
    told = answer("""
        local loud = setmetatable({a = 1}, {__tostring = error, __index = error, __pairs = error})
        log.info("x", 1, 1.5, nil, true, {1, {b = "c"}}, loud, print == nil, chat)
        log.info()
        log.info("\\255\\254")
        log.info({chat})""")
    assert told.error is None
    assert told.log == (
        'x 1 1.5 nil true [1,{"b":"c"}] {"a":1} true (a function)',
        "",
        "??",
        "(a table that cannot be shown)",
    )


@pytest.mark.parametrize("length", [999, 1000, 1001, 1500, 4001])
def test_a_line_is_cut_between_characters(length: int) -> None:
    [line] = answer(f"log.info(string.rep('€', {length}))").log
    assert line == ("€" * length if length <= 1000 else "€" * 999 + "…")


@pytest.mark.parametrize(
    ("source", "kind", "line", "text"),
    [
        ("x = = 1", "syntax", 1, "unexpected symbol near '='"),
        ("\n\nif true then", "syntax", 3, "'end' expected"),
        ("\nlocal x\nreturn x.y", "runtime", 3, "attempt to index a nil value (local 'x')"),
        ("\nerror('stop')", "runtime", 2, "stop"),
        ("\nerror('stop', 0)", "runtime", 2, "stop"),
        ("\nerror({code = 1})", "runtime", 2, "raised a table"),
        ("error()", "runtime", 1, "raised a nil"),
        ("error(42)", "runtime", 1, "42"),
        ("error(setmetatable({}, {__tostring = error}))", "runtime", 1, "raised a table"),
        ("\nassert(false, 'no')", "runtime", 2, "no"),
        ("local function f()\nerror('x')\nend\nf()", "runtime", 2, "x"),
        ("error('script:99999999999999999999: x', 0)", "runtime", 1, "script:99999999999999999999"),
        ("string.rep()", "runtime", 1, "bad argument #1 to 'rep'"),
        ("error('\\255')", "runtime", 1, "?"),
    ],
)
def test_an_error_has_its_kind_line_and_text(source: str, kind: str, line: int, text: str) -> None:
    told = error(source)
    assert (told.kind, told.line) == (kind, line)
    assert text in told.text
    assert str(told).startswith(f"line {line}: ")
