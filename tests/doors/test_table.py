"""The table of the doors is current, whole, and names checks and doors that there are."""

from tests.doors.table import CHECKS, DOORS, IMPOSSIBLE, ROOT, cell, document, shown


def test_each_check_is_shown_at_each_door_or_cannot_be_there() -> None:
    found = shown()
    assert [(c, d) for c in CHECKS for d in DOORS if not cell(found, c, d)] == []


def test_every_mark_names_a_check_and_a_door() -> None:
    named = {*shown(), *((check, door) for check, each in IMPOSSIBLE.items() for door in each)}
    assert [at for at in sorted(named) if at[0] not in CHECKS or at[1] not in DOORS] == []


def test_what_cannot_be_is_shown_by_nothing() -> None:
    assert [at for at in shown() if at[1] in IMPOSSIBLE.get(at[0], {})] == []


def test_the_committed_table_is_current() -> None:
    committed = (ROOT / "protocol/spec/doors.md").read_text(encoding="utf-8")
    assert committed == document(), "run python -m tests.doors.table > protocol/spec/doors.md"
