"""What to do about a server template that does not parse."""

import re

from lockstep_server.engine.sandbox import Sandbox

from .findings import Findings

_NAMED = re.compile(r"[Nn]o (filter|test) named '([^']*)'")
_TAG = re.compile(r"unknown tag '([^']*)'")
_TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "with", "endwith")
_UNCLOSED = ("Unexpected '}'", "end of print statement", "end of statement block")
_SANDBOX = Sandbox()


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
