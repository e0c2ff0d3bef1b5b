"""In which order entries stand on the screen, and which one is selected. Pure.

Rows stay where they are while somebody is at the keys: what is new waits to be shown, and what
has left stays, dimmed, until the rows are ``settle``d.
"""

from collections.abc import Iterable


class Listing:
    """Ids from the top down, and the selected one."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.selected: str | None = None
        self._there: set[str] = set()
        self._waiting: list[str] = []

    @property
    def waiting(self) -> int:
        """How many are new and not shown yet."""
        return len(self._waiting)

    @property
    def unsettled(self) -> bool:
        """Whether a row is to come or to go."""
        return bool(self._waiting) or any(id not in self._there for id in self.shown)

    def gone(self, id: str) -> bool:
        """Whether a row that is shown has left."""
        return id not in self._there

    def bring(self, ids: Iterable[str]) -> None:
        """These are there now, in the order in which they would be shown afresh."""
        there = list(ids)
        self._there = set(there)
        shown = set(self.shown)
        self._waiting = [id for id in there if id not in shown]
        if not self.shown:
            self.settle()

    def settle(self) -> None:
        """Show what is new, on top, and let go of what has left."""
        at = self.position
        kept = [id for id in self.shown if id in self._there]
        if self.selected is not None and self.selected not in self._there:
            below = [id for id in self.shown[at:] if id in self._there]
            above = [id for id in self.shown[:at] if id in self._there]
            near = below[:1] or above[-1:]
            self.selected = near[0] if near else None
        self.shown = self._waiting + kept
        self._waiting = []
        if self.selected is None and self.shown:
            self.selected = self.shown[0]

    @property
    def position(self) -> int:
        """Where the selected row is, from 0."""
        return self.shown.index(self.selected) if self.selected in self.shown else 0

    def move(self, by: int) -> None:
        """Select another row, as far as there are any."""
        if self.shown:
            at = min(max(self.position + by, 0), len(self.shown) - 1)
            self.selected = self.shown[at]
