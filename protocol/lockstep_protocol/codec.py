"""Frames: bytes of a subprotocol to messages and back. A frame is one message or an array.

Whatever a client sends, ``decode_client`` returns messages or raises ``Refused``, nothing else.
"""

import math
import re
from collections.abc import Sequence
from typing import Any, Literal, get_args

import msgspec

from . import limits
from .commands import ClientMessage, Command, Edit, Say
from .pushes import ServerMessage
from .refusals import Refused, invalid, too_large

Subprotocol = Literal["lockstep.v1.json", "lockstep.v1.msgpack"]
JSON: Subprotocol = "lockstep.v1.json"
MSGPACK: Subprotocol = "lockstep.v1.msgpack"
SUBPROTOCOLS: tuple[Subprotocol, ...] = (JSON, MSGPACK)
"""In the order of preference; the first when the client names none."""

INTEGERS = range(-(2**63), 2**64)
"""The whole numbers that a frame can carry: MessagePack has no others."""

_Frame = ClientMessage | list[ClientMessage]
_DECODERS: dict[str, Any] = {
    JSON: msgspec.json.Decoder(_Frame),
    MSGPACK: msgspec.msgpack.Decoder(_Frame),
}
_RAW: dict[str, Any] = {JSON: msgspec.json.Decoder(), MSGPACK: msgspec.msgpack.Decoder()}
_ENCODERS: dict[str, Any] = {JSON: msgspec.json.Encoder(), MSGPACK: msgspec.msgpack.Encoder()}

_AT = re.compile(r"^(?P<text>.*?)(?: - at `(?:key` in `)?(?P<path>\$.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_]+)|\[(\d+)\]")
_MEMBER = re.compile(r"^Object (?:missing required|contains unknown) field `(.*)`$", re.DOTALL)
_ID_CHARACTERS = 64


def decode_client(
    data: bytes | str, subprotocol: str, limit: int = limits.CLIENT_FRAME_BYTES
) -> list[ClientMessage]:
    """The messages of one frame from a client, in order; a frame is taken whole or not at all.

    ``limit`` is in bytes. Raises ``Refused`` with ``too_large``, or with ``invalid`` whose
    ``details.pointer`` names the place within the frame and whose ``id`` is that of the
    command that is wrong, where it can be read.
    """
    frame = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(frame) > limit:
        raise too_large(limit)
    try:
        decoded = _DECODERS[subprotocol].decode(frame)
    except msgspec.ValidationError as error:
        raise _explain(str(error), frame, subprotocol) from None
    except RecursionError:
        raise _too_deep("") from None
    except (msgspec.DecodeError, ValueError, TypeError, OverflowError) as error:
        raise invalid("", f"The frame cannot be read: {error}.") from None
    if not isinstance(decoded, list):
        _examine(decoded, "")
        return [decoded]
    if not decoded:
        raise invalid("", "The frame is an empty array.")
    for index, message in enumerate(decoded):
        _examine(message, f"/{index}")
    return decoded


def decode_command(data: bytes | str, limit: int = limits.CLIENT_FRAME_BYTES) -> Command:
    """One command as JSON, as the HTTP door takes it. Raises ``Refused``."""
    messages = decode_client(data, JSON, limit)
    if len(messages) != 1:
        raise invalid("", "One command is expected.")
    message = messages[0]
    if not isinstance(message, get_args(Command)):
        raise invalid("/type", "This is no command.")
    command: Command = message
    return command


def encode_frame(messages: Sequence[ServerMessage], subprotocol: str) -> bytes:
    """The bytes of one frame: the message itself, or an array when there are several."""
    encoded: bytes = _ENCODERS[subprotocol].encode(messages[0] if len(messages) == 1 else messages)
    return encoded


def encode_client(messages: Sequence[ClientMessage], subprotocol: str) -> bytes:
    """The same for what a client says."""
    encoded: bytes = _ENCODERS[subprotocol].encode(messages[0] if len(messages) == 1 else messages)
    return encoded


def decode_server(data: bytes | str, subprotocol: str) -> list[dict[str, Any]]:
    """The messages of one frame from a server, as on the wire.

    They stay plain objects, so that types and members of a newer server do no harm. Raises
    ``ValueError`` when the frame is no message and no array of them.
    """
    frame = _RAW[subprotocol].decode(data)
    messages = frame if isinstance(frame, list) else [frame]
    if not all(isinstance(each, dict) and isinstance(each.get("type"), str) for each in messages):
        raise ValueError("a frame is a message or an array of messages")
    return messages


def _examine(message: ClientMessage, at: str) -> None:
    """Check what the types cannot say: free data must be plain, small and not too deep."""
    id: str | None = getattr(message, "id", None)
    if isinstance(message, Say | Edit) and len(message.body.encode()) > limits.CHAT_BODY_BYTES:
        raise too_large(limits.CHAT_BODY_BYTES, pointer=f"{at}/body", id=id)
    data = getattr(message, "data", None)
    if data is None:
        return
    require_plain(data, f"{at}/data", id)
    if len(_ENCODERS[JSON].encode(data)) > limits.ENTRY_DATA_BYTES:
        raise too_large(limits.ENTRY_DATA_BYTES, pointer=f"{at}/data", id=id)


def require_plain(data: Any, at: str, id: str | None = None) -> None:
    """Raise ``Refused`` for what not every client can be told, and for what is nested too deep.

    ``at`` is the pointer to ``data``. JSON has no word for some values of MessagePack, which has
    none for integers beyond 64 bits.
    """
    waiting: list[tuple[Any, str, int]] = [(data, at, 2)]
    while waiting:
        value, pointer, level = waiting.pop()
        match value:
            case None | bool() | str():
                pass
            case int():
                if value not in INTEGERS:
                    raise invalid(pointer, "The number does not fit 64 bits.", id=id)
            case float():
                if not math.isfinite(value):
                    raise invalid(pointer, "The number is not finite.", id=id)
            case dict() | list():
                if level > limits.NESTING_LEVELS:
                    raise _too_deep(pointer, id)
                if isinstance(value, list):
                    pairs: Any = enumerate(value)
                else:
                    if not all(isinstance(key, str) for key in value):
                        raise invalid(pointer, "The keys of an object are strings.", id=id)
                    pairs = value.items()
                waiting.extend(
                    (each, f"{pointer}/{_escape(key)}", level + 1) for key, each in pairs
                )
            case _:
                raise invalid(pointer, "JSON has no such value.", id=id)


def _too_deep(pointer: str, id: str | None = None) -> Refused:
    return invalid(pointer, f"Nested deeper than {limits.NESTING_LEVELS} levels.", id=id)


def wrong_value(error: msgspec.ValidationError) -> Refused:
    """The refusal of a value that is not of the type asked for, with the place in the value."""
    text, _, keys = _read(str(error))
    return invalid("".join(f"/{key}" for key in keys), f"{text}.")


def _read(error: str) -> tuple[str, str, list[str]]:
    """msgspec's words, such as ``Expected `int`, got `str` - at `$[1].visit```, taken apart."""
    found = _AT.match(error)
    assert found is not None
    text, path = found["text"], found["path"] or "$"
    keys = [name or index for name, index in _STEP.findall(path)]
    member = _MEMBER.match(text)
    if member is not None:
        keys.append(_escape(member[1]))
    return text, path, keys


def _explain(error: str, frame: bytes, subprotocol: str) -> Refused:
    """What is wrong in a frame as a refusal, with the id of the message that it is in."""
    text, path, keys = _read(error)
    if _MEMBER.match(text):
        pass
    elif text.startswith("Invalid value") and keys[-1:] != ["type"] and path == "$":
        keys.append("type")
    elif keys[-1:] == ["id"] and text.startswith("Expected `str` "):
        text = "Expected a UUID of version 7"
    pointer = "".join(f"/{key}" for key in keys)
    index = int(keys[0]) if keys and keys[0].isdigit() else None
    return invalid(pointer, f"{text}.", id=_find_id(frame, subprotocol, index))


def _find_id(frame: bytes, subprotocol: str, index: int | None) -> str | None:
    """The id of the message that is wrong, if it has anything that can be sent back as one."""
    try:
        raw = _RAW[subprotocol].decode(frame)
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError, OverflowError):
        return None
    message = raw[index] if index is not None and isinstance(raw, list) else raw
    id = message.get("id") if isinstance(message, dict) else None
    return id if isinstance(id, str) and 0 < len(id) <= _ID_CHARACTERS else None


def _escape(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
