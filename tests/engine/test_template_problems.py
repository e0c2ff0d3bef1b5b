"""The short way to find out whether a template parses says what the parser says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_server.engine.definition.server_templates import Templates
from lockstep_server.engine.render import TEMPLATE_CHARACTERS, syntax_error

PIECES = (
    "{{ a }}", "{{a.b.c}}", "{{ not }}", "{{ a b }}", "{{", "}}", "{%", "%}", "{#", "#}", "{", "}",
    "{% if a %}", "{% else %}", "{% endif %}", "{% for a in b %}", "{% endfor %}", "{% raw %}",
    "{% endraw %}", "{% x %}", "{%- if a -%}", "{{ a | upper }}", "{{ a | nope }}", "{{ '}}' }}",
    '{{ "a }}" }}', '"', "'", "\\", "{{ 'a' ~ \"b\" }}", "{{ '%.2f' | format(a) }}", "{{ a % 2 }}",
    "{{ {'a': 1} }}", "{{ a.not }}", "{{ a._b }}", "{{ a\n.b }}", "{{ 1 }}", "{{ }}", "{{ a. }}",
    "text", "\n", " ", "{{{ a }}}", "{{ a['b'] }}", "{{ '\\'' }}", "{% set a = 1 %}", "%", "# ",
    "{{ a", "{% if", "{{ and }}", "{{ true }}", "{{ self }}", "{{ loop.index }}", "{{ a }}}",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_is_judged_as_by_the_parser(piece: str) -> None:
    assert Templates().problem(piece) == syntax_error(piece)


@given(pieces=st.lists(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), max_size=6))
def test_pieces_together_are_judged_as_by_the_parser(pieces: list[str]) -> None:
    templates = Templates()
    for text in (*pieces, *pieces):
        assert templates.problem(text) == syntax_error(text)


def test_a_long_chain_and_a_long_text_are_judged_as_by_the_parser() -> None:
    for text in ("{{ a" + ".b" * 80 + " }}", "{{ a }}" + "x" * TEMPLATE_CHARACTERS):
        assert syntax_error(text) is not None
        assert Templates().problem(text) == syntax_error(text)
