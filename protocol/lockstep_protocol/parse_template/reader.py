"""Reading a template character by character: blanks, names, escapes and positions."""

import re
from typing import NoReturn

from .tree import NESTING, TemplateError

BLANK = " \t\r\n"
_BLANK = frozenset(BLANK)
_PUNCTUATION = frozenset(" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_NAME = re.compile(r"(?:[^ \t\r\n{}|,:?()\"'\\=<>!+*/\[\].]|\\[ -/:-@\[-`{-~])+")


class Reader:
    """A place in a text. ``depth`` is how many braces and parentheses are open around it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    @property
    def here(self) -> str:
        """The character at the place; at the end, an empty string."""
        return self.text[self.at : self.at + 1]

    def fail(self, expected: str, at: int | None = None) -> NoReturn:
        """Raise ``TemplateError`` for this place."""
        raise TemplateError(self.at if at is None else at, expected)

    def blanks(self) -> None:
        """Go on behind spaces, tabs and line ends."""
        while self.text[self.at : self.at + 1] in _BLANK:
            self.at += 1

    def take(self, word: str) -> bool:
        """Go on behind ``word`` if it stands here."""
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def expect(self, word: str) -> None:
        """Go on behind blanks and ``word``."""
        if self.text[self.at : self.at + 1] in _BLANK:
            self.blanks()
        if not self.take(word):
            self.fail(f"`{word}`")

    def match(self, pattern: re.Pattern[str]) -> str | None:
        """Go on behind what fits ``pattern`` here."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def escaped(self) -> str | None:
        """The character behind a backslash that makes it plain."""
        following = self.text[self.at + 1 : self.at + 2]
        if self.here != "\\" or following not in _PUNCTUATION or not following:
            return None
        self.at += 2
        return following

    def enter(self) -> None:
        """One more brace or parenthesis is open."""
        self.depth += 1
        if self.depth > NESTING:
            self.fail(f"at most {NESTING} levels", self.at - 1)

    def leave(self, closing: str) -> None:
        """The last one ends here."""
        self.expect(closing)
        self.depth -= 1

    def names(self) -> tuple[str, ...]:
        """The names of a dotted pointer."""
        found: list[str] = []
        while True:
            name = self.match(_NAME)
            if name is None or (not found and name[0] == "-"):
                self.fail("a name", self.at - len(name or ""))
            found.append(re.sub(r"\\(.)", r"\1", name) if "\\" in name else name)
            if self.text[self.at : self.at + 1] != ".":
                return tuple(found)
            self.at += 1

    def quoted(self) -> str:
        """A text in quotes, up to the same quote again."""
        quote, start = self.here, self.at
        self.at += 1
        made: list[str] = []
        while self.here != quote:
            if not self.here:
                self.fail("a closing quote", start)
            made.append(self.escaped() or self._one())
        self.at += 1
        return "".join(made)

    def _one(self) -> str:
        self.at += 1
        return self.text[self.at - 1]
