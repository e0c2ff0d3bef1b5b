"""What the server and its worker say to each other: msgpack behind four bytes of length."""

import struct
from typing import Any

import msgspec

from lockstep_server.engine.intents import Intent

from .limits import FRAME_BYTES
from .result import ScriptError

LENGTH = struct.Struct(">I")
"""The length of what follows it, in bytes."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """To the worker: run this within ``seconds``. ``params`` is JSON, for its numbers.

    ``dry``: only read it.
    """

    source: str
    params: bytes
    mock: bool
    seconds: float
    dry: bool = False


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """From the worker: it has loaded all it needs and waits."""


class Started(msgspec.Struct, frozen=True, tag="started"):
    """From the worker: the script begins now, and so does its time."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """From the worker: the script is over."""

    intents: tuple[Intent, ...] = ()
    log: tuple[str, ...] = ()
    value: Any = None
    error: ScriptError | None = None


FromWorker = Ready | Started | Answer

encode = msgspec.msgpack.Encoder().encode
decode_run = msgspec.msgpack.Decoder(Run).decode
decode_from_worker = msgspec.msgpack.Decoder(FromWorker).decode


def framed(message: msgspec.Struct) -> bytes:
    """The message as it goes through the pipe; ``ValueError`` if it is too long."""
    body = encode(message)
    if len(body) > FRAME_BYTES:
        raise ValueError(f"a frame of {len(body)} bytes")
    return LENGTH.pack(len(body)) + body
