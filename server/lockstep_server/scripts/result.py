"""What a script's run came to."""

from typing import Any, Literal

import msgspec

from lockstep_server.engine.intents import Intent

ErrorKind = Literal["syntax", "runtime", "time", "memory", "too_much", "crashed"]


class ScriptError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a script came to nothing: ``text`` is for its author, ``line`` is counted from 1."""

    kind: ErrorKind
    text: str
    line: int | None = None

    def __str__(self) -> str:
        return self.text if self.line is None else f"line {self.line}: {self.text}"


class ScriptResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a script wants, said and returned; with an ``error`` it wants and returns nothing."""

    intents: tuple[Intent, ...] = ()
    log: tuple[str, ...] = ()
    value: Any = None
    error: ScriptError | None = None
