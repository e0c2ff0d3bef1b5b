"""Who is told, and how often a message is made and encoded for it."""

from collections.abc import Iterable, KeysView
from contextlib import suppress

import msgspec
import pytest
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.streams import StreamReader

from lockstep_protocol.codec import JSON, MSGPACK, Subprotocol
from lockstep_protocol.pushes import Gone, ServerMessage, TypingPush
from lockstep_server.hub.frame import Burst, Frame
from lockstep_server.hub.hub import Hub


class Listener:
    def __init__(self, user: str) -> None:
        self.user = user
        self.heard: list[tuple[int | None, Frame]] = []
        self.bursts: list[Burst] = []

    def push(self, n: int | None, frame: Frame) -> None:
        self.heard.append((n, frame))

    def hear(self, burst: Burst) -> None:
        self.heard += burst.told
        self.bursts.append(burst)


class Letter:
    def __init__(self, entry: str, *users: str) -> None:
        self.entry = entry
        self.users = set(users)
        self.made = 0
        self.asked = 0
        self.key: object = None

    def among(self, connected: KeysView[str]) -> Iterable[str]:
        self.asked += 1
        return self.users & connected

    def message(self, n: int) -> ServerMessage:
        self.made += 1
        return Gone(n=n, entry=self.entry, reason="retired")


def test_a_message_is_made_once_and_shared_by_all_who_get_the_same() -> None:
    hub = Hub()
    listeners = [Listener(f"u{number}") for number in range(50)]
    for listener in listeners:
        hub.join(listener)
    letter = Letter("e", *(listener.user for listener in listeners))
    hub.publish(7, [letter])
    frames = {id(frame) for listener in listeners for _, frame in listener.heard}
    assert len(frames) == 1
    assert letter.made == 1
    assert [len(listener.heard) for listener in listeners] == [1] * 50


def test_changes_of_one_commit_are_put_together_once_for_all_who_get_the_same() -> None:
    hub = Hub()
    ann, bob, cid = listeners = [Listener("ann"), Listener("bob"), Listener("cid")]
    for listener in listeners:
        hub.join(listener)
    with hub.together():
        hub.publish(1, [Letter("a", "ann", "bob", "cid")])
        hub.publish(2, [Letter("b", "ann", "bob")])
        hub.publish(3, [Letter("c", "nobody")])
        hub.publish(4, [Letter("d", "ann", "bob")])
        assert not ann.bursts
    assert [len(listener.bursts) for listener in listeners] == [1, 1, 1]
    assert ann.bursts == bob.bursts
    assert [n for n, _ in ann.heard] == [1, 2, 4]
    assert (ann.bursts[0].first, ann.bursts[0].last) == (1, 4)
    assert ann.bursts[0].wire(JSON) == b"".join(frame.wire(JSON) for _, frame in ann.bursts[0].told)
    assert ann.bursts[0].wire(JSON) is bob.bursts[0].wire(JSON)
    assert [n for n, _ in cid.heard] == [1]


def test_what_went_wrong_inside_a_commit_does_not_keep_the_rest_back() -> None:
    hub, ann = Hub(), Listener("ann")
    hub.join(ann)
    with suppress(ValueError), hub.together():
        hub.publish(1, [Letter("a", "ann")])
        raise ValueError("wrong")
    hub.publish(2, [Letter("b", "ann")])
    assert [n for n, _ in ann.heard] == [1, 2]


def test_who_is_meant_by_a_key_is_found_anew_when_somebody_came_or_went() -> None:
    hub = Hub()
    ann, bob, again = Listener("ann"), Listener("bob"), Listener("ann")
    letter = Letter("a", "ann", "bob")
    letter.key = ("crowd", 1)

    def told(n: int) -> list[list[int | None]]:
        hub.publish(n, [letter])
        return [[n for n, _ in listener.heard] for listener in (ann, bob, again)]

    assert told(1) == [[], [], []]
    hub.join(ann)
    assert told(2) == [[2], [], []]
    asked = letter.asked
    assert told(3) == [[2, 3], [], []]
    assert letter.asked == asked, "nobody came or went"
    hub.join(bob)
    hub.join(again)
    assert [heard[-1:] for heard in told(6)] == [[6], [6], [6]]
    hub.leave(ann)
    assert [heard[-1:] for heard in told(7)] == [[6], [7], [7]]


def test_all_that_a_change_tells_a_session_is_one_frame() -> None:
    hub = Hub()
    both, one = Listener("ann"), Listener("bob")
    hub.join(both)
    hub.join(one)
    hub.publish(3, [Letter("a", "ann", "bob"), Letter("b", "ann")])
    assert [[m.entry for m in f.messages if isinstance(m, Gone)] for _, f in both.heard] == [
        ["a", "b"]
    ]
    assert [[m.entry for m in f.messages if isinstance(m, Gone)] for _, f in one.heard] == [["a"]]


def test_nothing_is_made_for_those_who_are_not_there() -> None:
    hub = Hub()
    letter = Letter("e", "ann")
    hub.publish(1, [letter])
    assert letter.made == 0


def test_every_session_of_a_user_is_told_until_it_leaves() -> None:
    hub = Hub()
    first, second = Listener("ann"), Listener("ann")
    hub.join(first)
    hub.join(second)
    assert hub.sessions("ann") == 2
    hub.leave(first)
    hub.leave(first)
    hub.tell(["ann", "nobody"], TypingPush(user="bob", entry="e"))
    assert (len(first.heard), len(second.heard)) == (0, 1)
    assert second.heard[0][0] is None
    hub.leave(second)
    assert hub.sessions("ann") == 0
    assert not hub.connected


def test_a_frame_is_encoded_once_for_each_subprotocol() -> None:
    frame = Frame((Gone(n=1, entry="e", reason="x"),))
    assert frame.payload(JSON) is frame.payload(JSON)
    assert frame.text(JSON) is frame.text(JSON)
    assert msgspec.msgpack.decode(frame.payload(MSGPACK)) == msgspec.json.decode(frame.text(JSON))


@pytest.mark.parametrize("length", [1, 125, 126, 65_535, 65_536, 200_000])
@pytest.mark.parametrize("subprotocol", [JSON, MSGPACK])
def test_ready_bytes_are_what_a_websocket_library_reads(
    length: int, subprotocol: Subprotocol
) -> None:
    frame = Frame((Gone(n=1, entry="e", reason="x" * length),))
    reader = StreamReader()
    reader.feed_data(frame.wire(subprotocol))
    parsing = WebSocketFrame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    read = done.value.value
    assert read.fin
    assert read.opcode is (Opcode.TEXT if subprotocol == JSON else Opcode.BINARY)
    assert read.data == frame.payload(subprotocol)
    assert frame.wire(subprotocol) is frame.wire(subprotocol)


def test_a_watcher_hears_of_the_first_session_and_of_the_last_one() -> None:
    hub = Hub()
    seen: list[tuple[str, int]] = []
    hub.watchers.append(lambda user: seen.append((user, hub.sessions(user))))
    one, two = Listener("ann"), Listener("ann")
    for change in (hub.join, hub.leave):
        change(one)
        change(two)
    hub.leave(two)
    assert seen == [("ann", 1), ("ann", 0)]
