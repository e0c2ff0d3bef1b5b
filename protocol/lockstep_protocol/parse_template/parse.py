"""Reading a client template: text in which ``{…}`` are expressions."""

import re

from .calls import read_call
from .operands import read_values
from .reader import BLANK, Reader
from .tree import (
    CALLS,
    TEMPLATE_CHARACTERS,
    Call,
    Choice,
    Comparison,
    Expression,
    Switch,
    Template,
    TemplateError,
    Text,
    Value,
    Values,
)

_SWITCH = re.compile(r"switch[ \t\r\n]*\(")
_SYMBOL = re.compile(r"[=!]=|[<>]=?")
_WORD = re.compile(r"(?:is|not|in|includes|excludes|exists|empty)(?=[ \t\r\n?{\"'])")
_PLAIN = re.compile(r"[^{}\\]+")
_RUNS = {
    (stops, blank): re.compile(rf"[^{{}}\\{re.escape(stops + blank)}]+")
    for stops in ("", ",", ":", "?", ",?", "|")
    for blank in ("", "_")
}
"""Characters that mean nothing in a text, by what ends it and what is a space in it."""
_SYMBOLS: dict[str, tuple[Comparison, bool]] = {
    "==": ("is", False),
    "!=": ("is", True),
    "<": ("<", False),
    ">": (">", False),
    "<=": ("<=", False),
    ">=": (">=", False),
}
_WORDS: dict[str, tuple[Comparison, bool]] = {
    "in": ("in", False),
    "includes": ("includes", False),
    "excludes": ("includes", True),
    "exists": ("exists", False),
    "empty": ("empty", False),
}


def parse(text: str) -> Template:
    """The template that ``text`` is; raises ``TemplateError`` where it is none."""
    if len(text) > TEMPLATE_CHARACTERS:
        raise TemplateError(TEMPLATE_CHARACTERS, f"at most {TEMPLATE_CHARACTERS} characters")
    return Template(_Parser(text).template(), text)


class _Parser(Reader):
    def template(self) -> Text:
        """All of the text."""
        parts: list[str | Expression] = []
        literal: list[str] = []
        while self.here:
            here = self.here
            if here == "{":
                self.at += 1
                _put(parts, literal)
                parts.append(self.expression())
            elif here == "}":
                self.fail("`\\}` for a brace that is text")
            else:
                literal.append(self.match(_PLAIN) or self.character())
        _put(parts, literal)
        return tuple(parts)

    def expression(self) -> Expression:
        """What stands between a brace that was just taken and its end, and that end."""
        self.enter()
        if self.here in BLANK:
            self.blanks()
        made = self.switch() if self.here == "s" and self.match(_SWITCH) else self.value_or_choice()
        self.leave("}")
        return made

    def value_or_choice(self) -> Value | Choice:
        values = read_values(self)
        if self.here not in ("|", "}", ""):
            return self.choice(values)
        calls: list[Call] = []
        while self.here == "|":
            if len(calls) == CALLS:
                self.fail(f"at most {CALLS} functions")
            self.at += 1
            calls.append(read_call(self, self.text_until))
        return Value(values, tuple(calls))

    def choice(self, left: Values) -> Choice:
        comparison, negated = self.comparison()
        right: list[Text] = []
        if comparison == "in":
            while not right or self.take(","):
                right.append(self.text_until(",?"))
        elif comparison not in ("holds", "exists", "empty"):
            right.append(self.text_until("?"))
        self.expect("?")
        yes = self.text_until(":")
        self.expect(":")
        return Choice(left, comparison, negated, tuple(right), yes, self.text_until(""))

    def comparison(self) -> tuple[Comparison, bool]:
        """The test's word or sign; none, when the value itself is asked."""
        if self.here == "?":
            return "holds", False
        symbol = self.match(_SYMBOL)
        if symbol is not None:
            return _SYMBOLS[symbol]
        equal, negated = False, False
        while True:
            start = self.at
            word = self.match(_WORD)
            if word is None or (word == "is" and (equal or negated)) or (word == "not" and negated):
                # What follows `is` or `not` is a text, whatever its first word.
                self.at = start
                if not equal and not negated:
                    self.fail("`|`, `,`, `?`, `}` or a test")
                return "is", negated
            self.blanks()
            if word in _WORDS:
                comparison, other = _WORDS[word]
                return comparison, negated != other
            equal = equal or word == "is"
            negated = negated or word == "not"

    def switch(self) -> Switch:
        self.enter()
        of = read_values(self)
        self.leave(")")
        self.expect("=>")
        cases: list[tuple[Text | None, Text]] = []
        while not cases or self.take(","):
            self.blanks()
            start = self.at
            key = self.text_until("|")
            otherwise = self.text[start : self.at].rstrip(BLANK) == "*"
            self.expect("|")
            cases.append((None if otherwise else key, self.text_until(",")))
        return Switch(of, tuple(cases))

    def text_until(self, stops: str, blank: str = "") -> Text:
        """A text up to one of ``stops`` or the brace that ends the expression, trimmed.

        An unescaped ``blank`` is read as a space.
        """
        self.blanks()
        here = self.here
        if here == "}" or here in stops:  # The end of the text is in any.
            return ()
        if here in ("'", '"'):
            quoted = self.quoted()
            self.blanks()
            if self.here not in (*stops, "}"):
                self.fail(" or ".join(f"`{stop}`" for stop in (*stops, "}")))
            return (quoted,) if quoted else ()
        parts: list[str | Expression] = []
        literal: list[str] = []
        run = _RUNS[stops, blank]
        while True:
            plain = self.match(run)
            here = self.here
            if here == "}" or here in stops:
                # Trimming leaves what was escaped.
                literal.append((plain or "").rstrip(BLANK))
                _put(parts, literal)
                return tuple(parts)
            if plain:
                literal.append(plain)
            if here == "{":
                self.at += 1
                _put(parts, literal)
                parts.append(self.expression())
            elif here == blank:
                self.at += 1
                literal.append(" ")
            else:
                literal.append(self.character())

    def character(self) -> str:
        """One character of a text, perhaps escaped."""
        found = self.escaped()
        if found is None:
            found = self.here
            self.at += 1
        return found


def _put(parts: list[str | Expression], literal: list[str]) -> None:
    if literal:
        text = "".join(literal)
        if text:
            parts.append(text)
        literal.clear()
