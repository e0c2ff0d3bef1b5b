"""Reading the functions of an expression and what each is told."""

import re
from collections.abc import Callable

from .reader import Reader
from .tree import Call, Pointer, Text

ReadText = Callable[[str, str], Text]

FUNCTIONS = (
    "age",
    "capitalize",
    "convert",
    "cut",
    "date",
    "numeral",
    "percent",
    "prefix",
    "prettyArray",
    "suffix",
    "time",
    "timeRange",
    "truncate",
    "upper",
)
_RULES: dict[str, tuple[str, str, str]] = {
    "age": ("years|months|days", "years", "`years`, `months` or `days`"),
    "convert": ("number|string|boolean|json", "", "`number`, `string`, `boolean` or `json`"),
    "cut": ("-?[0-9]{1,5}", "", "a whole number of at most 5 digits"),
    "numeral": (r"[$€£¥]?0(?:,0)?(?:\.0{1,15})?%?", "0,0", "a format such as `0,0.00`"),
    "percent": ("[0-9]|1[0-5]", "0", "a number of digits, 0 to 15"),
    "truncate": ("[0-9]{1,5}", "", "a whole number of at most 5 digits"),
}
"""What a function may be told, what that is when nothing is said, and how to say what it may."""
_FREE = {"date": "YYYY-MM-DD", "time": "HH:mm", "timeRange": "HH:mm", "prettyArray": "and"}
"""Functions that may be told anything, and what they take it to be when nothing is said."""
_NAME = re.compile(r"[A-Za-z]*")


def read_call(reader: Reader, read_text: ReadText) -> Call:
    """A function behind a bar that was just taken, up to the next bar or brace."""
    reader.blanks()
    start = reader.at
    name = reader.match(_NAME)
    if name not in FUNCTIONS:
        reader.fail(f"a function: {', '.join(FUNCTIONS)}", start)
    reader.blanks()
    if name in ("prefix", "suffix"):
        reader.expect(":")
        call = Call(name, text=read_text("|", "_"))
    elif name in _RULES:
        pattern, told, expected = _RULES[name]
        told, at = _told(reader, read_text, told)
        if not re.fullmatch(pattern, told):
            reader.fail(expected, at)
        call = Call(name, told)
    elif name == "timeRange":
        call = _time_range(reader, read_text)
    elif name in _FREE:
        call = Call(name, _told(reader, read_text, "")[0] or _FREE[name])
    else:
        call = Call(name)
    reader.blanks()
    if reader.here not in ("|", "}"):
        reader.fail("`|` or `}`")
    return call


def _time_range(reader: Reader, read_text: ReadText) -> Call:
    end: Pointer | None = None
    told = ""
    if reader.take(":"):
        reader.blanks()
        if reader.here != ",":
            end = Pointer(reader.names())
            reader.blanks()
        if reader.take(","):
            told = _plain(reader, read_text)
    return Call("timeRange", told or _FREE["timeRange"], end=end)


def _told(reader: Reader, read_text: ReadText, otherwise: str) -> tuple[str, int]:
    """What stands behind a colon and where that begins; without one, ``otherwise``."""
    if not reader.take(":"):
        return otherwise, reader.at
    reader.blanks()
    at = reader.at
    return _plain(reader, read_text), at


def _plain(reader: Reader, read_text: ReadText) -> str:
    reader.blanks()
    at = reader.at
    parts = read_text("|", "")
    if any(not isinstance(part, str) for part in parts):
        reader.fail("a text without braces", at)
    return "".join(str(part) for part in parts)
