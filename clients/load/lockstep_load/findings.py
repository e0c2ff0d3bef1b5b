"""What is checked while loading, and what was found wrong."""

import msgspec

from .report import Check

CHECKS = {
    "answers": "every command got exactly one answer",
    "order": "positions of a session only grow, and nothing was told twice",
    "continuity": "each diff builds on the version that its session holds",
    "told": "every connected viewer was told of each change",
    "views": "what sessions hold is what the server shows",
    "digests": "the digests that the server sends are those of what sessions hold",
    "own_change": "whoever got an answer had been told of the change before",
    "read_your_writes": "after an answer, others are shown the change",
    "durable": "what was answered before a connection came back is still there",
}
EXAMPLES = 5


class Finding(msgspec.Struct):
    """How often one thing was looked at, and how often it did not hold."""

    looked: int = 0
    wrong: int = 0
    examples: list[str] = []


class Findings(msgspec.Struct):
    """All checks, by name."""

    of: dict[str, Finding] = {}

    def saw(self, name: str, good: bool, example: str = "") -> None:
        """Count one look; ``example`` says what was seen when it was not ``good``."""
        finding = self.of.get(name)
        if finding is None:
            finding = self.of[name] = Finding()
        finding.looked += 1
        if not good:
            finding.wrong += 1
            if len(finding.examples) < EXAMPLES:
                finding.examples.append(example)

    def count(self, name: str, looked: int) -> None:
        """So many looks at which all was well."""
        self.of.setdefault(name, Finding()).looked += looked

    def merge(self, other: "Findings") -> None:
        """Add what ``other`` counted."""
        for name, finding in other.of.items():
            mine = self.of.setdefault(name, Finding())
            mine.looked += finding.looked
            mine.wrong += finding.wrong
            mine.examples += finding.examples[: EXAMPLES - len(mine.examples)]

    def checks(self) -> tuple[Check, ...]:
        """As they are reported: all of them, also those that nothing was looked at for."""
        found = ((name, what, self.of.get(name, Finding())) for name, what in CHECKS.items())
        return tuple(
            Check(name, what, each.looked, each.wrong, tuple(each.examples))
            for name, what, each in found
        )
