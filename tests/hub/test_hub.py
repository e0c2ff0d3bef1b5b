"""Who is told, and how often a message is made and encoded for it."""

from collections.abc import Callable, Iterable, KeysView
from contextlib import suppress
from socket import SO_SNDBUF, SOL_SOCKET, socketpair

import msgspec
import pytest
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.streams import StreamReader

from lockstep_protocol.codec import JSON, MSGPACK, Subprotocol
from lockstep_protocol.pushes import Gone, ServerMessage, TypingPush
from lockstep_server.hub.frame import Frame
from lockstep_server.hub.hub import Hub
from lockstep_server.session.lane import Lane


class Listener:
    def __init__(self, user: str) -> None:
        self.user = user
        self.heard: list[tuple[int | None, Frame]] = []
        self.ours, self.theirs = socketpair()
        self.ours.setblocking(False)
        self.theirs.setblocking(False)
        self.lane = Lane(JSON, 0.0)
        self.rests: list[bytes] = []

    def open(self, n: int) -> None:
        """All up to ``n`` was told; what follows may be written at once."""
        self.lane.n, self.lane.fd = n, self.ours.fileno()

    def read(self) -> bytes:
        """What was written at once."""
        try:
            return self.theirs.recv(1 << 20)
        except BlockingIOError:
            return b""

    def push(self, n: int | None, frame: Frame) -> None:
        self.heard.append((n, frame))

    def rest(self, data: bytes) -> None:
        self.rests.append(data)

    def __del__(self) -> None:
        self.ours.close()
        self.theirs.close()


def wire(n: int, entry: str) -> bytes:
    return Frame((Gone(n=n, entry=entry, reason="retired"),)).wire(JSON)


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
    ann.open(0)
    bob.open(0)
    with hub.together():
        hub.publish(1, [Letter("a", "ann", "bob", "cid")])
        hub.publish(2, [Letter("b", "ann", "bob")])
        hub.publish(3, [Letter("c", "nobody")])
        hub.publish(4, [Letter("d", "ann", "bob")])
        assert not ann.read()
    assert ann.read() == bob.read() == wire(1, "a") + wire(2, "b") + wire(4, "d")
    assert not ann.heard
    assert [n for n, _ in cid.heard] == [1]
    assert not cid.read()


def test_who_was_written_to_at_once_has_been_told() -> None:
    hub, ann = Hub(clock=lambda: 50.0), Listener("ann")
    hub.join(ann)
    ann.open(3)
    hub.publish(4, [Letter("a", "ann")])
    assert (ann.lane.n, ann.lane.sent) == (4, 50.0)
    assert ann.read() == wire(4, "a")
    assert not ann.heard


def test_each_is_written_to_as_it_reads() -> None:
    hub, listeners = Hub(), [Listener("ann"), Listener("bob"), Listener("cid")]
    for listener in listeners:
        hub.join(listener)
        listener.open(0)
    listeners[1].lane.subprotocol = MSGPACK
    hub.publish(1, [Letter("a", "ann", "bob", "cid")])
    packed = Frame((Gone(n=1, entry="a", reason="retired"),)).wire(MSGPACK)
    assert [each.read() for each in listeners] == [wire(1, "a"), packed, wire(1, "a")]


def closing(ann: Listener) -> None:
    ann.lane.shut()
    ann.lane.fd = ann.ours.fileno()


def held(ann: Listener) -> None:
    ann.lane.held = b"first"


def told(ann: Listener) -> None:
    ann.lane.n = 1


def broken(ann: Listener) -> None:
    ann.theirs.close()


def full(ann: Listener) -> None:
    with suppress(BlockingIOError):
        while True:
            ann.ours.send(b"x" * 4096)


@pytest.mark.parametrize("state", [closing, held, told, broken, full])
def test_who_cannot_be_written_to_at_once_is_pushed_each_frame(
    state: Callable[[Listener], None],
) -> None:
    hub, ann = Hub(clock=lambda: 50.0), Listener("ann")
    hub.join(ann)
    ann.open(0)
    state(ann)
    before = ann.lane.n, ann.lane.sent
    with hub.together():
        hub.publish(1, [Letter("a", "ann")])
        hub.publish(2, [Letter("b", "ann")])
    assert [n for n, _ in ann.heard] == [1, 2]
    assert (ann.lane.n, ann.lane.sent) == before
    assert not ann.rests


def test_what_the_system_did_not_take_is_left_to_the_session() -> None:
    hub, ann = Hub(), Listener("ann")
    hub.join(ann)
    ann.open(0)
    ann.ours.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096)
    long = "a" * 60_000
    hub.publish(1, [Letter(long, "ann")])
    (rest,) = ann.rests
    assert ann.read() + rest == wire(1, long)
    assert ann.lane.n == 1
    assert not ann.heard


def test_what_is_long_waits_where_it_is_counted() -> None:
    hub, ann = Hub(), Listener("ann")
    hub.join(ann)
    ann.open(0)
    hub.publish(1, [Letter("a" * 70_000, "ann")])
    assert [n for n, _ in ann.heard] == [1]
    assert not ann.read()


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
