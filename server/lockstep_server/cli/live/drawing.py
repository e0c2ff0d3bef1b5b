"""How rows and entries look, as rich's Text, in the terminal's own colours, light or dark."""

from datetime import datetime
from typing import Any

from rich.style import Style
from rich.text import Text

from lockstep_client import View

from . import words
from .model import Model

BADGES = {
    "danger": "white on red",
    "success": "black on green",
    "info": "white on blue",
    "warning": "black on yellow",
    "dark": "white on bright_black",
}
PLAIN = "reverse"
DIM = Style(dim=True)
BOLD = Style(bold=True)
FRESH = Style.parse("bold magenta")
WRONG = Style.parse("bold red")
LABEL = 16
"""Columns of a label in the list."""
AGE = 4


def badge(view: View, width: int, *, colour: bool) -> Text:
    """The label in its name style's colour; without colours in brackets."""
    name = str(view.get("name") or ("room" if "members" in view else "chat"))
    if len(name) > width - 2:
        name = f"{name[: width - 3]}…"
    if not colour:
        return Text(f"[{name}]".ljust(width))
    style = BADGES.get(str(view.get("nameStyle")), PLAIN) if "step" in view else "dim reverse"
    text = Text.assemble((f" {name} ", style))
    text.append(" " * (width - len(text)))
    return text


def row(model: Model, view: View, width: int, now: datetime, *, colour: bool) -> list[Text]:
    """The two lines of an entry or a room in the list."""
    chosen = view["id"] == model.listing.selected
    gone = model.listing.gone(view["id"])
    bar = "▌ " if chosen else "  "
    unread = model.unread(view)
    unseen = not view.get("seen", True)
    when = view.get("updatedAt") or ((view.get("chat") or {}).get("last") or {}).get("at")
    aged = words.age(when, now) if when else ""
    room = max(8, width - 2 - LABEL - 1 - 3 - AGE)
    title = Text(str(view["title"]), BOLD if (unseen or chosen) else "", no_wrap=True)
    title.truncate(room, overflow="ellipsis")
    if chosen:
        title.stylize("reverse")
    first = Text.assemble((bar, FRESH), badge(view, LABEL, colour=colour), " ", title, no_wrap=True)
    if unseen and not gone:
        first.append(" •", FRESH)
    first.append(" " * max(0, width - first.cell_len - len(aged) - 1))
    first.append(aged, DIM)
    second = Text(" " * (LABEL + 1), no_wrap=True)
    second.append_text(_facts(model, view, unread, gone))
    second.truncate(width - 3, overflow="ellipsis")
    second = Text.assemble((bar, FRESH), second, no_wrap=True)
    lines = [first, second]
    if gone:
        for line in lines:
            line.stylize(DIM)
            line.stylize("strike", 2 + LABEL + 1, len(line) if line is first else 0)
    return lines


def _facts(model: Model, view: View, unread: int, gone: bool) -> Text:
    fresh = model.fresh.get(view["id"])
    if fresh is not None:
        return Text(fresh.text, FRESH)
    if gone:
        return Text("It left your inbox")
    parts: list[Text] = []
    lock = view.get("locked")
    if lock:
        mine = model.me in lock["by"]
        holders = words.people(lock["by"], model.name, model.me, 2)
        verb = "have" if mine or len(lock["by"]) > 1 else "has"
        parts.append(Text(f"{holders[:1].upper()}{holders[1:]} {verb} it", BOLD))
    if unread:
        parts.append(Text(f"{unread} unread", BOLD))
    watching = model.watchers(view["id"])
    if watching:
        looks = "looks" if len(watching) == 1 else "look"
        parts.append(Text(f"{words.people(watching, model.name, model.me, 2)} {looks} at it"))
    about = view.get("description") or view.get("summary")
    last = (view.get("chat") or {}).get("last")
    if not about and last and not last.get("deleted"):
        about = f"{model.name(last['from'])}: {last['body']}"
    if about:
        parts.append(Text(" ".join(str(about).split()), DIM))
    return Text(" · ").join(parts)


def paths_line(view: View) -> Text:
    """The numbered paths in one line."""
    line = Text(no_wrap=True, overflow="ellipsis")
    for number, path in enumerate(view.get("paths") or (), 1):
        line.append(f" {number} ", "reverse")
        line.append(f" {path['label']}{_needs(path)}  ")
    return line


def facts(model: Model, view: View, now: datetime, *, colour: bool) -> Text:
    """An entry opened: everything but its conversation."""
    text = Text()
    name = str(view.get("name") or ("room" if "members" in view else "chat"))
    text.append_text(badge(view, len(name) + 2, colour=colour))
    text.append(f"  {view['title']}\n", BOLD)
    if view.get("description"):
        text.append(f"{view['description']}\n")
    if view.get("summary"):
        text.append(f"{view.get('summaryTitle') or ''}  {view['summary']}\n".lstrip(), DIM)
    fresh = model.fresh.get(view["id"])
    if fresh is not None and not fresh.said:
        text.append(f"{fresh.text}\n", FRESH)
    if "members" in view:
        members = words.people(view["members"]["ids"], model.name, model.me, 8)
        text.append(f"With {members}.\n", DIM)
        return text
    gone = model.listing.gone(view["id"])
    text.append("It left your inbox." if gone else words.standing(view, model.name, model.me))
    text.append("\n")
    text.append_text(_around(model, view, now))
    for number, path in enumerate((view.get("paths") or ()) if not gone else (), 1):
        text.append(f"\n {number} ", "reverse" if number <= 9 else "dim")
        text.append(f" {path['label']}", BOLD)
        text.append(_needs(path), DIM)
    return text


def _around(model: Model, view: View, now: datetime) -> Text:
    recipients = view["recipients"]
    parts = [f"With {words.people(recipients['ids'], model.name, model.me, 4)}"]
    watching = model.watchers(view["id"])
    if watching:
        looks = "looks" if len(watching) == 1 else "look"
        parts.append(f"{words.people(watching, model.name, model.me, 3)} {looks} at it")
    if view.get("updatedAt"):
        parts.append(f"changed {words.day_and_clock(view['updatedAt'], now)}")
    return Text(" · ".join(parts) + "\n", DIM)


def _needs(path: dict[str, Any]) -> str:
    return " …" if (path.get("behavior") or {}).get("behavior") == "form" else ""


def talk(model: Model, view: View, now: datetime) -> Text:
    """The conversation, oldest first."""
    text = Text()
    read = (model.client.mirror.conversations.reads.get(view["id"]) or {}).get(model.me, 0)
    messages = model.messages(view["id"])
    for message in messages:
        own = message["from"] == model.me
        who = "You" if own else model.name(message["from"])
        text.append(f"{words.day_and_clock(message['at'], now)} ", DIM)
        text.append(who, BOLD if not own else "")
        if message.get("deleted"):
            text.append("  took this back\n", DIM)
            continue
        edited = " (edited)" if message.get("revision") else ""
        new = not own and message["m"] > read
        text.append(f"  {message['body']}", "magenta" if new else "")
        text.append(f"{edited}\n", DIM)
    count = (view.get("chat") or {}).get("count", 0)
    if not messages and not count:
        text.append("Nobody has said anything yet; m writes.\n", DIM)
    elif not messages:
        text.append(f"{count} message{'s' if count > 1 else ''}; enter opens it.\n", DIM)
    writing = model.writers(view["id"])
    if writing:
        verb = "is" if len(writing) == 1 else "are"
        text.append(f"{words.people(writing, model.name, model.me)} {verb} writing…", DIM)
    text.rstrip()
    return text


def note_line(note: Any, width: int) -> Text:
    """One line of the latest."""
    line = Text(no_wrap=True)
    line.append(note.at.astimezone().strftime("%H:%M:%S "), DIM)
    line.append(note.text, "" if note.own else "bold")
    line.append(f"  {note.title}", DIM)
    line.truncate(width, overflow="ellipsis")
    return line
