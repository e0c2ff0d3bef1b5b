"""Whether server templates parse, and what to do about those that do not."""

import re

from lockstep_server.engine.render import syntax_error
from lockstep_server.engine.sandbox import TOKENS, Sandbox

from .findings import Findings

_NAMED = re.compile(r"[Nn]o (filter|test) named '([^']*)'")
_TAG = re.compile(r"unknown tag '([^']*)'")
_TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "with", "endwith")
_UNCLOSED = ("Unexpected '}'", "end of print statement", "end of statement block")
_SANDBOX = Sandbox()
# No two ways to read a character, so that nothing is tried twice: possessive quantifiers would say
# so, but the first Pythons 3.11 have them wrong.
_STRINGS = r""" "[^"\\{}]*" | '[^'\\{}]*' """
_MARK = rf"""
    \{{\{{ (?: [^"'{{}}\\] | {_STRINGS} )* \}}\}}
    | \{{% (?: [^"'{{}}%\\] | {_STRINGS} )* %\}}
"""
_MARKS = re.compile(_MARK, re.VERBOSE)
_SIMPLE = re.compile(rf"(?: [^{{] | \{{(?![{{%#]) | {_MARK} )*", re.VERBOSE)
"""Texts whose marks can be told from the rest without reading them."""
_VALUE = re.compile(
    r"\{\{ *(?!(?:not|and|or|if|else|is|in)\b)[a-z]\w*(?:\.[a-z]\w*){0,15} *\}\}",
    re.ASCII | re.IGNORECASE,
)
"""A mark that is nothing but the name of a value."""


class Templates:
    """The server templates of one definition, with as little of them read as will do.

    Whether a template parses hangs on its marks alone, and not on those that only name a value.
    What is left of most is the same again and again.
    """

    def __init__(self) -> None:
        self._parses: dict[str, bool] = {}

    def problem(self, text: str) -> tuple[int, int, str] | None:
        """What ``syntax_error`` says of ``text``."""
        # A text that is not longer than that cannot have too many parts.
        if len(text) > TOKENS or "raw" in text or not _SIMPLE.fullmatch(text):
            return syntax_error(text)
        marks = " ".join(mark for mark in _MARKS.findall(text) if not _VALUE.fullmatch(mark))
        if marks not in self._parses:
            self._parses[marks] = syntax_error(marks) is None
        return None if self._parses[marks] else syntax_error(text)


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
