"""One run of one script inside a Lua of its own, in which no Python object is reachable."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import msgspec
from lupa import lua54  # type: ignore[import-untyped]

from .frames import Answer
from .limits import FOR_LUA, MEMORY_BYTES, PARAM_NAMES
from .result import ScriptError

_LUA = files(__package__) / "lua"
_JSON, _INTENTS, _ENVIRONMENT = (
    (_LUA / f"{name}.lua").read_text(encoding="utf-8")
    for name in ("json", "intents", "environment")
)
_INTEGERS = range(-(2**63), 2**63)
"""What an integer of Lua can be; others become floats."""
_ROOM_TO_BEGIN = 1024 * 1024
"""What must be left beside the parameters, for the script's text above all."""
_OUT_OF_MEMORY = ScriptError(
    kind="memory",
    text=f"the script needs more than {MEMORY_BYTES // 1024 // 1024} MiB:"
    " too much data, or a function that calls itself without end",
)
_decode_answer = msgspec.json.Decoder(Answer).decode


def _refuse_attribute(_object: object, name: object, _setting: bool) -> object:
    raise AttributeError(name)


def run(
    source: str,
    params: dict[str, Any],
    *,
    mock: bool,
    begin: Callable[[], None],
    dry: bool = False,
) -> Answer:
    """The script's answer, after ``begin`` was called; it takes as long as the script does.

    ``dry``: it is only read, and its answer says whether it can be.
    """
    try:
        return _run(source, params, mock, begin, dry)
    except MemoryError:
        return Answer(error=_OUT_OF_MEMORY)
    except lua54.LuaError as failure:
        # Nothing of the script's own comes this way: that is caught and told inside Lua.
        return Answer(error=ScriptError(kind="crashed", text=str(failure)[:1000]))


def _run(
    source: str, params: dict[str, Any], mock: bool, begin: Callable[[], None], dry: bool
) -> Answer:
    lua = lua54.LuaRuntime(
        max_memory=0,  # counted, but without a bound yet
        register_eval=False,
        register_builtins=False,
        attribute_filter=_refuse_attribute,
    )
    given = lua.table()
    limits, names = lua.table_from(FOR_LUA), lua.table_from(PARAM_NAMES)
    load_json, load_intents = lua.compile(_JSON), lua.compile(_INTENTS)
    run_script, lists = lua.compile(_ENVIRONMENT)(
        load_json, load_intents, limits, names, given, mock
    )
    for name, value in params.items():
        given[name] = _to_lua(lua, lists, value)
    # The bound comes only now: outside a call into Lua, running out of memory ends the process.
    if lua.get_memory_used() > MEMORY_BYTES - _ROOM_TO_BEGIN:
        return Answer(error=_OUT_OF_MEMORY)
    lua.set_max_memory(MEMORY_BYTES)
    begin()
    answer = _decode_answer(run_script(source, dry))
    if answer.error is not None and answer.error.kind == "memory":
        return msgspec.structs.replace(answer, error=_OUT_OF_MEMORY)
    return answer


def _to_lua(lua: Any, lists: Any, value: Any) -> Any:
    """What JSON can be as values of Lua's own; nulls inside a table are left out."""
    match value:
        case dict():
            table = lua.table()
            for key, member in value.items():
                table[key] = _to_lua(lua, lists, member)
            return table
        case list():
            table = lua.table()
            lists[table] = True
            for place, member in enumerate(value, start=1):
                table[place] = _to_lua(lua, lists, member)
            return table
        case int() if value not in _INTEGERS:
            return float(value)
        case _:
            return value
