"""Server templates: what they can do, what they cannot reach, and that each is compiled once."""

from collections.abc import Callable
from typing import Any

import pytest

from lockstep_server.engine import render as rendering
from lockstep_server.engine.render import (
    CHARACTERS_KEPT,
    TEMPLATE_CHARACTERS,
    Renderer,
    RenderError,
    syntax_error,
)
from lockstep_server.engine.sandbox import EXPRESSIONS_NESTED, NESTING, TOKENS, Sandbox

CONTEXT: dict[str, Any] = {
    "name": "Ann",
    "nothing": None,
    "amount": 412.5,
    "rows": [{"item": "Train", "sum": 30}, {"item": "Hotel", "sum": 90}],
    "data": {"items": 3, "kind": "repair", "__class__": "own"},
    "tags": ["b", "a"],
    "flag": False,
}


GIVEN = {
    "Hello": "Hello",
    "Hello {{ name }}": "Hello Ann",
    "{{ missing }}{{ missing.deeper[0].still }}{{ nothing }}": "",
    "{{ data.items }} {{ data.kind|upper }}": "3 REPAIR",
    "{{ name.items }}{{ data.values }}{{ range }}{{ self }}{{ [name.upper, range] }}": "[, ]",
    "{{ '%.2f'|format(amount) }} {{ '%5.1f' % amount }}|": "412.50 412.5|",
    "{{ '%(a)s%%' % {'a': 5} }} {{ '%s-%s' % (1, 'b') }}": "5% 1-b",
    "{% for row in rows %}{{ loop.index }}. {{ row.item }} {% endfor %}": "1. Train 2. Hotel ",
    "{% for row in rows if row.sum > 50 %}{{ row.item }}{% else %}none{% endfor %}": "Hotel",
    "{% for row in rows if row.sum > 500 %}{{ row.item }}{% else %}none{% endfor %}": "none",
    "{% for key, value in {'a': 1}.items() %}{{ key }}={{ value }}{% endfor %}": "a=1",
    "{{ rows|sum(attribute='sum') }} {{ rows|sum('sum', 5) }} {{ [1, 2]|sum }}": "120 125 3",
    "{{ rows|map(attribute='item')|join(', ') }}": "Train, Hotel",
    "{{ rows|selectattr('sum', '>', 50)|map(attribute='item')|first }}": "Hotel",
    "{% for sum, group in rows|groupby('sum') %}{{ sum }}:{{ group|length }} {% endfor %}": (
        "30:1 90:1 "
    ),
    "{{ tags|sort|join }} {{ tags|reverse|list }} {{ tags[0] }}": "ab ['a', 'b'] b",
    "{{ tags[1:] }} {{ tags[::-1] }} {{ tags[9] }}": "['a'] ['a', 'b'] ",
    "{{ name[1:] }}{{ name[:-1] }}{{ name[5:] }}{{ missing[1:] }}{{ nothing[1:] }}": "nnAn",
    "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 }}": "True False True",
    "{{ 'a' in tags }} {{ 'z' not in tags }} {{ 'nn' in name }}": "True True True",
    "{{ 'kind' in data }} {{ tags == ['b', 'a'] }} {{ missing == 1 }}": "True True False",
    "{{ amount is number }} {{ missing is defined }} {{ 4 is divisibleby(2) }}": "True False True",
    "{{ 7 // 2 }} {{ 7 / 2 }} {{ 7 % 2 }} {{ -7 }} {{ 2 ** 10 }}": "3 3.5 1 -7 1024",
    "{{ 'ab' * 2 }} {{ [1] + [2] }} {{ 'a' + 'b' }}": "abab [1, 2] ab",
    "{{ {'a': 1, 2: 'b'}.a }}{{ {'a': 1, 2: 'b'}[2] }}": "1b",
    "{{ '42'|int + 1 }} {{ 'x'|int(7) }} {{ 'ff'|int(base=16) }}": "43 7 255",
    "{{ ' a '|trim }}{{ 'xax'|trim('x') }}{{ ' b '.strip() }}": "aab",
    "{{ 'a-b'.replace('-', '+') }} {{ '-'.join(tags) }} {{ 'a,b'.split(',') }}": (
        "a+b b-a ['a', 'b']"
    ),
    "{{ 'a<b'|e }} {{ 'a<b' }}": "a&lt;b a<b",
    "{{ {'b': [1, none], 'a': 'x'}|tojson }}": '{"a": "x", "b": [1, null]}',
    "{% set total = 1 %}{% with total = 2 %}{{ total }}{% endwith %}{{ total }}": "21",
    "{% if flag %}a{% elif nothing %}b{% else %}c{% endif %}{# no #}": "c",
    "{% raw %}{{ x }}{% endraw %}": "{{ x }}",
    "{{ name ~ ' ' ~ amount }}": "Ann 412.5",
    "{{ '\ufb01' }}{{ \ufb01 }}{{ 'a\0b' }}": "\ufb01a\0b",
}


@pytest.mark.parametrize(("text", "expected"), GIVEN.items())
def test_a_template_gives(text: str, expected: str) -> None:
    assert syntax_error(text) is None
    assert Renderer().render(text, CONTEXT) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "name.__class__", "name['__class__']", "''.__class__.__mro__", "[].__class__.__base__",
        "{}.__init__.__globals__", "range.func", "range.__globals__", "range.args",
        "name.upper.func",
        "name.upper.__self__", "name.upper.args", "missing.__class__", "missing._undefined_name",
        "loop", "self.__init__", "self._TemplateReference__context", "self.x", "self[0]",
        "(1).real",
        "amount.hex", "name._x", "data['_x']", "name.format", "name.encode", "name.translate",
        "tags.append", "tags.pop", "data.update", "data.pop", "data.__class__.x", "name.__ｃlass__",
        "name['__cla' ~ 'ss__']", "nothing.__class__",
    ],
)  # fmt: skip
def test_nothing_but_data_is_reached(expression: str) -> None:
    assert Renderer().render(f"{{{{ {expression} }}}}", CONTEXT) == ""


def test_what_data_calls_its_members_is_theirs() -> None:
    assert Renderer().render("{{ data.__class__ }} {{ data.items }}", CONTEXT) == "own 3"


@pytest.mark.parametrize(
    "expression",
    [
        "name()", "name.__class__()", "name.format()", "tags.append(1)", "data.clear()", "lipsum()",
        "lipsum(n=10**6)", "cycler(1)", "joiner()", "namespace()", "dict()", "self()", "loop()",
        "name.upper.func()", "range.func(9)", "missing()", "nothing()", "caller()", "super()",
        "'{0.__class__}'.format(name)", "'{a.__class__}'.format_map(data)", "name.upper()()",
        "[1]|map('attr', '__class__')|list", "[1]|map('pprint')|list",
        "[1]|select('callable')|list",
    ],
)  # fmt: skip
def test_nothing_else_is_called(expression: str) -> None:
    with pytest.raises(RenderError):
        Renderer().render(f"{{{{ {expression} }}}}", CONTEXT)


def test_data_stays_as_it_is() -> None:
    tags = ["b", "a"]
    Renderer().render(
        "{% set x = tags|sort %}{{ tags|reverse|list }}{{ tags + [1] }}", {"tags": tags}
    )
    assert tags == ["b", "a"]


def test_data_cannot_bring_its_own_budget() -> None:
    with pytest.raises(RenderError, match="too much work"):
        Renderer().render(
            "{% for a in range(1000) %}{{ range(1000)|list|length }}{% endfor %}", {" budget": 1}
        )


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each text that is compiled."""
    texts: list[str] = []
    whole: Callable[..., Any] = Sandbox.from_string

    def noting(self: Sandbox, text: str) -> Any:
        texts.append(text)
        return whole(self, text)

    monkeypatch.setattr(Sandbox, "from_string", noting)
    return texts


def test_a_text_is_compiled_once(compiled: list[str]) -> None:
    renderer = Renderer()
    assert [renderer.render("{{ a }}", {"a": n}) for n in (1, 2, 3)] == ["1", "2", "3"]
    assert compiled == ["{{ a }}"]
    renderer.render("no template", {})
    assert compiled == ["{{ a }}"]


def test_a_text_that_is_none_is_read_once(compiled: list[str]) -> None:
    renderer = Renderer()
    for _ in range(3):
        with pytest.raises(RenderError, match="cannot be read"):
            renderer.render("{{ a", {})
    assert compiled == ["{{ a"]


def test_what_only_the_stack_was_too_short_for_is_read_again() -> None:
    renderer = Renderer()
    text = "{{ ((((((((((a)))))))))) }}"

    def bottom() -> None:
        try:
            bottom()
        except RecursionError:
            with pytest.raises(RenderError):
                renderer.render(text, {"a": 1})

    bottom()
    assert renderer.render(text, {"a": 1}) == "1"


def test_the_least_recently_used_is_let_go(compiled: list[str]) -> None:
    renderer = Renderer(keep=2)
    for text in ("{{ a }}", "{{ b }}", "{{ a }}", "{{ c }}", "{{ a }}", "{{ b }}"):
        renderer.render(text, {})
    assert compiled == ["{{ a }}", "{{ b }}", "{{ c }}", "{{ b }}"]


def test_what_is_kept_has_a_bound(compiled: list[str]) -> None:
    renderer = Renderer()
    count = CHARACTERS_KEPT // TEMPLATE_CHARACTERS
    texts = [f"{{# {number} #}}".ljust(TEMPLATE_CHARACTERS) for number in range(count + 1)]
    for text in [*texts, texts[-1], texts[0]]:
        renderer.render(text, {})
    assert compiled == [*texts, texts[0]]


def test_one_rendering_costs_the_next_nothing() -> None:
    renderer = Renderer()
    text = "{% for a in range(300) %}{% for b in range(50) %}{% endfor %}{% endfor %}"
    for _ in range(3):
        assert renderer.render(text, {}) == ""


_DEEP = EXPRESSIONS_NESTED - 2


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * _DEEP + "a" + ")" * _DEEP + " }}",
        "{{ " + "[" * _DEEP + "a" + "]" * _DEEP + " }}",
        "{{ " + "{'a': " * (_DEEP // 2) + "a" + "}" * (_DEEP // 2) + " }}",
        "{{ " + "(" * _DEEP + "a" + "|e)" * _DEEP + " }}",
        "{{ " + "(" * _DEEP + "a" + " ~ 'b')" * _DEEP + " }}",
        "{{ " + "(" * _DEEP + "1" + " < 2)" * (_DEEP) + " }}",
        "{{ " + "(" * _DEEP + "a" + " if a else b)" * _DEEP + " }}",
        "{{ " + "(" * _DEEP + "a" + " is none)" * _DEEP + " }}",
        "{{ a" + "|default(a" * (_DEEP - 1) + ")" * (_DEEP - 1) + " }}",
        "{{ a" + "[a" * _DEEP + "]" * _DEEP + " }}",
        "{{ 1" + " + 1" * (NESTING - 2) + " }}",
        "{{ a" + ".a" * (NESTING - 2) + " }}",
        "{{ a" + "|e" * (NESTING - 2) + " }}",
        "{{ a" + " or a" * (NESTING - 2) + " }}",
        "{{ " + "not " * (NESTING - 2) + "a }}",
        "{{ " + "-" * (NESTING - 2) + "1 }}",
        "{{ a" + " if a else a" * (NESTING - 3) + " }}",
        "{% if a %}" * (NESTING - 2) + "{% endif %}" * (NESTING - 2),
        "{% with a = 1 %}" * (NESTING - 2) + "{% endwith %}" * (NESTING - 2),
        "{% for a in [1] %}" * 6 + "{{ a }}" + "{% endfor %}" * 6,
        "{% if a %}" + "{% elif a %}" * 500 + "{% endif %}",
        "{{ [" + "1," * (TOKENS // 2 - 4) + "] }}",
        "{{ {" + "1:1," * (TOKENS // 4 - 4) + "} }}",
        "{{ 1" + " < 1" * (TOKENS // 2 - 4) + " }}",
        "{{ 1" + " ~ 1" * (TOKENS // 2 - 4) + " }}",
        "{{a}}" * (TOKENS // 3 - 1),
        "".join(f"{{% set a{number} = a %}}" for number in range(TOKENS // 6)),
    ],
    ids=lambda text: str(text[:24]),
)
def test_what_the_checker_takes_can_be_compiled(text: str) -> None:
    assert syntax_error(text) is None
    assert isinstance(Renderer().render(text, {}), str)


def test_it_can_be_compiled_at_the_bottom_of_a_deep_stack() -> None:
    text = "{{ " + "(" * _DEEP + "a" + ")" * _DEEP + " }}"

    def below(depth: int) -> str:
        return below(depth - 1) if depth else Renderer().render(text, {"a": 1})

    assert below(300) == "1"


def test_the_place_of_what_is_too_much_is_told() -> None:
    problem = syntax_error("x\n" + "{{a}}" * TOKENS)
    assert problem is not None
    assert problem[0] == 2
    assert problem[2] == f"More than {TOKENS} parts."
    assert rendering.syntax_error("{{ a }}\n{% filter e %}{% endfilter %}") == (
        2,
        1,
        "'filterblock' cannot be used here.",
    )
