"""The entries of one inbox, and what each message does to them. Pure."""

from typing import Any

from lockstep_protocol.entry import apply_diff

from .events import Arrived, Changed, Event, Left, View


class Inbox:
    """Entry id to view, as far as one was told."""

    def __init__(self) -> None:
        self.entries: dict[str, View] = {}

    def versions(self) -> dict[str, int]:
        """The version of each entry."""
        return {id: view["version"] for id, view in self.entries.items()}

    def whole(self, view: View) -> list[Event]:
        """An entry came whole."""
        self.entries[view["id"]] = view
        return [Arrived(view["id"], view)]

    def diff(self, message: dict[str, Any]) -> list[Event] | None:
        """What changed in an entry; None: it does not fit what is here."""
        id = message["entry"]
        held = self.entries.get(id)
        if held is not None and message["version"] <= held["version"]:
            return []
        if held is None or message["base"] != held["version"]:
            return None
        changed = message.get("set") or {}
        gone = message.get("unset") or []
        view = apply_diff(held, message["version"], changed, gone)
        self.entries[id] = view
        return [Changed(id, view, (*changed, *gone), message["by"], message["cause"])]

    def mended(self, id: str, view: View) -> list[Event]:
        """An entry that was asked for: it may be older than what came meanwhile, or retired."""
        held = self.entries.get(id)
        if held is not None and held["version"] > view["version"]:
            return []
        if view.get("status") == "retired":
            return self.gone(id, "retired")
        if held is not None and held.get("seen") and held.get("visit") == view.get("visit"):
            # What was seen stays seen for the visit, even if this was read before the mark.
            view = {**view, "seen": True}
        return self.whole(view)

    def gone(self, id: str, reason: str) -> list[Event]:
        """An entry is not in the inbox any more."""
        return [] if self.entries.pop(id, None) is None else [Left(id, reason)]

    def seen(self, message: dict[str, Any]) -> list[Event]:
        """The user has seen an entry as it was at a visit, here or in another window."""
        id = message.get("entry") or ""
        held = self.entries.get(id)
        # If it has moved on, it is unseen again.
        if held is None or message.get("visit", held.get("visit")) != held.get("visit"):
            return []
        view = {**held, "seen": True}
        self.entries[id] = view
        return [Changed(id, view, ("seen",), message["user"], "read")]
