"""The log: one line an event, as text or JSON, with the session and command that it belongs to.

What is bound with ``bound`` is in every line that is logged inside, in tasks begun there too. A
token, a payload or a query string is never logged: only this program's own loggers go below
warnings, since libraries tell their debug log what passes through them.

Lines are written by a thread of their own: a terminal or pipe that takes nothing must not stop
the server. What does not fit in the queue is left out and counted.
"""

import json
import logging
import queue
import re
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from types import MappingProxyType
from typing import Any, Literal, TextIO

OWN = "lockstep_server"
"""The loggers that follow the setting ``log_level``; all others speak from warnings on."""

QUEUE_LINES = 20_000
"""Lines that may wait to be written."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_WORD = re.compile(r"[\w.:@/+*-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_bound: ContextVar[Mapping[str, Any]] = ContextVar("bound", default=_NOTHING)


@contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """Adds ``fields`` to every line that is logged inside; those that are None are left out."""
    given = {name: value for name, value in fields.items() if value is not None}
    token = _bound.set({**_bound.get(), **given})
    try:
        yield
    finally:
        _bound.reset(token)


def bind(**fields: Any) -> None:
    """Adds ``fields`` to every line that this background job logs from now on."""
    _bound.set({**_bound.get(), **fields})


@contextmanager
def logging_to(
    stream: TextIO = sys.stderr, *, level: str = "info", format: Literal["text", "json"] = "text"
) -> Iterator[None]:
    """Logs to ``stream`` until the end of the ``with``, which waits for what is not written yet."""
    lines: queue.Queue[logging.LogRecord] = queue.Queue(QUEUE_LINES)
    writer = logging.StreamHandler(stream)
    writer.setFormatter(JsonLines() if format == "json" else TextLines())
    placing = _Placing(lines)
    root, own = logging.getLogger(), logging.getLogger(OWN)
    before = root.level, own.level
    root.addHandler(placing)
    root.setLevel(logging.WARNING)
    own.setLevel(level.upper())
    listener = QueueListener(lines, writer)
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(placing)
        root.setLevel(before[0])
        own.setLevel(before[1])
        listener.stop()


def flush(seconds: float = 1.0) -> None:
    """Wait until what was logged is written, for who is about to end the process; not for ever."""
    until = time.monotonic() + seconds
    placing = [one for one in logging.getLogger().handlers if isinstance(one, _Placing)]
    while time.monotonic() < until and any(one.unwritten() for one in placing):
        time.sleep(0.01)


class _Placing(QueueHandler):
    """Places a line for the thread that writes, with what is bound where it was logged."""

    def __init__(self, lines: "queue.Queue[logging.LogRecord]") -> None:
        super().__init__(lines)
        self._lines = lines
        self._lost = 0

    def unwritten(self) -> bool:
        """Whether there are lines that are not written yet."""
        return self._lines.unfinished_tasks > 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Make the text now: what it is made from may be another thing when it is written."""
        record.msg, record.args = record.getMessage(), None
        record.bound = _bound.get()
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Place it, or count it as lost."""
        if self._lost:
            record.lost = self._lost
        try:
            self._lines.put_nowait(record)
            self._lost = 0
        except queue.Full:
            self._lost += 1


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """``at``, ``level``, ``logger``, ``event``, then the fields of the line."""
        line = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
            **fields_of(record),
        }
        if record.exc_info:
            line["trace"] = trace_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """``TIME LEVEL LOGGER: EVENT name=value …``; a trace is indented on the lines that follow."""

    def format(self, record: logging.LogRecord) -> str:
        """No text that came from elsewhere can make a line of its own."""
        fields = "".join(f" {name}={_plain(value)}" for name, value in fields_of(record).items())
        event = _one_line(_event(record))
        line = f"{_at(record)} {record.levelname} {record.name}: {event}{fields}"
        if record.exc_info:
            trace = trace_of(record.exc_info[1])
            line += "".join(f"\n  {each}" for each in trace.splitlines())
        return line


def trace_of(error: BaseException | None) -> str:
    """Where an exception and those behind it came from, and their types.

    Not their words: whatever a client sent may be quoted in them.
    """
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        kind = f"{type(error).__module__}.{type(error).__qualname__}\n"
        parts.append("".join(traceback.format_tb(error.__traceback__)) + kind)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "which came of:\n".join(parts)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What is bound, and what the line itself was given as ``extra``."""
    given = {name: value for name, value in vars(record).items() if name not in _STANDARD}
    return {**given.pop("bound", {}), **given}


def _event(record: logging.LogRecord) -> str:
    text = record.getMessage()
    # It goes on with what a task or call was given and came to, as Python shows it.
    return re.split(r"[\n(<]", text, maxsplit=1)[0].strip() if record.name == "asyncio" else text


def _at(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: Any) -> str:
    """A value as one word, or quoted."""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if _WORD.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
