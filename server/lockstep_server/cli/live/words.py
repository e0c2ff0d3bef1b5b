"""What happened, and how things stand, in words for the live view. Pure but for the time zone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lockstep_client import Arrived, Changed, Event, Left, Other, Said, View

Name = Callable[[str], str]
"""A user's name, by id."""

QUIET = {"seen", "chat", "updatedAt", "createdAt", "data", "dispatch"}
"""Members whose change is nothing to tell by itself."""


def age(at: str, now: datetime) -> str:
    """How long ago that was, in one unit."""
    seconds = max(0, int((now - datetime.fromisoformat(at)).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return "now" if seconds < 10 else f"{seconds}s"


def clock(at: str) -> str:
    """The time of day, here."""
    return datetime.fromisoformat(at).astimezone().strftime("%H:%M")


def day_and_clock(at: str, now: datetime) -> str:
    """The time of day, with the date unless it is today's."""
    then = datetime.fromisoformat(at).astimezone()
    today = then.date() == now.astimezone().date()
    return then.strftime("%H:%M" if today else "%d %b %H:%M")


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def people(ids: list[str], name: Name, me: str, at_most: int = 3) -> str:
    """Users by name, the reader as "you"."""
    names = ["you" if id == me else name(id) for id in ids]
    if len(names) > at_most:
        return f"{', '.join(names[:at_most])} and {len(names) - at_most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def standing(view: View, name: Name, me: str) -> str:
    """Who can move an entry now, in one sentence."""
    if view.get("guest"):
        return "You are a guest: you may answer here, the entry is others' to move."
    if not view.get("paths"):
        return "It rests here: this step has no path."
    lock = view.get("locked")
    if lock is None:
        others = view["recipients"]["count"] - 1
        if others < 1:
            return "Only you can move it."
        return f"You can move it, and so can {others} other{'s' if others > 1 else ''}."
    until = f" until {clock(lock['until'])}" if lock.get("until") else ""
    line = [waiter["user"] for waiter in lock.get("waiting") or ()]
    waiting = f" {_begin(people(line, name, me))} waiting." if line else ""
    if me in lock["by"]:
        return f"You have it{until}; nobody else can move it.{waiting}"
    holders = people(lock["by"], name, me)
    has = "have" if len(lock["by"]) > 1 else "has"
    return f"{holders} {has} it{until}; nobody else can move it.{waiting}"


def _begin(names: str) -> str:
    verb = "are" if " and " in names or names == "you" else "is"
    return f"{names[:1].upper()}{names[1:]} {verb}"


def happened(event: Event, before: View | None, name: Name, me: str) -> tuple[str, str]:
    """Who did it, by id (empty: nobody in particular), and what, as the end of a sentence."""
    match event:
        case Arrived(view=view):
            return str(view.get("source") or ""), "brought it here"
        case Changed(view=view, fields=fields, by=by) if "step" in fields or "visit" in fields:
            return by, f"moved it to {view['name']}"
        case Changed(view=view, fields=fields, by=by, cause=cause) if "locked" in fields:
            return _lock(before, view, by, cause, name, me)
        case Changed(fields=fields, by=by) if "recipients" in fields and not set(fields) - (
            QUIET | {"recipients"}
        ):
            return by, "brought somebody in"
        case Changed(fields=fields, by=by) if set(fields) - QUIET:
            return by, "changed it"
        case Left(reason=reason):
            return "", "It left your inbox" if reason else "It is gone"
        case Said(message=message):
            verb = "took a message back" if message.get("deleted") else f"says: {message['body']}"
            return message["from"], " ".join(verb.split())
        case Other(message={"type": "notify", "title": title, "body": body}):
            return "", f"{title}: {body}" if body else title
        case _:
            return "", ""


def _lock(
    before: View | None, view: View, by: str, cause: str, name: Name, me: str
) -> tuple[str, str]:
    was, lock = (before or {}).get("locked") or {}, view.get("locked") or {}
    had, have = was.get("by") or [], lock.get("by") or []
    if have and have != had:
        return (have[0], "took it") if len(have) == 1 else ("", f"{people(have, name, me)} have it")
    if had and not have:
        return (
            ("", "It is free again") if cause != "unlock" or by not in had else (by, "gave it back")
        )
    asked = {one["user"] for one in _users(lock.get("asked"))}
    new = asked - {one["user"] for one in _users(was.get("asked"))}
    if new:
        return new.pop(), "asks for it"
    line = {one["user"] for one in _users(lock.get("waiting"))}
    joined = line - {one["user"] for one in _users(was.get("waiting"))}
    if joined:
        return joined.pop(), "waits for it"
    return by, "keeps it for longer" if have else "changed it"


def _users(listed: Any) -> list[dict[str, str]]:
    return [one if isinstance(one, dict) else {"user": one} for one in listed or ()]


def sentence(who: str, what: str, name: Name, me: str) -> str:
    """``who`` and ``what`` of ``happened`` as one text."""
    if not who:
        return what
    return f"{'You' if who == me else name(who)} {_of_you(what) if who == me else what}"


def _of_you(what: str) -> str:
    """The verb as "you" wants it."""
    for third, second in (("says", "say"), ("asks", "ask"), ("waits", "wait"), ("keeps", "keep")):
        if what.startswith(third):
            return second + what.removeprefix(third)
    return what
