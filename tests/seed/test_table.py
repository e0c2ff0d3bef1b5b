"""The table of the seed page is current, whole, and names tests that there are."""

from tests.seed.table import NAMES, ROOT, document, shown


def test_every_row_is_shown_by_a_test() -> None:
    assert sorted(NAMES - shown().keys()) == []


def test_every_mark_names_a_row() -> None:
    assert sorted(shown().keys() - NAMES) == []


def test_the_committed_table_is_current() -> None:
    committed = (ROOT / "protocol/spec/seed-table.md").read_text(encoding="utf-8")
    assert committed == document(), "run python -m tests.seed.table > protocol/spec/seed-table.md"
