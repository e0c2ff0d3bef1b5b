"""No server template does more than its bound allows: in steps, in memory, in output."""

import sys
import tracemalloc
from typing import Any

import pytest

from lockstep_server.engine.render import (
    ERROR_CHARACTERS,
    OUTPUT_CHARACTERS,
    Renderer,
    RenderError,
    syntax_error,
)

from .bombs import ENDS, LOOPS, REFUSED, UNKNOWN

BYTES = 16 * 1024 * 1024
"""The memory that one rendering may take on the way, compiling included."""
CALLS = 2_500_000
"""Calls and returns of functions in one rendering: some 200 ms."""
CONTEXT: dict[str, Any] = {"many": [{"a": number, "b": [str(number)]} for number in range(3000)]}


def outcome(text: str) -> str | RenderError:
    """What becomes of ``text``, which must not take more than ``BYTES``."""
    tracemalloc.start()
    try:
        made: str | RenderError = Renderer().render(text, CONTEXT)
    except RenderError as error:
        made = error
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < BYTES
    return made


@pytest.mark.parametrize("name", REFUSED)
def test_a_bomb_is_stopped(name: str) -> None:
    assert syntax_error(REFUSED[name]) is None
    made = outcome(REFUSED[name])
    assert isinstance(made, RenderError)
    assert 0 < len(str(made)) <= ERROR_CHARACTERS


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_of_the_language_is_told_by_the_checker_too(name: str) -> None:
    problem = syntax_error(UNKNOWN[name])
    assert problem is not None
    line, column, why = problem
    assert line >= 1
    assert column >= 1
    assert why
    made = outcome(UNKNOWN[name])
    assert isinstance(made, RenderError)
    assert len(str(made)) <= ERROR_CHARACTERS


@pytest.mark.parametrize(
    "body",
    [
        "{{ x.y.z|e }}",
        "{% set c = x|default('a')|upper|lower %}",
        "{% set c = 'a'.upper() %}",
        "{% set c = x.y.z.w.v.u %}",
        "{% set c = a + b * a %}",
        "{% if a < b < 9 %}{% endif %}",
        "{% for c in [] %}{% endfor %}",
        "{% for c in [1] if a and b %}{% endfor %}",
        "{% set c = [1,2,3]|tojson %}",
        "{% set c = [3,1]|sort|map('string')|join('-') %}",
        "{% set c = range(1000)|select('even')|list %}",
        "{% set c = many|map(attribute='b.0')|list %}",
        "{% set c = many|groupby('a') %}",
        "{% set c = '%1000d%1000d'|format(a, b) %}",
        "{% set c = 3**2000 %}",
        "{% set c = ('a b ' * 900).split() %}",
        "{% set c = ('é' * 9000)|urlencode %}",
        "{% set c = ('ab ' * 9000)|wordcount %}",
        "{% set c = {'a': a, 'b': [b]}|dictsort %}",
        "{% set c = 5.5|round(2)|filesizeformat %}",
        "{{ loop.cycle('', '') }}{% if loop.changed(a) %}{% endif %}",
    ],
)
def test_a_unit_never_costs_much_more_than_its_share(body: str) -> None:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    renderer = Renderer()
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        with pytest.raises(RenderError, match="too much work"):
            renderer.render(LOOPS + body + ENDS, {**CONTEXT, "x": {"y": {"z": ""}}})
    finally:
        sys.setprofile(before)
    assert calls < CALLS


def test_nothing_is_worked_out_while_compiling() -> None:
    for text in (
        "{% if no %}{{ 'a' * 10**8 }}{{ ('a' * 50000) * 50000 }}{% endif %}",
        "{% if no %}{{ 'x'|center(10**8) }}{{ 10**(10**7) }}{{ [0] * 10**8 }}{% endif %}",
        "{% if no %}{{ '%100000000d' % 1 }}{{ 'a' ~ 'b' * 10**8 }}{{ 'a'[10**8] }}{% endif %}",
        "{% if no %}{{ 1 // 0 }}{{ 1 / 0 }}{{ 1 % 0 }}{{ 'a' < 1 }}{{ -'a' }}{% endif %}",
    ):
        assert outcome(text) == ""


def test_the_output_ends_at_its_bound() -> None:
    line = "{% for a in range(1000) %}" + "x" * 600 + "{% endfor %}"
    assert isinstance(outcome(line), RenderError)
    short = "{% for a in range(100) %}" + "x" * 600 + "{% endfor %}"
    assert outcome(short) == "x" * 60_000
    with pytest.raises(RenderError, match="more than 59999 characters"):
        Renderer().render(short, {}, 59_999)
    assert len(Renderer().render(short, {}, 60_000)) <= OUTPUT_CHARACTERS
