"""Views, their differences, and times."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep_protocol.entry import (
    ChatSummary,
    EntryView,
    LockView,
    PathView,
    Recipients,
    apply_diff,
    diff_views,
    rfc3339,
)
from tests.protocol.samples import ENTRY, GUEST, LAST


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_769_850_000.25, "2026-01-31T09:00:00.250Z"),
        (1_769_850_000.9996, "2026-01-31T09:00:01.000Z"),
        (253402300799.0, "9999-12-31T23:59:59.000Z"),
    ],
)
def test_times_are_utc_to_the_millisecond(seconds: float, text: str) -> None:
    assert rfc3339(seconds) == text


def test_equal_views_have_no_difference() -> None:
    assert diff_views(ENTRY, msgspec.structs.replace(ENTRY, version=9, seen=True)) == ({}, ())


def test_parts_of_a_new_view_that_are_equal_are_not_sent() -> None:
    copy = msgspec.convert(msgspec.to_builtins(ENTRY), EntryView)
    assert copy.paths is not ENTRY.paths
    assert diff_views(ENTRY, copy) == ({}, ())


def test_another_entry_or_kind_of_view_cannot_be_compared() -> None:
    with pytest.raises(ValueError):
        diff_views(ENTRY, GUEST)
    with pytest.raises(ValueError):
        diff_views(ENTRY, msgspec.structs.replace(ENTRY, id="e9"))


TEXT = st.sampled_from(["a", "b", ""])
DATA = st.dictionaries(
    TEXT, st.sampled_from([0, False, 1, True, 1.5, None, [1], [True], {"x": 0}, {"x": False}])
)
VIEWS = st.builds(
    EntryView,
    id=st.just("e1"),
    version=st.integers(1, 3),
    workflow=st.just("w"),
    workflow_version=st.just(1),
    title=TEXT,
    icon=st.none() | TEXT,
    step=TEXT,
    visit=st.integers(1, 2),
    name=TEXT,
    name_style=st.none() | st.just("info"),
    description=st.none() | TEXT,
    paths=st.lists(st.builds(PathView, label=TEXT, step=TEXT), max_size=2).map(tuple),
    status=st.sampled_from(["active", "retired"]),
    locked=st.none() | st.builds(LockView, by=st.just(("mei",)), since=TEXT, fence=st.just(1)),
    source=TEXT,
    sink=st.none() | TEXT,
    data=DATA,
    recipients=st.builds(Recipients, count=st.integers(1, 2), ids=st.just(("mei",))),
    chat=st.sampled_from([ChatSummary(count=0), ChatSummary(count=2, last=LAST)]),
    seen=st.booleans(),
    created_at=st.just("t"),
    updated_at=TEXT,
)


def wire(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


@given(VIEWS, VIEWS)
def test_the_difference_applied_to_the_old_view_is_the_new_one(
    old: EntryView, new: EntryView
) -> None:
    changed, gone = diff_views(old, new)
    applied = apply_diff(wire(old), new.version, wire(changed), gone)
    seen = False if old.visit != new.visit else old.seen
    expected = wire(msgspec.structs.replace(new, seen=seen))
    assert json.dumps(applied, sort_keys=True) == json.dumps(expected, sort_keys=True)
