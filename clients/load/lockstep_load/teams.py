"""Those who share entries, and whether each change reaches all of them who are there. Pure."""

from collections.abc import Callable

from .exchange import Told
from .findings import Findings
from .holding import Holding

PATIENCE = 30.0
"""Seconds after which a viewer who was not told of a change counts as never told."""


class Change:
    """A change on its way: ``missing`` are those who have not been told of it yet."""

    __slots__ = ("at", "missing", "n", "since", "version", "viewers")

    def __init__(self, n: int, version: int, missing: set[Holding], now: float) -> None:
        self.n = n
        self.version = version
        self.missing = missing
        self.since = self.at = now
        self.viewers = 0


class Team:
    """The sessions of one worker who share ``entries``.

    ``live``: those who are up to date and read all the time. ``answered``: by entry the highest
    version that somebody got an answer with. Versions count alike for all, since all stand at the
    same step and are shown the same.
    """

    def __init__(
        self, entries: list[str], findings: Findings, told: Callable[[Told], None]
    ) -> None:
        self.entries = entries
        self.live: set[Holding] = set()
        self.answered: dict[str, int] = dict.fromkeys(entries, 0)
        self._open: dict[str, list[Change]] = {entry: [] for entry in entries}
        self._findings = findings
        self._told = told

    @property
    def waiting(self) -> bool:
        """Whether somebody has not been told of something yet."""
        return any(self._open.values())

    def told(self, who: Holding, entry: str, n: int, version: int, now: float) -> None:
        """``who`` holds ``version`` of ``entry`` now, by change ``n``.

        What came merged, or whole, tells of the versions before as well.
        """
        self.caught_up(who, entry, version, now)
        changes = self._open.get(entry)
        if changes is None:
            return
        if who in self.live and (not changes or changes[-1].version < version):
            missing = {each for each in self.live if each.version(entry) < version}
            missing.discard(who)
            change = Change(n, version, missing, now)
            change.viewers = 1
            changes.append(change)
        self._settle(entry)

    def caught_up(self, who: Holding, entry: str, version: int, now: float) -> None:
        """``who`` holds ``version``, and so what led to it, however that came."""
        for change in self._open.get(entry, ()):
            if change.version > version:
                break
            if who in change.missing:
                change.missing.remove(who)
                change.viewers += 1
                change.at = now

    def came(self, who: Holding) -> None:
        """A session is up to date."""
        self.live.add(who)

    def went(self, who: Holding) -> None:
        """A session is gone, and need not be told."""
        if who not in self.live:
            return
        self.live.discard(who)
        for entry, changes in self._open.items():
            for change in changes:
                change.missing.discard(who)
            if changes:
                self._settle(entry)

    def look(self, now: float) -> None:
        """Give up on those who were not told for so long."""
        for entry, changes in self._open.items():
            for change in changes:
                if now - change.since > PATIENCE:
                    for who in change.missing:
                        self._findings.saw(
                            "told", False, f"{who.name}: not told of change {change.n} of {entry}"
                        )
                    change.missing.clear()
            if changes:
                self._settle(entry)

    def _settle(self, entry: str) -> None:
        changes = self._open[entry]
        # Later ones may be complete before: a session that came in between is not asked for them.
        for change in changes:
            if not change.missing:
                self._findings.count("told", change.viewers)
                self._told(Told(change.n, change.at, change.viewers))
        self._open[entry] = [change for change in changes if change.missing]
