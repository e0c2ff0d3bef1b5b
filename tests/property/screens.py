"""What each user of the model has in the inbox, as the wire would say it."""

from datetime import UTC, datetime
from typing import Any

from tests.property.model import Model

View = dict[str, Any]

CARD = ("summaryTitle", "summary", "icon")
CARD = ("summaryTitle", "summary", "icon")
LEFT_OUT = ("version", "updatedAt", "seen")
"""Members that say when something was shown instead of what there is."""


def screens(model: Model) -> dict[str, View]:
    """The view of every user who has one: recipients while active, guests while anybody is."""
    shown: dict[str, View] = {user: _recipient(model, user) for user in model.live()}
    for user, first in model.guests.items():
        if shown:
            shown.setdefault(user, _guest(model, first))
    return shown


def wire(seconds: float) -> str:
    """A time on the wire."""
    at = datetime.fromtimestamp(round(seconds * 1000) / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _recipient(model: Model, user: str) -> View:
    item = model.users[user]
    node = model.definition[item["step"]]
    view = {
        "id": "e1",
        "workflow": "test",
        "workflowVersion": 1,
        "title": model.title,
        **_card(model),
        "step": item["step"],
        "visit": item["visit"],
        "name": item["name"],
        "nameStyle": item["nameStyle"],
        "description": item["description"],
        "status": item["status"],
        "paths": [_path(node, path) for path in node["step"]["paths"]],
        "locked": _locked(model),
        "source": item["source"],
        "data": model.data,
        "dispatch": _dispatch(model),
        "recipients": _recipients(model),
        "chat": _chat(model, 1),
        "createdAt": wire(model.created),
    }
    there = {name: value for name, value in view.items() if value is not None}
    return {**there, "sink": model.sink}


def _guest(model: Model, first: int) -> View:
    return {
        "id": "e1",
        "title": model.title,
        "chat": _chat(model, first),
        "recipients": _recipients(model),
        "guest": True,
    }


def _card(model: Model) -> View:
    """From the data; what the data lacks, from the dispatch."""
    dispatch = model.dispatch or {"data": {}}
    lent = {**dispatch["data"], "summaryTitle": dispatch.get("displayName")}
    lent["summary"] = lent.get("body")
    return {name: model.data.get(name) or lent.get(name) for name in CARD}


def _path(node: dict[str, Any], path: dict[str, Any]) -> View:
    shown = dict(path)
    for behavior in node["behaviors"]:
        if behavior["handle"] == path.get("behavior"):
            shown["behavior"] = behavior
    return shown


def _locked(model: Model) -> View | None:
    if model.lock is None:
        return None
    lock = {**model.lock, "by": sorted(model.lock["by"]), "since": wire(model.lock["since"])}
    waiting, asked = [user for user, _ in model.waiting], lock.pop("asked")
    lock |= {"waiting": waiting} if waiting else {}
    lock |= {"asked": asked} if asked else {}
    until = lock.pop("until")
    return lock if until is None else {**lock, "until": wire(until)}


def _dispatch(model: Model) -> View | None:
    if model.dispatch is None:
        return None
    return {name: value for name, value in model.dispatch.items() if value is not None}


def _recipients(model: Model) -> View:
    return {"count": len(model.users), "ids": sorted(model.users)}


def _chat(model: Model, first: int) -> View:
    view: View = {"count": len(model.chat)}
    for each in model.chat:
        if each["only"] is None and each["m"] >= first:
            view["last"] = {
                "m": each["m"],
                "from": each["from"],
                "at": wire(each["at"]),
                "body": each["body"],
                "schema": each["schema"],
                **({"kind": each["kind"]} if each["kind"] else {}),
            }
    return view
