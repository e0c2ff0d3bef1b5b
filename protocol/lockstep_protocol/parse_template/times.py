"""Points in time: read from RFC 3339 or Unix time, shown in a zone, counted as an age."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from .decimals import ONE
from .values import to_fixed

MILLISECONDS_FROM = 10**11
"""A number from here on (either side of zero) counts milliseconds, a smaller one seconds."""
FIRST_YEAR = 1000
"""Years 1000 to 9999: what has four digits in every language."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times as on the wall have no zone
_RFC3339 = re.compile(
    r"([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
_TOKEN = re.compile(r"\[([^\]]*)\]|YYYY|MMMM|MMM|MM|M|dddd|ddd|DD|D|HH|H|hh|h|mm|ss|A|a")
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)
# fmt: on
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: ``wall`` is what clocks in the zone show, ``instant`` is in UTC.

    A date alone, and a time without an offset, have no ``instant``.
    """

    wall: datetime
    instant: datetime | None


def read_time(value: Any, zone: str) -> Moment | None:
    """The time that a value is; None if it is none."""
    if isinstance(value, str):
        found = _RFC3339.fullmatch(value)
        if found is not None:
            return _written(found, zone)
    scaled = to_fixed(value)
    if scaled is None:
        return None
    size = abs(scaled) * (1 if abs(scaled) >= MILLISECONDS_FROM * ONE else 1000) // ONE
    try:
        instant = _EPOCH + timedelta(milliseconds=-size if scaled < 0 else size)
    except OverflowError:
        return None
    return _shown(instant, zone)


def show(moment: Moment, form: str) -> str:
    """The time in a form of tokens such as ``YYYY-MM-DD HH:mm``."""
    wall = moment.wall
    day, month = _DAYS[wall.weekday()], _MONTHS[wall.month - 1]
    hour, half = wall.hour % 12 or 12, "PM" if wall.hour >= 12 else "AM"
    tokens = {
        "YYYY": f"{wall.year:04}",
        "MMMM": month,
        "MMM": month[:3],
        "MM": f"{wall.month:02}",
        "M": str(wall.month),
        "dddd": day,
        "ddd": day[:3],
        "DD": f"{wall.day:02}",
        "D": str(wall.day),
        "HH": f"{wall.hour:02}",
        "H": str(wall.hour),
        "hh": f"{hour:02}",
        "h": str(hour),
        "mm": f"{wall.minute:02}",
        "ss": f"{wall.second:02}",
        "A": half,
        "a": half.lower(),
    }
    return _TOKEN.sub(lambda found: tokens.get(found[0], found[1] or ""), form)


def age(since: Moment, now: Moment, unit: str) -> int | None:
    """Whole years, months or days from one time to the other; None before it."""
    if now.wall < since.wall:
        return None
    if unit == "days":
        return (now.wall - since.wall).days
    months = (now.wall.year - since.wall.year) * 12 + now.wall.month - since.wall.month
    if (now.wall.day, now.wall.time()) < (since.wall.day, since.wall.time()):
        months -= 1
    return months if unit == "months" else months // 12


def compare(left: Moment, right: Moment) -> int:
    """Less than zero, zero or more: as instants if both are, else as clocks show them."""
    if left.instant is not None and right.instant is not None:
        one, other = left.instant, right.instant
    else:
        one, other = left.wall, right.wall
    return (one > other) - (one < other)


def _written(found: re.Match[str], zone: str) -> Moment | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    thousandths = int((found[7] or "").ljust(3, "0")[:3])
    offset = found[8]
    try:
        wall = datetime(year, month, day, hour, minute, second, thousandths * 1000)  # noqa: DTZ001
        if offset is None:
            return Moment(wall, None)
        if offset in "Zz":
            return _shown(wall, zone)
        ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
        if ahead >= timedelta(days=1) or int(offset[4:]) > 59:
            return None
        return _shown(wall - ahead if offset[0] == "+" else wall + ahead, zone)
    except (ValueError, OverflowError):
        return None


def _shown(instant: datetime, zone: str) -> Moment | None:
    try:
        wall = instant.replace(tzinfo=UTC).astimezone(_zone(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return Moment(wall, instant) if wall.year >= FIRST_YEAR <= instant.year else None


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    """The IANA time zone of that name; what is no name of one counts as UTC."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
