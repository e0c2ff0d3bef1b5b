"""The mirror by example: what each message does to it, and what it sends of itself."""

import itertools
from typing import Any

import msgspec
import pytest

from lockstep_client import (
    Answered,
    Arrived,
    Changed,
    Declined,
    Event,
    Left,
    Mirror,
    Said,
    Synced,
    Welcomed,
)
from lockstep_client.inbox import Inbox
from lockstep_protocol.commands import Choose, Resume
from lockstep_protocol.ids import uuid7


def view(id: str = "e1", version: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": id, "version": version, "title": "T", "step": "start", "visit": 1, **more}


def welcome(resumed: bool = False, epoch: str = "E", n: int = 5) -> dict[str, Any]:
    return {
        "type": "welcome",
        "user": {"id": "mei", "name": "Mei"},
        "epoch": epoch,
        "n": n,
        "resumed": resumed,
    }


def snapshot(*entries: dict[str, Any], n: int = 5, page: int = 1, pages: int = 1) -> dict[str, Any]:
    return {
        "type": "snapshot",
        "n": n,
        "page": page,
        "pages": pages,
        "entries": list(entries),
        "rooms": [],
        "people": [{"id": "omar", "name": "Omar"}],
    }


def diff(base: int, version: int, n: int = 6, **changed: Any) -> dict[str, Any]:
    return {
        "type": "diff",
        "n": n,
        "entry": "e1",
        "base": base,
        "version": version,
        "set": changed,
        "unset": [],
        "by": "omar",
        "cause": "choose",
    }


def receive(mirror: Mirror, *messages: dict[str, Any]) -> list[Event]:
    return mirror.receive(msgspec.json.encode(messages[0] if len(messages) == 1 else messages))


def sent(mirror: Mirror) -> list[dict[str, Any]]:
    frames, mirror.outgoing = mirror.outgoing, []
    return [msgspec.json.decode(frame) for frame in frames]


def choose(id: str) -> Choose:
    return Choose(id=id, entry="e1", step="start", visit=1, path="Claim")


ID = uuid7(1, bytes(10))


@pytest.fixture
def mirror() -> Mirror:
    """A mirror with the entry e1 at version 1, position 5, nothing left to send."""
    numbers = itertools.count(1)
    mirror = Mirror("token", lambda: uuid7(next(numbers), bytes(10)))
    mirror.connected()
    receive(mirror, welcome())
    receive(mirror, snapshot(view()))
    sent(mirror)
    return mirror


def test_hello_carries_the_token_and_no_position_at_first() -> None:
    mirror = Mirror("token", lambda: ID)
    mirror.connected()
    assert sent(mirror) == [{"type": "hello", "token": "token"}]


def test_snapshot_takes_effect_with_its_last_page() -> None:
    mirror = Mirror(None, lambda: ID)
    mirror.connected()
    assert receive(mirror, welcome()) == [Welcomed({"id": "mei", "name": "Mei"}, False)]
    assert receive(mirror, snapshot(view("e1"), page=1, pages=2)) == []
    assert (mirror.entries, mirror.position, mirror.synced) == ({}, None, False)
    assert receive(mirror, snapshot(view("e2"), page=2, pages=2)) == [Synced(5)]
    assert sorted(mirror.entries) == ["e1", "e2"]
    assert mirror.position is not None
    assert mirror.position.n == 5
    assert mirror.people["omar"]["name"] == "Omar"


def test_a_snapshot_replaces_what_was_there(mirror: Mirror) -> None:
    mirror.disconnected()
    mirror.connected()
    receive(mirror, welcome(), snapshot(view("e9"), n=8))
    assert list(mirror.entries) == ["e9"]


def test_hello_after_a_drop_carries_the_position_reached(mirror: Mirror) -> None:
    receive(mirror, diff(1, 2, n=7, name="Claimed"))
    mirror.disconnected()
    mirror.connected()
    assert sent(mirror)[0]["position"] == {"epoch": "E", "n": 7}


def test_a_resume_is_over_with_its_first_position(mirror: Mirror) -> None:
    mirror.disconnected()
    mirror.connected()
    receive(mirror, welcome(resumed=True))
    receive(mirror, {"type": "entry", "n": 5, "entry": view(version=3)})
    assert (mirror.synced, mirror.position) == (False, Resume("E", 5))
    last = [{"type": "gone", "n": 9, "entry": "e1", "reason": "left"}, {"type": "position", "n": 9}]
    assert Synced(9) in receive(mirror, *last)
    assert (mirror.synced, mirror.position) == (True, Resume("E", 9))


def test_a_drop_within_the_snapshot_leaves_the_old_position(mirror: Mirror) -> None:
    mirror.disconnected()
    mirror.connected()
    receive(mirror, welcome(n=9))
    receive(mirror, snapshot(view("e2"), n=9, page=1, pages=2))
    mirror.disconnected()
    mirror.connected()
    assert sent(mirror)[-1]["position"] == {"epoch": "E", "n": 5}
    assert list(mirror.entries) == ["e1"]


def test_diff_sets_and_unsets(mirror: Mirror) -> None:
    receive(mirror, {"type": "entry", "n": 6, "entry": view(locked={"by": ["mei"]})})
    message = {**diff(1, 2, n=7, name="Free"), "unset": ["locked"]}
    events = receive(mirror, message)
    assert mirror.entries["e1"] == view(version=2, name="Free")
    assert events == [
        Changed("e1", view(version=2, name="Free"), ("name", "locked"), "omar", "choose")
    ]


def test_an_old_diff_is_left_out(mirror: Mirror) -> None:
    assert receive(mirror, diff(0, 1, name="Old")) == []
    assert mirror.entries["e1"] == view()
    assert sent(mirror) == []


def test_a_gap_asks_for_the_entry_once_and_takes_the_answer(mirror: Mirror) -> None:
    assert receive(mirror, diff(2, 3, name="Claimed")) == []
    assert receive(mirror, diff(3, 4, name="Done")) == []
    asked = sent(mirror)
    assert [message["type"] for message in asked] == ["get"]
    whole = view(version=4, name="Done")
    reply = {"type": "reply", "id": asked[0]["id"], "result": {"entry": whole}}
    assert receive(mirror, reply) == [Arrived("e1", whole)]
    assert receive(mirror, diff(4, 5, name="Again"))
    assert len(mirror.pending) == 0


def test_a_gap_is_asked_for_again_on_the_next_connection(mirror: Mirror) -> None:
    receive(mirror, diff(2, 3))
    first = sent(mirror)
    mirror.disconnected()
    mirror.connected()
    sent(mirror)
    receive(mirror, welcome(resumed=True))
    assert sent(mirror) == first


def test_a_gap_that_is_gone_leaves(mirror: Mirror) -> None:
    receive(mirror, diff(2, 3))
    [asked] = sent(mirror)
    refusal = {"type": "refusal", "id": asked["id"], "code": "not_found", "class": "fix"}
    assert receive(mirror, refusal) == [Left("e1", "not_found")]
    assert mirror.entries == {}


def test_a_gap_refused_for_now_is_asked_for_with_the_next_heartbeat(mirror: Mirror) -> None:
    receive(mirror, diff(2, 3))
    [asked] = sent(mirror)
    receive(mirror, {"type": "refusal", "id": asked["id"], "code": "busy", "class": "wait"})
    assert sent(mirror) == []
    receive(mirror, {"type": "position", "n": 9})
    assert [message["entry"] for message in sent(mirror)] == ["e1"]


def test_gone_takes_the_entry_away_once(mirror: Mirror) -> None:
    gone = {"type": "gone", "n": 6, "entry": "e1", "reason": "retired"}
    assert receive(mirror, gone) == [Left("e1", "retired")]
    assert receive(mirror, gone) == []


def test_chat_is_kept_by_its_number(mirror: Mirror) -> None:
    message = {"type": "chat", "n": 6, "entry": "e1", "m": 1, "from": "omar", "body": "Hi"}
    assert receive(mirror, message) == [Said("e1", message)]
    receive(mirror, message)
    assert mirror.conversations.messages == {"e1": {1: message}}


def test_what_was_seen_of_a_visit_stays_seen_whatever_was_read_before_the_mark() -> None:
    inbox = Inbox()
    for visit, seen, shown in ((2, True, True), (2, False, True), (3, False, False)):
        inbox.mended("e1", {"id": "e1", "version": visit, "visit": visit, "seen": seen})
        assert inbox.entries["e1"]["seen"] is shown


def test_seen_by_oneself_is_kept_and_by_others_is_not(mirror: Mirror) -> None:
    receive(mirror, {"type": "read", "user": "omar", "entry": "e1", "seen": True})
    assert "seen" not in mirror.entries["e1"]
    receive(mirror, {"type": "read", "user": "mei", "entry": "e1", "seen": True})
    assert mirror.entries["e1"]["seen"] is True


def test_a_command_given_without_a_connection_waits_for_the_welcome(mirror: Mirror) -> None:
    mirror.disconnected()
    mirror.give(choose(ID))
    mirror.connected()
    assert [message["type"] for message in sent(mirror)] == ["hello"]
    receive(mirror, welcome(resumed=True))
    assert [message["id"] for message in sent(mirror)] == [ID]


def test_an_unanswered_command_is_sent_again_with_its_id_until_answered(mirror: Mirror) -> None:
    mirror.give(choose(ID))
    first = sent(mirror)
    mirror.disconnected()
    mirror.connected()
    sent(mirror)
    receive(mirror, welcome(resumed=True))
    assert sent(mirror) == first
    answer = {"type": "reply", "id": ID, "n": 7, "result": {"version": 2}}
    assert receive(mirror, answer) == [Answered(ID, {"version": 2}, 7)]
    assert len(mirror.pending) == 0


def test_a_refusal_ends_the_wait(mirror: Mirror) -> None:
    mirror.give(choose(ID))
    refusal = {"type": "refusal", "id": ID, "code": "stale", "class": "fix", "message": "Moved."}
    assert receive(mirror, refusal) == [Declined(ID, refusal)]
    assert len(mirror.pending) == 0


def test_msgpack_goes_both_ways() -> None:
    mirror = Mirror("token", lambda: ID, binary=True)
    mirror.connected()
    assert msgspec.msgpack.decode(mirror.outgoing[0])["type"] == "hello"
    mirror.receive(msgspec.msgpack.encode([welcome(), snapshot(view())]))
    assert list(mirror.entries) == ["e1"]
