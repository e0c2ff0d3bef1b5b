"""What of an inbox does not fit what the server holds, and how it is made whole again. Pure."""

from collections.abc import Callable, Mapping

from lockstep_protocol.commands import Command, Get, Versions
from lockstep_protocol.digest import digest


class Mending:
    """The client's own questions to the server: entries whose diff did not fit, and versions."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self.differences = 0
        """How often this side was not what the server held. It stays 0 unless there is a fault."""
        self._new_id = new_id
        self._gaps: dict[str, str] = {}  # id of the `get` that mends an entry -> the entry
        self._told: dict[str, int] = {}  # entry -> the newest version told of while it is asked for
        self._behind: set[str] = set()  # entries whose `get` was refused for now
        self._versions: str | None = None  # id of the `versions` under way
        # What a `get` brought may be newer than what was told in order; until then no digest fits.
        self._ahead_of: int | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is missing as far as this side knows."""
        return not self._gaps and not self._behind and self._versions is None

    def restart(self) -> list[str]:
        """A snapshot brings everything whole: no question is of use any more; their ids."""
        asked = [*self._gaps, *([self._versions] if self._versions else [])]
        self._gaps, self._told, self._behind = {}, {}, set()
        self._versions = self._ahead_of = None
        return asked

    def ask(self, entry: str, version: int = 0) -> Command | None:
        """The ``get`` of an entry that does not fit; None: it is under way already.

        ``version``: what it is at least by now, as far as one was told.
        """
        self._told[entry] = max(version, self._told.get(entry, 0))
        if entry in self._gaps.values():
            return None
        command = Get(id=self._new_id(), entry=entry)
        self._gaps[command.id] = entry
        return command

    def again(self) -> list[Command]:
        """Repeat what was refused; at the pace of heartbeats, so that a busy server is spared."""
        behind, self._behind = self._behind, set()
        return [command for entry in sorted(behind) if (command := self.ask(entry)) is not None]

    def answered(self, id: str, n: int | None) -> tuple[str, int] | None:
        """The entry that the answer to ``id`` mends, if it does, and its version at least.

        ``n``: the position now. An answer of an older version was overtaken by changes that
        could not be applied: the entry is to be asked for again.
        """
        entry = self._gaps.pop(id, None)
        if entry is None:
            return None
        self._ahead_of = n
        return entry, self._told.pop(entry, 0)

    def forget(self, entry: str) -> str | None:
        """The entry is gone or came whole: the id of the ``get`` whose answer is of no use now."""
        self._behind.discard(entry)
        self._told.pop(entry, None)
        for id, asked in self._gaps.items():
            if asked == entry:
                del self._gaps[id]
                return id
        return None

    def refused(self, entry: str) -> None:
        """It could not be had now."""
        self._behind.add(entry)

    def check(self, said: str, n: int, held: Mapping[str, int]) -> Command | None:
        """Compare with the server's digest as of ``n``; the question to ask when it differs."""
        if not self.whole or (self._ahead_of is not None and n <= self._ahead_of):
            return None
        self._ahead_of = None
        if said == digest(held):
            return None
        self.differences += 1
        command = Versions(id=self._new_id())
        self._versions = command.id
        return command

    def is_versions(self, id: str) -> bool:
        """Whether ``id`` is the question for versions; it counts as answered."""
        asked = self._versions == id
        if asked:
            self._versions = None
        return asked


def differing(held: Mapping[str, int], theirs: Mapping[str, int]) -> list[str]:
    """What is not here in the version that the server has, or a later one."""
    return sorted(id for id, version in theirs.items() if held.get(id, -1) < version)
