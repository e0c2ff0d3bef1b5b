"""Whether server templates parse, and what to do about those that do not."""

import re

from lockstep_server.engine.render import TEMPLATE_CHARACTERS, syntax_error
from lockstep_server.engine.sandbox import Sandbox

from .findings import Findings

_NAMED = re.compile(r"[Nn]o (filter|test) named '([^']*)'")
_TAG = re.compile(r"unknown tag '([^']*)'")
_TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "with", "endwith")
_UNCLOSED = ("Unexpected '}'", "end of print statement", "end of statement block")
_SANDBOX = Sandbox()
_PLAIN = re.compile(
    r"(?:[^{]++|\{(?![{%#])"
    r"|\{\{ *(?!(?:not|and|or|if|else|is|in)\b)[a-z]\w*(?:\.[a-z]\w*){0,15} *\}\})*+",
    re.ASCII | re.IGNORECASE,
)
"""Templates of nothing but text and names of values: most are, and the parser is slow."""


class Templates:
    """The server templates of one definition, each read once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int, str] | None] = {}

    def problem(self, text: str) -> tuple[int, int, str] | None:
        """What ``syntax_error`` says of ``text``."""
        if len(text) <= TEMPLATE_CHARACTERS and _PLAIN.fullmatch(text):
            return None
        if text not in self._known:
            self._known[text] = syntax_error(text)
        return self._known[text]


def template_hint(why: str, findings: Findings) -> str:
    """A hint for what the parser said."""
    close: str | None = None
    if named := _NAMED.search(why):
        known = _SANDBOX.filters if named[1] == "filter" else _SANDBOX.tests
        close = findings.closest(named[2], [name for name in known if name.isidentifier()])
    elif tag := _TAG.search(why):
        close = findings.closest(tag[1], _TAGS)
    elif "looking for" in why:
        return (
            "Each `{% if … %}` ends with `{% endif %}`, and each `{% for … %}` with `{% endfor %}`."
        )
    elif any(mark in why for mark in _UNCLOSED):
        return "Close `{{ value }}` with two braces, and `{% if … %}` with `%}`."
    if close is not None:
        return f"Did you mean `{close}`?"
    return "Server templates are Jinja2: `{{ value }}`, `{% if … %}…{% endif %}`."
