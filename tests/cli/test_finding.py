"""What somebody types for an entry or a path, and which one that is."""

from typing import Any

import pytest

from lockstep_server.cli.finding import matching, path_of, short
from lockstep_server.cli.trouble import Trouble

PUMP = {"id": "01a21cbe-e2ec-7af1-9f02-b4bcae0a94cd", "title": "Pump is leaking", "name": "New"}
PUMPS = {"id": "01a21cbe-ffff-7fc3-8b49-095420e2ded1", "title": "Pumps in hall 2", "name": "New"}
DOOR = {"id": "01a21cc0-0000-7fc3-8b49-0954aaaaded1", "title": "Door", "name": "New"}
ALL = [PUMP, PUMPS, DOOR]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (PUMP["id"], [PUMP]),
        ("01A21CBE-E2EC", [PUMP]),
        ("0a94cd", [PUMP]),
        ("ded1", [PUMPS, DOOR]),
        ("e2ded1", [PUMPS]),
        ("01a21cbe", [PUMP, PUMPS]),
        ("leak", [PUMP]),
        ("PUMP", [PUMP, PUMPS]),
        ("pump is leaking", [PUMP]),
        (" door ", [DOOR]),
        # Too short for an id, and in no title.
        ("4cd", []),
        ("", []),
        ("window", []),
    ],
)
def test_an_entry_by_a_part_of_id_or_title(given: str, meant: list[dict[str, Any]]) -> None:
    assert matching(ALL, given) == meant


def test_the_short_form_of_an_id_is_of_no_other() -> None:
    for one in ALL:
        assert matching(ALL, short(one, ALL)) == [one]
    twin = {"id": f"{PUMPS['id'][:-9]}x20e2ded1", "title": "Twin"}
    assert len(short(PUMPS, [PUMPS, twin])) == 9


VIEW = {
    "name": "In review",
    "paths": [{"label": "Approve"}, {"label": "Approve and pay"}, {"label": "Reject"}],
}


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ("Approve", "Approve"),
        ("approve", "Approve"),
        ("rej", "Reject"),
        ("approve a", "Approve and pay"),
    ],
)
def test_a_path_by_its_label_or_how_it_begins(given: str, label: str) -> None:
    assert path_of(VIEW, given)["label"] == label


@pytest.mark.parametrize(("given", "code"), [("app", "ambiguous"), ("Ship", "unknown_path")])
def test_what_is_no_path_is_answered_with_those_that_are(given: str, code: str) -> None:
    with pytest.raises(Trouble, match="'Approve', 'Approve and pay'") as trouble:
        path_of(VIEW, given)
    assert trouble.value.code == code
