"""How much one run of a script may take. Sizes in bytes, times in seconds."""

from typing import Literal, get_args

from lockstep_protocol.limits import (
    CHAT_BODY_BYTES,
    ENTRY_DATA_BYTES,
    IDENTIFIER_CHARACTERS,
    NESTING_LEVELS,
    TITLE_CHARACTERS,
)

WALL_SECONDS = 0.25
"""From the worker's word that it starts the script until it is killed."""
START_SECONDS = 10.0
"""From the start of a worker until it is ready, and from a request until the script starts."""
END_SECONDS = 1.0
"""What a worker that has closed its pipe is given to end by itself."""
CPU_SPARE_SECONDS = 1
"""With this much more processor time the kernel ends a worker whose server is gone or stuck."""
WORKERS = 2
"""Scripts that run at the same time; the others wait."""
RUNS_PER_WORKER = 500
"""After this many a worker is replaced, so that what a run may leave behind does not grow."""
MEMORY_BYTES = 16 * 1024 * 1024
"""All that Lua may hold."""
ADDRESS_BYTES = 256 * 1024 * 1024
"""The whole worker with its Python: a second wall behind ``MEMORY_BYTES``."""
SOURCE_BYTES = 256 * 1024
"""The script's text in UTF-8."""
PARAMS_BYTES = 1024 * 1024
"""All parameters together as JSON."""
INTENTS = 100
"""Intents of one run."""
INTENTS_BYTES = 256 * 1024
"""All intents of one run as JSON."""
DATA_BYTES = ENTRY_DATA_BYTES
"""The data of one intent as JSON."""
VALUE_BYTES = 64 * 1024
"""The returned value as JSON."""
LOG_LINES = 100
"""Lines that are kept; the last one then says how many more there were."""
LOG_CHARACTERS = 1000
"""One line; what is longer is cut."""
FRAME_BYTES = 2 * 1024 * 1024
"""One message between the server and a worker."""

ParamName = Literal["userId", "from", "to", "payload", "entity", "rule", "step", "body"]
PARAM_NAMES: tuple[str, ...] = get_args(ParamName)
"""What ``param`` may be asked for."""

FOR_LUA: dict[str, int] = {
    "intents": INTENTS,
    "intents_bytes": INTENTS_BYTES,
    "data_bytes": DATA_BYTES,
    "value_bytes": VALUE_BYTES,
    "log_lines": LOG_LINES,
    "log_characters": LOG_CHARACTERS,
    "body_bytes": CHAT_BODY_BYTES,
    "name_characters": IDENTIFIER_CHARACTERS,
    "title_characters": TITLE_CHARACTERS,
    "levels": NESTING_LEVELS,
}
"""The bounds that are kept inside Lua, where they can be told with the line."""
