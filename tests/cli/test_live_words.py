"""What the live view says of changes and of how entries stand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lockstep_client import Changed, Event, Left, Other, Said
from lockstep_server.cli.live import words

NAMES = {"mei": "Mei Lin", "omar": "Omar Haddad", "ivo": "Ivo Novak"}
VIEW: dict[str, Any] = {
    "id": "e",
    "name": "Claimed",
    "title": "Pump",
    "step": "claimed",
    "paths": [{"label": "Finish"}],
    "recipients": {"count": 3, "ids": ["mei", "omar", "ivo"]},
}


def name(user: str) -> str:
    return NAMES.get(user, user)


def held(*by: str, **more: Any) -> dict[str, Any]:
    return {**VIEW, "locked": {"by": list(by), **more}}


def changed(*fields: str, view: dict[str, Any] = VIEW, by: str = "mei", cause: str = "x") -> Event:
    return Changed("e", view, fields, by, cause)


LINE = [{"user": "ivo", "since": "2026-01-01T00:00:00Z"}]
MESSAGE = {"from": "mei", "m": 1, "body": "Two\nlines"}


@pytest.mark.parametrize(
    ("event", "before", "told"),
    [
        (changed("step", "visit", "name"), VIEW, "Mei Lin moved it to Claimed"),
        (changed("step", by="omar"), VIEW, "You moved it to Claimed"),
        (changed("locked", view=held("mei")), VIEW, "Mei Lin took it"),
        (changed("locked", view=held("mei", "ivo")), VIEW, "Mei Lin and Ivo Novak have it"),
        (changed("locked", cause="unlock"), held("mei"), "Mei Lin gave it back"),
        (changed("locked", cause="unlock", by="ivo"), held("mei"), "It is free again"),
        (changed("locked", cause="expired"), held("mei"), "It is free again"),
        (
            changed("locked", view=held("mei", waiting=LINE), by="ivo"),
            held("mei"),
            "Ivo Novak waits for it",
        ),
        (
            changed("locked", view=held("mei", asked=["omar"]), by="omar"),
            held("mei"),
            "You ask for it",
        ),
        (changed("seen"), VIEW, ""),
        (changed("description", "updatedAt"), VIEW, "Mei Lin changed it"),
        (changed("recipients"), VIEW, "Mei Lin brought somebody in"),
        (Left("e", "retired"), VIEW, "It left your inbox"),
        (Said("e", MESSAGE), VIEW, "Mei Lin says: Two lines"),
        (Said("e", {**MESSAGE, "deleted": True}), VIEW, "Mei Lin took a message back"),
        (Said("e", {**MESSAGE, "from": "omar"}), VIEW, "You say: Two lines"),
        (Other({"type": "notify", "title": "Pump", "body": "Hurry"}), VIEW, "Pump: Hurry"),
        (Other({"type": "pong"}), VIEW, ""),
    ],
)
def test_a_change_is_told_with_who_did_it(event: Event, before: Any, told: str) -> None:
    who, what = words.happened(event, before, name, "omar")
    assert words.sentence(who, what, name, "omar") == told


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (VIEW, "You can move it, and so can 2 others."),
        ({**VIEW, "recipients": {"count": 1, "ids": ["omar"]}}, "Only you can move it."),
        ({**VIEW, "paths": []}, "It rests here: this step has no path."),
        (held("omar"), "You have it; nobody else can move it."),
        (
            held("mei", waiting=LINE),
            "Mei Lin has it; nobody else can move it. Ivo Novak is waiting.",
        ),
        ({"guest": True}, "You are a guest: you may answer here, the entry is others' to move."),
    ],
)
def test_one_sentence_says_who_can_move_an_entry(view: dict[str, Any], told: str) -> None:
    assert words.standing(view, name, "omar") == told


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-01-02T11:59:55Z", "now"),
        ("2026-01-02T11:59:15Z", "45s"),
        ("2026-01-02T11:00:00.250Z", "59m"),
        ("2026-01-02T08:59:00Z", "3h"),
        ("2025-12-20T12:00:00Z", "13d"),
        ("2026-01-02T12:00:09Z", "now"),
    ],
)
def test_an_age_is_one_number(at: str, told: str) -> None:
    assert words.age(at, datetime(2026, 1, 2, 12, tzinfo=UTC)) == told


def test_many_people_are_cut_short() -> None:
    ids = ["mei", "omar", "ivo", "dana", "ruth"]
    assert words.people(ids, name, "omar") == "Mei Lin, you, Ivo Novak and 2 more"
    assert words.people(["mei"], name, "omar") == "Mei Lin"
