"""Server templates: titles, names, descriptions and texts of actions, made from data.

What is made is text and is shown as text: nothing is escaped. A missing value, and a null, print
as nothing.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Template
from jinja2.exceptions import TemplateSyntaxError

from .bounding import BUDGET
from .budget import Budget
from .sandbox import Sandbox

TEMPLATE_CHARACTERS = 16 * 1024
"""The longest template."""
OUTPUT_CHARACTERS = 64 * 1024
"""The longest text that is made, unless the caller sets a lower bound."""
TEMPLATES_KEPT = 4096
"""Compiled templates that a renderer keeps; the least recently used goes first."""
CHARACTERS_KEPT = 1024 * 1024
"""The length of all that a renderer keeps; a compiled template takes some 40 bytes a character."""
ERROR_CHARACTERS = 300
"""What is told of an error; the rest may be the template itself."""

_MARKS = re.compile(r"\{[{%#]")
_SANDBOX = Sandbox()
_UNEXPECTED = re.compile(r" at (\d+)$")
_NAMED = re.compile(r"named '([^']*)'|^'([^']*)' cannot")


class RenderError(Exception):
    """The template cannot be read, failed with this data, or went over a bound."""


class Renderer:
    """Renders texts; what it has compiled it keeps."""

    def __init__(self, keep: int = TEMPLATES_KEPT) -> None:
        self._keep = keep
        self._compiled: OrderedDict[str, Template | str] = OrderedDict()
        """What each text became: a template, or why it is none."""
        self._characters = 0

    def render(self, text: str, context: Mapping[str, Any], limit: int = OUTPUT_CHARACTERS) -> str:
        """``text`` with the values of ``context`` filled in.

        A text without marks comes back as it is. Raises ``RenderError``, also when the result
        has more than ``limit`` characters.
        """
        if not is_template(text):
            return text
        template = self._template(text)
        made: list[str] = []
        left = limit
        try:
            variables = {**context, BUDGET: Budget()}
            for piece in template.root_render_func(template.new_context(variables)):
                left -= len(piece)
                if left < 0:
                    raise RenderError(f"The text has more than {limit} characters.")
                made.append(piece)
        except RenderError:
            raise
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            raise RenderError(why[:ERROR_CHARACTERS]) from error
        return "".join(made)

    def _template(self, text: str) -> Template:
        if len(text) > TEMPLATE_CHARACTERS:
            raise RenderError(f"The template has more than {TEMPLATE_CHARACTERS} characters.")
        template = self._compiled.get(text)
        if template is None:
            template = self._keep_compiled(text)
        else:
            self._compiled.move_to_end(text)
        if isinstance(template, str):
            raise RenderError(template)
        return template

    def _keep_compiled(self, text: str) -> Template | str:
        try:
            template: Template | str = _SANDBOX.from_string(text)
        except (RecursionError, MemoryError) as error:
            # This may be the caller's doing: another time the same text may be read.
            raise RenderError(f"The template cannot be read: {error}") from error
        except Exception as error:
            template = f"The template cannot be read: {error}"[:ERROR_CHARACTERS]
        self._compiled[text] = template
        self._characters += len(text)
        while len(self._compiled) > self._keep or self._characters > CHARACTERS_KEPT:
            self._characters -= len(self._compiled.popitem(last=False)[0])
        return template


def is_template(text: str) -> bool:
    """Whether there is anything in ``text`` to be filled in."""
    return _MARKS.search(text) is not None


def syntax_error(text: str) -> tuple[int, int, str] | None:
    """Where (line and column, from 1) and why ``text`` cannot be read as a template; None: it can.

    Nothing of the template is run.
    """
    if not is_template(text):
        return None
    if len(text) > TEMPLATE_CHARACTERS:
        return 1, 1, f"The template has more than {TEMPLATE_CHARACTERS} characters."
    try:
        _SANDBOX.examine(_SANDBOX.parser(text).parse())
    except TemplateSyntaxError as error:
        return _locate(text, error)
    except RecursionError:
        return 1, 1, "The template is nested too deep."
    except (ValueError, SyntaxError, ArithmeticError) as error:
        return 1, 1, f"The template cannot be read: {error}"
    return None


class _Tokens:
    """The tokens of a text, remembering where in the text the last one began.

    Jinja's errors name the line alone. Its lexer gives the tokens in order with their exact
    text, so that each can be found again behind the one before it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def __iter__(self) -> Iterator[tuple[int, str, str]]:
        end = 0
        try:
            for line, kind, value in _SANDBOX.lexer.tokeniter(self.text, None):
                found = self.text.find(value, end)
                self.at = end if found < 0 else found
                end = self.at + len(value)
                yield line, kind, value
        except TemplateSyntaxError:
            # What is no token stands behind the last one.
            self.at = end
            raise
        self.at = len(self.text)


def _locate(text: str, error: TemplateSyntaxError) -> tuple[int, int, str]:
    plain = "\n".join(re.split(r"\r\n|\r|\n", text))
    message = error.message or "The template cannot be read."
    unexpected = _UNEXPECTED.search(message)
    if unexpected:
        line, column = _place(plain, int(unexpected[1]))
        return line, column, _sentence(message[: unexpected.start()])
    lines = plain.split("\n")
    here = lines[error.lineno - 1] if error.lineno <= len(lines) else ""
    named = _NAMED.search(message)
    name = re.search(rf"\b{re.escape(named[1] or named[2])}\b", here) if named else None
    if name is not None:
        return error.lineno, name.start() + 1, _sentence(message)
    stopped = _stopped(plain)
    if stopped is not None:
        line, column = _place(plain, stopped)
        if line == error.lineno:
            return line, column, _sentence(message)
    mark = _MARKS.search(here)
    return error.lineno, mark.start() + 1 if mark else 1, _sentence(message)


def _stopped(text: str) -> int | None:
    """The position of the token at which reading ``text`` stops; None: it reads to the end."""
    tokens = _Tokens(text)
    try:
        parser = _SANDBOX.parser("")
        parser.stream = _SANDBOX.stream(iter(tokens))
        parser.parse()
    except (TemplateSyntaxError, RecursionError):
        return tokens.at
    return None


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."
