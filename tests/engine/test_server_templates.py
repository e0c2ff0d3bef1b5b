"""Server templates: what they print, and that none costs more than it may."""

from contextlib import suppress
from typing import Any

import pytest

from lockstep_server.engine.budget import Budget, TooMuch
from lockstep_server.engine.render import TEMPLATE_CHARACTERS, Renderer, RenderError
from lockstep_server.engine.sandbox import Sandbox

LIMIT = 4_000
SEEN: dict[str, Any] = {"a": "x", "b": 1, "who": {"name": "Ann"}, "list": [1, 2, 3]}
NESTED = "{% set n=namespace(l=(1,), m=(1,)) %}{% for i in range(40) %}"


def render(text: str, **more: Any) -> str:
    return Renderer().render(text, {**SEEN, **more}, LIMIT)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("plain", "plain"),
        ("{{ a }} of {{ who.name }}", "x of Ann"),
        ("{{ missing }}{{ who.missing }}{{ missing.deep.er }}|", "|"),
        ("{{ none }}|", "|"),
        ("{{ '<b>' }}", "<b>"),
        ("{% for i in list %}{{ i }},{% endfor %}", "1,2,3,"),
        ("{{ '%.2f' % 1.5 }} {{ a|upper }} {{ list|join('-') }}", "1.50 X 1-2-3"),
        ("{{ 'long' if b > 0 else 'short' }}", "long"),
        ("{{ 7 * 6 }}{{ 'ab' * 2 }}", "42abab"),
    ],
)
def test_what_a_template_prints(text: str, printed: str) -> None:
    assert render(text) == printed


REFUSED = {
    "repeats a text": "{{ 'a' * 10**9 }}",
    "repeats while it is compiled": "{{ ('a' * 50000) * 50000 }}",
    "pads by a filter while it is compiled": "{{ 'x'|center(10**9) }}",
    "pads by %": "{{ '%1000000000d' % 1 }}",
    "pads by a star": "{{ '%*d'|format(10**9, 1) }}",
    "pads by format": "{{ '{:>1000000000}'.format(1) }}",
    "pads by a method": "{{ 'a'.zfill(10**9) }}{{ 'a'.ljust(10**9) }}",
    "is a tower of powers": "{{ 10**(10**10) }}",
    "indents": "{{ 'a'|indent(10**9) }}",
    "makes a list of a range": "{{ range(10**9)|list }}",
    "loops in loops": "{% for a in range(9999) %}{% for b in range(9999) %}"
    "{% endfor %}{% endfor %}",
    "calls a macro that calls itself": "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}"
    "{{ m(0) }}",
    "recurses in a loop": "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "doubles a text": "{% set n=namespace(x='a') %}{% for i in range(60) %}"
    "{% set n.x=n.x~n.x %}{% endfor %}{{ n.x }}",
    "doubles a list": NESTED + "{% set n.l=(n.l, n.l) %}{% endfor %}{{ n.l }}",
    "compares doubled lists": NESTED
    + "{% set n.l=(n.l, n.l) %}{% set n.m=(n.m, n.m) %}{% endfor %}{{ n.l == n.m }}",
    "looks for a doubled list": NESTED
    + "{% set n.l=(n.l, n.l) %}{% set n.m=(n.m, n.m) %}{% endfor %}{{ n.l in [n.m] }}",
    "hashes a doubled list": NESTED + "{% set n.l=(n.l, n.l) %}{% endfor %}{{ {n.l: 1}|length }}",
    "joins": "{{ (['a' * 60000] * 60000)|join }}",
    "joins by a long text": "{{ ('a ' * 30000).split()|join('b' * 1000) }}",
    "replaces by a long text": "{{ ('a' * 60000)|replace('a', 'b' * 60000) }}",
    "replaces by a table": "{{ ('a' * 60000).translate({97: 'b' * 60000}) }}",
    "fills a batch": "{{ [1]|batch(10**9, 'x')|list }}",
    "cuts slices": "{{ [1]|slice(10**8, 'x')|list }}",
    "expands tabs": "{{ ('\t' * 60000).expandtabs(10**6) }}",
    "writes prose": "{{ lipsum(n=10**6) }}",
    "counts on": "{{ cycler(*range(10**6)) }}",
    "prints too much": "{% for i in range(9999) %}{{ 'a' * 100 }}{% endfor %}",
    "gathers too much": "{% set x %}{% for i in range(99999) %}aaaa{% endfor %}{% endset %}{{ x }}",
    "is nested in parentheses": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "is nested in lists": "{{ " + "[" * 3000 + "]" * 3000 + " }}",
    "is a sum of thousands": "{{ " + "+".join(["1"] * 5000) + " }}",
    "is a chain of choices": "{{ " + "a if b else " * 1000 + "a }}",
    "denies thousands of times": "{{ " + "not " * 3500 + "a }}",
    "filters thousands of times": "{{ a" + "|upper" * 2500 + " }}",
    "calls thousands of times": "{{ a" + "()" * 5000 + " }}",
    "has thousands of blocks": "{% if a %}" * 900 + "{% endif %}" * 900,
    "is too long": "{{ a }}" + "x" * TEMPLATE_CHARACTERS,
    "reads a class by format": "{{ '{0.__class__}'.format(1) }}",
    "reads a class by a filter": "{{ ''|attr('__class__') }}",
    "takes another template in": "{% include 'x' %}",
    "takes a macro in": "{% import 'x' as y %}",
    "divides by nothing": "{{ 1 // 0 }}",
    "is no template": "{{ a b }}",
    "knows no such filter": "{{ a|nope }}",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in REFUSED.items()])
def test_one_that_asks_for_too_much_is_refused(text: str) -> None:
    with pytest.raises(RenderError, match=r"\w"):
        render(text)


STAYS_SMALL = (
    "{{ ('a.' * 30000)|urlize|length }}",
    "{{ ('<' * 60000)|striptags|length }}",
    "{{ ('9' * 60000)|int }}",
    "{{ 1e308|round(10**9) }}",
    "{{ (10**300)|filesizeformat }}",
    "{{ range(9999)|sort|length }}",
    "{{ range(9999)|unique|list|length }}",
    "{{ ('a ' * 30000)|wordwrap(1)|length }}",
    "{{ [[[[1]]]]|tojson }}",
    "{{ '" + "é" * 5000 + "'|upper|length }}",
)


@pytest.mark.parametrize("text", STAYS_SMALL)
def test_one_that_is_only_odd_prints_little_or_is_refused(text: str) -> None:
    with suppress(RenderError):
        assert len(render(text)) <= 400


def test_a_class_is_nothing() -> None:
    assert render("{{ ''.__class__.__mro__ }}|{{ a.__init__ }}|{{ who['__class__'] }}") == "||"


def test_the_work_of_one_rendering_is_counted_and_ends() -> None:
    budget = Budget(100)
    budget.weigh(["a"] * 40)
    with pytest.raises(TooMuch):
        budget.weigh(["a"] * 40)
    small = "{% for i in range(20) %}{{ i }}{% endfor %}"
    assert render(small) == "".join(map(str, range(20)))


def test_a_text_is_compiled_once_and_the_oldest_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_one = Sandbox.from_string

    def counted(self: Sandbox, source: str, *rest: Any) -> Any:
        compiled.append(source)
        return compile_one(self, source, *rest)

    monkeypatch.setattr(Sandbox, "from_string", counted)
    renderer = Renderer(keep=2)
    for text in ("{{ a }}", "{{ b }}", "{{ a }}", "{{ who }}", "{{ a }}", "{{ b }}"):
        renderer.render(text, SEEN)
    assert compiled == ["{{ a }}", "{{ b }}", "{{ who }}", "{{ b }}"]


def test_the_output_is_bounded_by_the_caller() -> None:
    assert Renderer().render("{{ a }}" * 3, SEEN, 3) == "xxx"
    with pytest.raises(RenderError, match="more than 2 characters"):
        Renderer().render("{{ a }}" * 3, SEEN, 2)
