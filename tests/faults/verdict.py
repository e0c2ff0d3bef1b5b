"""What must hold at the end of a history: windows equal a fresh read, each command done once."""

import asyncio
import json
from typing import Any

from .house import House
from .windows import Record, Window

COMMANDS = frozenset({"start", "dispatch", "choose", "lock", "unlock", "say", "status"})
LOOK_AGAIN = 0.02


async def same(house: House, window: Window, token: str, name: str, patience: float) -> None:
    """The window shows, in whole views, what somebody who comes now is given."""
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        shown = await window.shown()
        fresh = await _fresh(house, token)
        differs = _difference(shown, fresh)
        if differs is None:
            break
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"window {name} of {window.user} is wrong: {differs}")
        await asyncio.sleep(LOOK_AGAIN)
    assert shown["pending"] == 0
    assert shown.get("differences", 0) == 0, "a digest differed"


async def _fresh(house: House, token: str) -> dict[str, Any]:
    status, pages = await house.ask("GET", "/v1/inbox", token)
    assert status == 200, pages
    # The user's own marks stand beside the pages.
    pages = [page for page in pages if page["type"] == "snapshot"]
    return {
        "entries": {view["id"]: view for page in pages for view in page["entries"]},
        "rooms": {room["id"]: room for page in pages for room in page["rooms"]},
    }


def _difference(shown: dict[str, Any], fresh: dict[str, Any]) -> str | None:
    if shown["state"] != "online":
        return f"it is {shown['state']}"
    for kind in ("entries", "rooms"):
        for id in sorted(shown[kind].keys() | fresh[kind].keys()):
            has, should = shown[kind].get(id), fresh[kind].get(id)
            if has != should:
                return f"{kind} {id}:\nshown {_members(has, should)}\nfresh {_members(should, has)}"
    if shown["pending"]:
        return f"{shown['pending']} commands wait"
    return None


def _members(view: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    """The members that are different, or that there is no view."""
    if view is None:
        return "nothing"
    different = {name: value for name, value in view.items() if (other or {}).get(name) != value}
    return json.dumps(different or view, sort_keys=True)


async def done_once(house: House, records: dict[str, list[Record]], begun: int) -> None:
    """Each answer that was given stands in the journal, once; nothing stands there besides."""
    for user, windows in records.items():
        said = {id for record in windows for id in record.said}
        heard = [answer for record in windows for answer in record.heard]
        answers = {
            id: (n, json.loads(result))
            for id, n, result in house.read(
                "SELECT id, n, result FROM answers WHERE actor = ?", user
            )
        }
        assert answers.keys() <= said, "an answer to a command that nobody gave"
        by_n: dict[int, str] = {}
        for id, (n, _) in answers.items():
            assert by_n.setdefault(n, id) == id, f"change {n} answers {id} and {by_n[n]}"
        for reply in heard:
            if reply["type"] == "reply" and reply.get("n") is not None:
                n, result = answers[reply["id"]]
                assert (reply["n"], reply["result"]) == (n, result), f"{reply} is not {n} {result}"
        rows = house.read(
            "SELECT DISTINCT n, cause FROM journal WHERE n > ? AND by = ?", begun, user
        )
        changed = {n for n, cause in rows if cause in COMMANDS}
        assert changed == by_n.keys(), (
            f"{user}: changes without an answer {changed - by_n.keys()}, "
            f"answers without a change {by_n.keys() - changed}"
        )
        _said_once(house, user, heard, windows)


def _said_once(house: House, user: str, heard: list[Any], windows: list[Record]) -> None:
    """A message that was confirmed stands in its conversation once, as it was given."""
    bodies = {
        command["id"]: command["body"]
        for record in windows
        for command in record.said.values()
        if command["type"] == "say"
    }
    confirmed = {
        reply["id"]: reply["result"]["m"]
        for reply in heard
        if reply["type"] == "reply" and reply["id"] in bodies
    }
    for id, m in confirmed.items():
        found = house.read(
            "SELECT m FROM messages WHERE json_extract(CAST(body AS TEXT), '$.body') = ?",
            bodies[id],
        )
        assert found == [(m,)], f"{user} said {bodies[id]!r} as {m}, and it is at {found}"
