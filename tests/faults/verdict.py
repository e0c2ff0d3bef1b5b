"""What must hold at the end of a history: windows equal a fresh read, each command done once."""

import asyncio
import json
from typing import Any

from lockstep_client import new_id

from .house import House
from .windows import Record, Window

COMMANDS = frozenset(
    {"start", "dispatch", "choose", "lock", "unlock", "ask", "say", "edit", "delete", "status"}
)
BODY = "json_extract(CAST(body AS TEXT), '$.body')"
WORDS = frozenset({"say", "edit", "delete"})
LOOK_AGAIN = 0.02
SHOWN = ("m", "from", "at", "body", "data", "revision", "editedAt", "deleted")


async def same(house: House, window: Window, token: str, name: str, patience: float) -> None:
    """The window shows, in whole views, what somebody who comes now is given."""
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        shown = await window.shown()
        fresh = await _fresh(house, token)
        differs = _difference(shown, fresh) or await _misheard(house, token, shown)
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


async def _misheard(house: House, token: str, shown: dict[str, Any]) -> str | None:
    """What is shown of the conversations that is not so, or is missing, for who reads them now."""
    for place, held in shown["conversations"].items():
        named = {"room": place[5:]} if place.startswith("room:") else {"entry": place}
        ask = {"type": "messages", "id": new_id(), "limit": 200, **named}
        status, page = await house.ask("POST", "/v1/commands", token, ask)
        if status == 404:
            continue
        if status != 200:
            return f"conversations {place}: {page}"
        fresh = {each["m"]: each for each in page["result"]["messages"]}
        has = {each["m"]: each for each in held["shown"]}
        should = has.keys() | {m for m in fresh if held["from"] is not None and m >= held["from"]}
        for m in sorted(should):
            told, said = _words(has.get(m)), _words(fresh.get(m))
            if told != said:
                return f"conversations {place}, {m}:\nshown {told}\nfresh {said}"
    return None


def _words(message: dict[str, Any] | None) -> dict[str, Any] | None:
    return message and {name: message.get(name) for name in SHOWN}


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
    """What was confirmed as said or changed stands in its conversation, and nowhere else."""
    given = {id: each for record in windows for id, each in record.said.items()}
    bodies: dict[tuple[str, int], set[str]] = {}
    for command in given.values():
        if command["type"] in ("edit", "delete"):
            at = (_conversation(command), command["m"])
            bodies.setdefault(at, set()).add(command.get("body", ""))
    for reply in heard:
        command = given.get(reply["id"], {}) if reply["type"] == "reply" else {}
        if command.get("type") not in WORDS:
            continue
        said = command["type"] == "say"
        at = (_conversation(command), reply["result"]["m"] if said else command["m"])
        body = command.get("body", "")
        may = bodies.get(at, set()) | ({body} if said else set())
        stands = house.read(f"SELECT {BODY} FROM messages WHERE entry = ? AND m = ?", *at)
        assert stands, f"{user}: {command} was confirmed, and nothing is at {at}"
        if said or may == {body}:
            assert stands[0][0] in may, f"{user}: {command} at {at} is {stands[0][0]!r}"
        found = house.read(f"SELECT entry, m FROM messages WHERE {BODY} = ?", body) if body else []
        assert found in ([], [at]), f"{user}: {command} at {at} is at {found}"


def _conversation(command: dict[str, Any]) -> str:
    """Under what the store keeps the messages of the entry or room."""
    return command.get("entry") or f"room:{command['room']}"
