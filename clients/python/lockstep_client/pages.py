"""A snapshot that comes in pages. Pure."""

from typing import Any

from .events import View


class Pages:
    """The pages so far: none of them is shown before the last one is here."""

    def __init__(self) -> None:
        self._entries: dict[str, View] = {}
        self._rooms: dict[str, View] = {}

    def take(self, page: dict[str, Any]) -> tuple[dict[str, View], dict[str, View]] | None:
        """Add a page; the entries and rooms by id once it was the last one."""
        self._entries.update({view["id"]: view for view in page["entries"]})
        self._rooms.update({room["id"]: room for room in page["rooms"]})
        return (self._entries, self._rooms) if page["page"] >= page["pages"] else None
