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
    "date": ("", "YYYY-MM-DD", ""),
    "numeral": (r"[$€£¥]?0(?:,0)?(?:\.0{1,15})?%?", "0,0", "a format such as `0,0.00`"),
    "percent": ("[0-9]|1[0-5]", "0", "a number of digits, 0 to 15"),
    "prettyArray": ("", "and", ""),
    "time": ("", "HH:mm", ""),
    "timeRange": ("", "HH:mm", ""),
    "truncate": ("[0-9]{1,5}", "", "a whole number of at most 5 digits"),
}
"""What a function may be told, what that is when nothing is said, and how to say what it may.

Without a pattern it may be told anything."""
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
    else:
        call = _call(name, reader, read_text)
    reader.blanks()
    if reader.here not in ("|", "}"):
        reader.fail("`|` or `}`")
    return call


def _call(name: str, reader: Reader, read_text: ReadText) -> Call:
    if name not in _RULES:
        return Call(name)
    given = reader.take(":")
    reader.blanks()
    start = reader.at
    end: Pointer | None = None
    if given and name == "timeRange":
        if reader.here != ",":
            end = Pointer(reader.names())
            reader.blanks()
        given = reader.take(",")
    parts = read_text("|", "") if given else ()
    if any(not isinstance(part, str) for part in parts):
        reader.fail("a text without braces", start)
    pattern, otherwise, expected = _RULES[name]
    told = "".join(str(part) for part in parts) or otherwise
    if pattern and not re.fullmatch(pattern, told):
        reader.fail(expected, start)
    return Call(name, told, end=end)
