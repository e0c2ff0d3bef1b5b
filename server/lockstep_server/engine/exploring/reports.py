"""What a play can find, in words."""

from typing import Literal

import msgspec

from lockstep_server.engine.picture.outline import one_line

from .playing import Move

Kind = Literal["dead_end", "lock_stuck", "left_behind", "empty_scope", "runaway", "refused"]
KINDS: dict[Kind, str] = {
    "dead_end": "dead end",
    "lock_stuck": "lock that is never freed",
    "left_behind": "left behind",
    "empty_scope": "empty scope",
    "runaway": "triggers without end",
    "refused": "always refused",
}
"""What each kind is called, in the order in which they are told."""


class Report(msgspec.Struct, frozen=True):
    """One thing that was found. ``pointer`` (RFC 6901) into the canonical definition; ``route``
    a shortest one that leads there, its last move being the one that goes wrong where one does.

    A ``note`` may be as its author wants it; anything else hardly is.
    """

    kind: Kind
    pointer: str
    text: str
    route: tuple[Move, ...]
    note: bool = False


def route_text(route: tuple[Move, ...], usual_starter: str) -> str:
    """The route for people: ``start -> u1 chooses "Accept" at start``. Who starts is told when
    it is not the usual one."""
    return " -> ".join(_move_text(move, usual_starter) for move in route)


def _move_text(move: Move, usual_starter: str) -> str:
    if not move.user:
        return "the lease of the lock ends"
    if move.path is None:
        by = "" if move.user == usual_starter else f" by {one_line(move.user)}"
        at = "" if move.step == "start" else f" at {one_line(move.step)}"
        return f"start{at}{by}"
    return f'{one_line(move.user)} chooses "{one_line(move.path)}" at {one_line(move.step)}'


def listed(words: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
