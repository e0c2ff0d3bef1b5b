"""What one session holds of its inbox, and whether each message fits it. Pure."""

from typing import Any

from lockstep_protocol.digest import term, written

from .findings import Findings
from .messages import Said

View = dict[str, Any]


class Holding:
    """Views by entry, and the sum of their digests kept with them.

    ``n``: the last change that was told. ``name`` is for what is found wrong.
    """

    __slots__ = ("_findings", "_later", "_pages", "_sum", "_whole", "n", "name", "views")

    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.views: dict[str, View] = {}
        self.n = 0
        self._findings = findings
        self._sum = 0
        self._later: dict[str, View] = {}
        self._whole: dict[str, int] = {}
        self._pages: list[View] | None = None

    @property
    def digest(self) -> str:
        """Of all that is held, as ``position`` has it."""
        return written(self._sum)

    def version(self, entry: str) -> int:
        """The version held; 0: none."""
        view = self.views.get(entry)
        return 0 if view is None else int(view["version"])

    def reached(self, n: int, first: bool, live: bool) -> None:
        """A frame told of change ``n``; ``first``: it is the first that this frame tells of."""
        if live:
            good = n > self.n or (n == self.n and not first)
            self._findings.saw(
                "order", good, "" if good else f"{self.name}: told of {n} after {self.n}"
            )
        if n > self.n:
            self.n = n

    def page(self, said: Said) -> bool:
        """A page of a snapshot. True: it was the last, and all is replaced."""
        if said.page == 1 or self._pages is None:
            self._pages = []
        self._pages += said.entries
        if said.page < said.pages:
            return False
        pages, self._pages = self._pages, None
        self.views.clear()
        self._later.clear()
        self._whole.clear()
        self._sum = 0
        for view in pages:
            self.whole(view)
        self.n = said.n or 0
        return True

    def whole(self, view: View) -> None:
        """An entry came whole. Held is a copy, since diffs change it in place."""
        id = view["id"]
        held = self.views.get(id)
        if held is not None:
            good = view["version"] >= held["version"]
            self._findings.saw(
                "durable",
                good,
                ""
                if good
                else f"{self.name}: {id} came back as version {view['version']} "
                f"after {held['version']} was told",
            )
        self._replace(view)

    def _replace(self, view: View) -> None:
        id = view["id"]
        old = self.version(id)
        self.views[id] = dict(view)
        self._whole[id] = view["version"]
        self._moved(id, old, view["version"])

    def diff(self, said: Said) -> bool:
        """Apply a diff. False: it did not fit; then the entry has to be asked for."""
        held = self.views.get(said.entry)
        base = None if held is None else held["version"]
        # An entry may be shown whole as it is later than the changes that still follow.
        if said.version <= self._whole.get(said.entry, 0):
            return True
        good = base == said.base and said.version > said.base
        self._findings.saw(
            "continuity",
            good,
            ""
            if good
            else f"{self.name}: {said.entry} change {said.n} goes from version "
            f"{said.base} to {said.version}, but {base} is held",
        )
        if not good or held is None:
            return False
        if "visit" in said.set:
            held["seen"] = False
        held.update(said.set)
        for name in said.unset:
            held.pop(name, None)
        held["version"] = said.version
        self._moved(said.entry, said.base, said.version)
        later = self._later.get(said.entry)
        if later is not None and later["version"] <= said.version:
            del self._later[said.entry]
            if later["version"] == said.version:
                self._compare(held, later)
        return True

    def gone(self, entry: str) -> None:
        """It left the inbox."""
        held = self.views.pop(entry, None)
        self._later.pop(entry, None)
        self._whole.pop(entry, None)
        if held is not None:
            self._moved(entry, held["version"], 0)

    def seen(self, entry: str, visit: int | None) -> None:
        """The user's own mark, from wherever it was set."""
        held = self.views.get(entry)
        if held is not None and visit in (None, held.get("visit")):
            held["seen"] = True

    def asked(self, view: View, mending: bool) -> None:
        """The server showed an entry when it was asked. One of a later version is looked at when
        the diffs have come that far; ``mending``: it takes the place of what is held."""
        held = self.views.get(view["id"])
        if mending and (held is None or held["version"] < view["version"]):
            self._replace(view)
        elif held is not None and held["version"] == view["version"]:
            self._compare(held, view)
        elif held is not None and held["version"] < view["version"]:
            self._later[view["id"]] = view

    def overdue(self) -> None:
        """The end: what the server showed and no diff ever led to is wrong."""
        for id, view in self._later.items():
            self._findings.saw(
                "views",
                False,
                f"{self.name}: {id} is at {view['version']}, but {self.version(id)} is held",
            )
        self._later.clear()

    def _moved(self, id: str, old: int, new: int) -> None:
        if old:
            self._sum -= term(id, old)
        if new:
            self._sum += term(id, new)

    def _compare(self, held: View, shown: View) -> None:
        wrong = [
            name
            for name in held.keys() | shown.keys()
            # A mark travels apart from the rest: it may have been set after this was read.
            if name != "seen" and held.get(name) != shown.get(name)
        ]
        self._findings.saw(
            "views",
            not wrong,
            ""
            if not wrong
            else f"{self.name}: {shown['id']} version {shown['version']} differs "
            f"in {', '.join(sorted(wrong))}",
        )
