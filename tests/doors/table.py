"""The table of the doors: each check, each way in, and the tests that show the one at the other.

``python -m tests.doors.table > protocol/spec/doors.md`` writes it anew. A test says what it shows
by the mark ``@pytest.mark.door("check", "door", …)``. Where a check cannot be, the table says why.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]

DOORS = {
    "socket": "a session on `/v1/ws`",
    "http": "a request",
    "script": "what a Lua script wants",
    "timer": "what the server does by itself: triggers, starts by effect, locks that end",
}
CHECKS = {
    "signed": "who it is, is known",
    "expired": "a token that is over counts no more",
    "revoked": "who was revoked is out, in the middle too",
    "guessing": "too many wrong tokens from one address have to wait",
    "scopes": "an API key does what its scopes say",
    "admin": "administration needs the role",
    "origin": "no page of somebody else's speaks for a user",
    "shape": "what is no command, or has a member of a wrong type, is `invalid` with its place",
    "rate": "commands in a time are bounded",
    "bytes": "bytes in a time are bounded",
    "large": "data over an entry's limit is `too_large`",
    "chat": "a message over the limit is `too_large`",
    "hidden": "an entry that is not among one's own is as one that is not there: `not_found`",
    "people": "only people of the directory are brought in",
    "path": "a step or path that is not there is refused",
    "stale": "a step that was left meanwhile is `stale`",
    "locked": "what others hold is `locked`",
    "fenced": "a fence from before is `fenced`",
    "form": "a form's values fit its tracker",
    "again": "the same, sent again, is done once",
    "reused": "another command under a used id is `id_reused`",
    "age": "an id that is too old is `expired`, one of tomorrow `invalid`",
}

_CHOSEN = "nobody signs in here: it follows from a change whose author was let in"
_OWN = "it names no entry: it is about the one that it came from"
_TYPED = "it names no visit: it follows from the step that was activated"
_BOUNDED = "it sends no bytes; what it may want is bounded by size and number (`large`, `rate`)"
_NO_ID = "it has no command id; its effect's id is unique (`again`)"
IMPOSSIBLE: dict[str, dict[str, str]] = {
    "signed": {"script": _CHOSEN, "timer": _CHOSEN},
    "expired": {"script": _CHOSEN, "timer": _CHOSEN},
    "revoked": {
        "script": "what was taken before the revocation is done, with what follows from it",
        "timer": "as for a script",
    },
    "guessing": {"script": "there is no token", "timer": "there is no token"},
    "scopes": {"script": "there is no key", "timer": "there is no key"},
    "admin": {
        "script": "no word of a script administers",
        "timer": "no effect administers",
    },
    "origin": {
        "http": "a request is signed by a header that no foreign page can send: no cookie counts",
        "script": "there is no page",
        "timer": "there is no page",
    },
    "shape": {"timer": "effects are written by the server itself, in the change they follow from"},
    "bytes": {"script": _BOUNDED, "timer": _BOUNDED},
    "chat": {"timer": "a `chat` action is part of the choice; its text is cut and not refused"},
    "hidden": {"script": _OWN, "timer": _OWN},
    "stale": {"script": _TYPED, "timer": _TYPED},
    "fenced": {"script": "a script neither takes nor frees a lock"},
    "form": {"script": "a script fills in no form", "timer": "no effect fills in a form"},
    "reused": {"script": _NO_ID, "timer": _NO_ID},
    "age": {"script": _NO_ID, "timer": _NO_ID},
}


def shown() -> dict[tuple[str, str], list[str]]:
    """The tests by check and door, each as ``file::name``."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for check, *doors in _marked(node):
                    for door in doors:
                        found[check, door].append(f"{file.relative_to(ROOT)}::{node.name}")
    return found


def _marked(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[list[str]]:
    return [
        [ast.literal_eval(argument) for argument in decorator.args]
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.door"
    ]


def cell(found: dict[tuple[str, str], list[str]], check: str, door: str) -> str:
    """What stands in the table for a check at a door; empty: nothing shows it."""
    if tests := found.get((check, door)):
        return "<br>".join(f"`{test}`" for test in tests)
    reason = IMPOSSIBLE.get(check, {}).get(door)
    return f"not possible: {reason}" if reason else ""


def document() -> str:
    """The table as Markdown."""
    found = shown()
    lines = [
        "# The checks, the doors, and the tests that show the one at the other",
        "",
        "Made from the tests by `python -m tests.doors.table`; no cell may be empty.",
        "",
        f"| check | {' | '.join(f'{door}: {says}' for door, says in DOORS.items())} |",
        f"|---|{'---|' * len(DOORS)}",
    ]
    for check, says in CHECKS.items():
        cells = " | ".join(cell(found, check, door) for door in DOORS)
        lines.append(f"| **{check}**: {says} | {cells} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
