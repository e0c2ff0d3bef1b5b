"""Read a report from its file."""

from pathlib import Path

import msgspec

from .report import FORMAT, Report


class NoReport(Exception):
    """A file that cannot be read as a report; the text says why."""


class _Head(msgspec.Struct):
    """What tells a report from other JSON; a first format may be left out, as it is the default."""

    plan: msgspec.Raw
    series: msgspec.Raw
    format: int = 1


def read(path: Path) -> Report:
    """The report in a file. Raises ``NoReport`` with a text that names the file."""
    try:
        text = path.read_bytes()
    except OSError as failure:
        raise NoReport(f"{path} cannot be read: {failure.strerror or failure}.") from None
    try:
        head = msgspec.json.decode(text, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NoReport(
            f"{path} is no report of a load test: give the JSON file that `lockstep load` wrote."
        ) from None
    if head.format > FORMAT:
        raise NoReport(
            f"{path} has format {head.format} and this version reads up to {FORMAT}:"
            " compare with the version of lockstep that wrote it, or a later one."
        )
    try:
        return msgspec.json.decode(text, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise NoReport(f"{path} is a report, but a broken one: {failure}.") from None
