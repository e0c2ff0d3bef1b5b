"""What a session holds follows what it is told, and each thing that does not fit is found."""

from typing import Any

import msgspec
import pytest

from lockstep_load.exchange import Told
from lockstep_load.findings import Findings
from lockstep_load.holding import Holding
from lockstep_load.messages import Reader, Said
from lockstep_load.teams import PATIENCE, Team
from lockstep_protocol.digest import digest


def view(version: int, **more: Any) -> dict[str, Any]:
    """An entry as the server shows it."""
    return {"id": "e", "version": version, "visit": version, "seen": False, **more}


def diff(base: int, version: int, n: int = 1, **set: Any) -> Said:
    """A change of it."""
    return Said("diff", n=n, entry="e", base=base, version=version, set=set)


class Told1:
    """One holding with an entry, and what was found."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.holding = Holding("ada", self.findings)
        page = Said("snapshot", n=5, page=1, pages=1, entries=[view(3, step="a")])
        assert self.holding.page(page)

    def wrong(self) -> dict[str, int]:
        return {name: each.wrong for name, each in self.findings.of.items() if each.wrong}


@pytest.fixture
def told() -> Told1:
    return Told1()


def test_diffs_are_applied_and_the_digest_is_kept(told: Told1) -> None:
    holding = told.holding
    assert holding.diff(diff(3, 4, step="b", visit=2))
    assert holding.views["e"] == {**view(4), "step": "b", "visit": 2}
    assert holding.digest == digest({"e": 4})
    holding.whole({**view(1), "id": "f"})
    assert holding.digest == digest({"e": 4, "f": 1})
    holding.gone("e")
    assert holding.digest == digest({"f": 1})
    holding.asked(view(9), True)
    assert holding.digest == digest({"e": 9, "f": 1})
    assert not told.wrong()


@pytest.mark.parametrize(("base", "version"), [(4, 5), (2, 4), (3, 2), (5, 6)])
def test_a_gap_is_found(told: Told1, base: int, version: int) -> None:
    told.holding.diff(diff(3, 4))
    good = (base, version) == (4, 5)
    # What a whole view has overtaken is old news, and nothing else is.
    old = version <= 3
    assert told.holding.diff(diff(base, version)) is (good or old)
    assert told.wrong() == ({} if good or old else {"continuity": 1})


def test_what_is_told_twice_or_backwards_is_found(told: Told1) -> None:
    holding = told.holding
    holding.reached(6, True, True)
    holding.reached(6, False, True)
    assert not told.wrong()
    holding.reached(6, True, True)
    holding.reached(5, True, True)
    assert told.wrong() == {"order": 2}


def test_a_view_that_differs_is_found(told: Told1) -> None:
    holding = told.holding
    holding.asked(view(3, step="a", seen=True), False)
    assert not told.wrong()
    holding.asked(view(3, step="z"), False)
    assert told.wrong() == {"views": 1}
    assert "differs in step" in told.findings.of["views"].examples[0]


def test_a_view_of_a_later_version_waits_for_its_diffs(told: Told1) -> None:
    holding = told.holding
    holding.asked(view(4, step="b", visit=4), False)
    holding.diff(diff(3, 4, step="c", visit=4))
    assert told.wrong() == {"views": 1}
    holding.asked(view(6), False)
    holding.overdue()
    assert told.wrong() == {"views": 2}


def test_a_view_that_goes_back_is_found(told: Told1) -> None:
    told.holding.whole(view(2))
    assert told.wrong() == {"durable": 1}


class Three:
    """A team of three who hold version 1."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.told: list[Told] = []
        self.team = Team(["e"], self.findings, self.told.append)
        self.who = [Holding(name, self.findings) for name in ("ada", "bea", "cem")]
        for each in self.who:
            each.whole(view(1))
            self.team.came(each)

    def tell(self, index: int, version: int, now: float) -> None:
        who = self.who[index]
        who.whole(view(version))
        self.team.told(who, "e", 10 + version, version, now)


def test_a_change_is_whole_when_the_last_viewer_knows() -> None:
    three = Three()
    three.tell(0, 2, 1.0)
    three.tell(1, 2, 1.5)
    assert not three.told
    three.tell(2, 2, 4.0)
    assert three.told == [Told(12, 4.0, 3)]
    assert not three.team.waiting
    assert three.findings.of["told"].looked == 3


def test_who_leaves_is_not_waited_for_and_who_comes_later_neither() -> None:
    three = Three()
    three.tell(0, 2, 1.0)
    three.team.went(three.who[1])
    three.who[1].whole(view(2))
    three.team.came(three.who[1])
    three.tell(2, 2, 2.0)
    assert three.told == [Told(12, 2.0, 2)]


def test_a_merged_change_tells_of_those_before() -> None:
    three = Three()
    for version in (2, 3):
        for index in (0, 1):
            three.tell(index, version, float(version))
    three.tell(2, 3, 5.0)
    assert three.told == [Told(12, 5.0, 3), Told(13, 5.0, 3)]


def test_who_is_never_told_is_found() -> None:
    three = Three()
    three.tell(0, 2, 1.0)
    three.tell(1, 2, 1.0)
    three.team.look(PATIENCE)
    assert not three.told
    three.team.look(PATIENCE + 1.1)
    assert three.findings.of["told"].wrong == 1
    assert three.findings.of["told"].examples == ["cem: not told of change 12 of e"]
    assert not three.team.waiting


def test_the_same_bytes_are_read_once() -> None:
    reader = Reader()
    frame = msgspec.json.encode([{"type": "diff", "n": 1}, {"type": "chat", "n": 1}])
    assert reader.read(frame) is reader.read(bytes(frame))
    alone = b'{"type":"reply","id":"x"}'
    assert reader.read(alone) is not reader.read(alone)
    assert [said.type for said in reader.read(frame)] == ["diff", "chat"]
