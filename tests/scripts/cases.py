"""A script run in this very process: for all that ends by itself and breaks nothing."""

from typing import Any

from lockstep_server.scripts import chamber
from lockstep_server.scripts.frames import Answer
from lockstep_server.scripts.result import ScriptError


def answer(source: str, *, mock: bool = False, **params: Any) -> Answer:
    return chamber.run(source, params, mock=mock, begin=lambda: None)


def value(source: str, **params: Any) -> Any:
    told = answer(source, **params)
    assert told.error is None, str(told.error)
    return told.value


def error(source: str, *, mock: bool = False, **params: Any) -> ScriptError:
    told = answer(source, mock=mock, **params)
    assert told.error is not None
    # Half of what a script wanted is never carried out.
    assert told.intents == ()
    assert told.value is None
    return told.error
