"""The functions that stand behind a bar, each from a value to a value."""

from typing import Any

from .decimals import written
from .rendering import Rendering
from .times import age, read_time, show
from .values import is_empty, texts_of, to_fixed, to_json, to_number, to_text


def run(name: str, value: Any, told: str, rendering: Rendering) -> Any:
    """``value`` through every function but those that look into the context."""
    match name:
        case "capitalize":
            text = to_text(value, rendering)
            return text[:1].upper() + text[1:]
        case "upper":
            return to_text(value, rendering).upper()
        case "date" | "time":
            moment = read_time(value, rendering.zone)
            return "" if moment is None else show(moment, told)
        case "age":
            since, now = (read_time(each, rendering.zone) for each in (value, rendering.now))
            count = None if since is None or now is None else age(since, now, told)
            return "" if count is None else str(count)
        case "numeral":
            return numeral(value, told)
        case "percent":
            return numeral(value, f"0.{'0' * int(told)}%" if int(told) else "0%")
        case "convert":
            return convert(value, told, rendering)
        case "truncate":
            text = to_text(value, rendering)
            return text if len(text) <= int(told) else text[: int(told)] + "…"
        case "cut":
            text, count = to_text(value, rendering), int(told)
            return text[count:] if count >= 0 else text[:count]
        case "prettyArray":
            return pretty(value, told, rendering)
        case _:
            raise AssertionError(name)


def numeral(value: Any, form: str) -> str:
    """A number in a form such as ``$0,0.00`` or ``0%``."""
    scaled = to_fixed(value)
    if scaled is None:
        return ""
    currency = "" if form[0] == "0" else form[0]
    rate = form.endswith("%")
    places = len(form.rstrip("%").partition(".")[2])
    digits = written(scaled * 100 if rate else scaled, places, "," in form)
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}{currency}{digits.lstrip('-')}{'%' if rate else ''}"


def convert(value: Any, kind: str, rendering: Rendering) -> Any:
    """A value as another kind of JSON value."""
    match kind:
        case "number":
            scaled = to_fixed(value)
            return None if scaled is None else to_number(scaled)
        case "boolean":
            said = to_text(value, rendering).lower()
            return not is_empty(value) and said not in ("false", "no") and to_fixed(value) != 0
        case "json":
            return to_json(value, rendering)
        case _:
            return to_text(value, rendering)


def pretty(value: Any, word: str, rendering: Rendering) -> str:
    """The items of an array with commas, and with ``word`` before the last one."""
    if not isinstance(value, list | tuple):
        return to_text(value, rendering)
    texts = texts_of(value, rendering)
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def time_range(start: Any, end: Any, form: str, zone: str) -> str:
    """From one time to another: the day is named only when they are of different days."""
    one, other = read_time(start, zone), read_time(end, zone)
    if one is not None and other is not None and one.wall.date() == other.wall.date():
        return f"{show(one, form)}–{show(other, form)}"
    days = [show(each, f"YYYY-MM-DD {form}") for each in (one, other) if each is not None]
    return " – ".join(days)
