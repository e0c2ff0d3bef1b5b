"""Merging by property: a client that is told the merged changes holds what one told each of them
holds, at the same position, wherever its reader fell behind."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lockstep_client.core import Mirror
from lockstep_protocol.codec import JSON
from lockstep_protocol.entry import (
    ChatSummary,
    ChatView,
    EntryView,
    Person,
    Profile,
    Recipients,
    RoomView,
)
from lockstep_protocol.limits import Limits
from lockstep_protocol.pushes import (
    Diff,
    EntryPush,
    Gone,
    PositionPush,
    ReadPush,
    Reply,
    RoomPush,
    ServerInfo,
    ServerMessage,
    Snapshot,
    TypingPush,
    Welcome,
    chat_push,
)
from lockstep_server.hub.frame import Frame
from lockstep_server.session.merging import merged
from lockstep_server.session.outbox import Outbox

ENTRIES = ("a", "b", "c")
ROOM = "r"


def new_view(id: str, version: int, title: str) -> EntryView:
    return EntryView(
        id=id,
        version=version,
        workflow="w",
        workflow_version=1,
        title=title,
        step="s",
        visit=1,
        name="S",
        paths=(),
        status="active",
        source="u",
        sink=None,
        data={},
        recipients=Recipients(count=1, ids=("me",)),
        chat=ChatSummary(count=0),
        seen=False,
        created_at="t",
        updated_at="t",
    )


class House:
    """A server's side in small: what it holds, and the frames that it tells one client."""

    def __init__(self) -> None:
        self.n = 10
        self.views: dict[str, EntryView] = {id: new_view(id, 3, "old") for id in ENTRIES[:2]}
        self.room: RoomView | None = None
        self.said = dict.fromkeys((*ENTRIES, ROOM), 0)
        self.left: set[str] = set()

    def frames(self, op: str, id: str, number: int) -> list[Frame]:
        """What happens next, as the frames that tell of it."""
        make: dict[str, Callable[[str, int], list[ServerMessage]]] = {
            "move": self._move,
            "leave": self._leave,
            "say": self._say,
            "seen": self._seen,
            "room": self._room,
            "position": lambda id, number: [PositionPush(n=self.n)],
            "typing": lambda id, number: [TypingPush(user="u", entry=id)],
            "done": lambda id, number: [Reply(id=f"x{number}", n=self.n, result={})],
            "get": self._get,
            "both": lambda id, number: [*self._move(id, number, self.n + 1), *self._say(id, 0)],
        }
        messages = make[op](id, number)
        return [Frame(tuple(messages))] if messages else []

    def _move(self, id: str, number: int, n: int | None = None) -> list[ServerMessage]:
        n = self.n = n or self.n + 1
        before = self.views.get(id)
        people = (Person(id=f"p{number}", name=f"P{n}"),)
        if before is None or number == 7:
            self.views[id] = new_view(id, 1 if before is None else before.version + 1, f"{n}")
            return [EntryPush(n=n, entry=self.views[id], people=people)]
        visits = number % 2 == 0
        after = msgspec.structs.replace(
            before,
            version=before.version + 1,
            description=None if number % 3 == 0 else f"{n}",
            visit=before.visit + visits,
            seen=before.seen and not visits,
        )
        self.views[id] = after
        change: dict[str, Any] = {"visit": after.visit, "seen": False} if visits else {}
        unset: tuple[str, ...] = ()
        if after.description is not None:
            change["description"] = after.description
        elif before.description is not None:
            unset = ("description",)
        return [
            Diff(
                n=n,
                entry=id,
                base=before.version,
                version=after.version,
                set=change,
                unset=unset,
                by=f"p{number}",
                cause="choose",
                people=people,
            )
        ]

    def _leave(self, id: str, number: int) -> list[ServerMessage]:
        if self.views.pop(id, None) is None:
            return []
        self.n += 1
        self.left.add(id)
        return [Gone(n=self.n, entry=id, reason="retired")]

    def _say(self, id: str, number: int) -> list[ServerMessage]:
        place = ROOM if number % 4 == 3 else id
        if number:
            self.n += 1
        self.said[place] += 1
        body = ChatView(m=self.said[place], from_="u", at="t", body=f"{self.n}", schema="text")
        if place != ROOM:
            return [chat_push(self.n, body, entry=place)]
        if self.room is not None:
            self.room = msgspec.structs.replace(
                self.room, chat=ChatSummary(count=self.said[ROOM], last=body)
            )
        return [chat_push(self.n, body, room=ROOM)]

    def _seen(self, id: str, number: int) -> list[ServerMessage]:
        if id not in self.views or number % 3 == 0:
            return [ReadPush(user=f"u{number % 2}", entry=id, m=number)]
        self.views[id] = msgspec.structs.replace(self.views[id], seen=True)
        return [ReadPush(user="me", entry=id, seen=True)]

    def _room(self, id: str, number: int) -> list[ServerMessage]:
        self.n += 1
        members = Recipients(count=number, ids=("me",))
        chat = self.room.chat if self.room else ChatSummary(count=self.said[ROOM])
        self.room = RoomView(id=ROOM, title="R", members=members, chat=chat)
        return [RoomPush(n=self.n, room=self.room)]

    def _get(self, id: str, number: int) -> list[ServerMessage]:
        view = self.views.get("a")
        if view is None:
            return []
        return [Reply(id="get-1", result={"entry": view})]


def client(house: House, behind: bool) -> Mirror:
    """A client that has the inbox; ``behind``: it has missed a change of "a", and has asked."""
    mirror = Mirror("t", lambda: "get-1")
    mirror.connected()
    welcome = Welcome(
        session="s",
        user=Profile(id="me", name="Me"),
        epoch="e",
        n=house.n,
        resumed=False,
        time="2026-01-31T09:00:00.000Z",
        heartbeat=20,
        limits=Limits(),
        server=ServerInfo(name="x", version="0"),
    )
    entries = [house.views["a"], house.views["b"]]
    if behind:
        entries[0] = msgspec.structs.replace(entries[0], version=1, title="older")
    page = Snapshot(n=house.n, page=1, pages=1, entries=tuple(entries), rooms=(), people=())
    for message in (welcome, page):
        mirror.receive(Frame((message,)).payload(JSON))
    if behind:
        gap = Diff(n=10, entry="a", base=2, version=3, set={}, unset=(), by="u", cause="c")
        mirror.receive(Frame((gap,)).payload(JSON))
        assert "get-1" in mirror.pending
    return mirror


OPS = ("move", "move", "move", "leave", "say", "seen", "seen", "room", "position", "typing", "done")
STEPS = st.tuples(
    st.sampled_from((*OPS, "get", "both", "read")), st.sampled_from(ENTRIES), st.integers(1, 9)
)


@given(st.lists(STEPS, max_size=60), st.integers(2, 12), st.booleans())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_told_merged_or_one_by_one_a_client_holds_the_same(
    steps: list[tuple[str, str, int]], bound: int, behind: bool
) -> None:
    house = House()
    each, slow = client(house, behind), client(house, behind)
    merges = []

    def make(messages: tuple[ServerMessage, ...]) -> Frame:
        numbers = [m.n for m in messages if hasattr(m, "n") and m.n is not None]
        assert numbers == sorted(numbers)
        merges.append(messages)
        return Frame(messages)

    # It may overflow by what cannot be merged: then what waits is read, as if in the last moment.
    box = Outbox[Frame](JSON, bound, 10**9, make)
    for op, id, number in steps:
        if op == "read":
            for _ in range(number):
                if (frame := box.take()) is not None:
                    slow.receive(frame.payload(JSON))
            continue
        for frame in house.frames(op, id, number):
            each.receive(frame.payload(JSON))
            while not box.put(frame):
                first = box.take()
                assert first is not None
                slow.receive(first.payload(JSON))
    while (frame := box.take()) is not None:
        slow.receive(frame.payload(JSON))
    if len(slow.pending) or len(each.pending):
        # What a client waits to get whole is not yet what it holds.
        for mirror in (slow, each):
            mirror.entries.pop("a", None)
    assert slow.entries == each.entries
    assert (slow.rooms, slow.position) == (each.rooms, each.position)
    # Whom only an entry named that has left needs no name any more.
    assert house.left or slow.people == each.people
    for place, messages in each.conversations.messages.items():
        kept = slow.conversations.messages.get(place, {})
        # Of an entry that left and came again, more is known than who saw it leave has kept.
        assert kept == messages or (place in house.left and kept == messages | kept)
    if not behind:
        wanted = {
            id: msgspec.json.decode(msgspec.json.encode(view)) for id, view in house.views.items()
        }
        assert slow.entries == wanted


def test_what_is_left_is_one_message_of_an_entry_a_room_and_a_mark_each() -> None:
    house = House()
    steps = [
        *(("move", "a", 1), ("say", "a", 1), ("seen", "a", 3)),
        *(("move", "b", 2), ("seen", "b", 3), ("seen", "b", 6), ("seen", "b", 1), ("move", "b", 1)),
        *(("room", "a", 1), ("room", "a", 2), ("leave", "a", 1), ("say", "a", 1)),
    ]
    told = [m for step in steps for frame in house.frames(*step) for m in frame.messages]
    assert [type(message).__name__ for message in merged(told)] == [
        *("ReadPush", "ReadPush", "Diff", "RoomPush", "Gone", "Chat"),
    ]
