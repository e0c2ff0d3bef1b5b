"""Bringing a client up to date: in rounds until nothing is left out, then digests now and then."""

import json
from typing import Any
from zlib import crc32

import pytest
from msgspec.structs import replace

from lockstep_protocol.codec import JSON
from lockstep_protocol.entry import Profile
from lockstep_protocol.limits import DIGEST_SECONDS
from lockstep_protocol.pushes import PositionPush, ServerInfo, ServerMessage, Welcome
from lockstep_server.session.bucket import Bucket
from lockstep_server.session.catching_up import Part
from lockstep_server.session.doing import CatchUp, Digest, Do, Forward, Write
from lockstep_server.session.rules import DIGEST_AGAIN_SECONDS, HELD_SIGNALS, Rules
from lockstep_server.session.session import Session
from lockstep_server.session.timing import State

RULES = Rules(
    server=ServerInfo(name="lockstep", version="0"), epoch="e1", held_frames=3, held_bytes=100
)
NOW = 100.0
FIRST_DIGEST = NOW + DIGEST_SECONDS + crc32(b"s1") % DIGEST_SECONDS


class Frame:
    messages: tuple[ServerMessage, ...] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def payload(self, subprotocol: str) -> bytes:
        return self.name.encode()


class World:
    """A session, and how far the server has come."""

    def __init__(self, since: int | None = None, rules: Rules = RULES) -> None:
        self.reached = 10
        self.session = Session("s1", JSON, rules, lambda: self.reached, NOW)
        hello: dict[str, Any] = {"type": "hello"}
        if since is not None:
            hello["position"] = {"epoch": "e1", "n": since}
        self.session.receive(json.dumps(hello), NOW)
        omar = Profile(id="omar", name="Omar")
        self.asked = self.session.signed_in(omar, None, Bucket(20, 40, NOW), NOW)

    def push(self, n: int, size: int = 1) -> Frame:
        """Change ``n`` is told."""
        frame = Frame("x" * size)
        self.reached = n
        assert self.session.push(n, frame, NOW) == []
        return frame

    def bring(self, n: int) -> list[Do]:
        """The inbox is read as of ``n``, in two parts."""
        todo = self.session.found(n, NOW)
        for number in (1, 2):
            todo += self.session.part(Part(n=n, number=number, count=2), NOW)
        return todo


def written(todo: list[Do]) -> list[ServerMessage]:
    return [message for do in todo if isinstance(do, Write) for message in do.messages]


def test_a_part_is_a_frame_of_its_own_that_is_not_counted() -> None:
    welcome, *parts = World().bring(10)
    assert isinstance(welcome, Write)
    assert welcome.counted
    assert [part.counted for part in parts if isinstance(part, Write)] == [False, False]


def test_what_comes_between_the_parts_waits_behind_the_last_in_order() -> None:
    world = World()
    world.session.found(10, NOW)
    first = world.push(11)
    world.session.part(Part(n=10, count=2), NOW)
    second = world.push(12)
    world.session.part(Part(n=10, number=2, count=2), NOW)
    assert world.session.caught_up(NOW) == [Forward(first), Forward(second)]
    assert world.session.state is State.LIVE


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (60, 60)], ids=["frames", "bytes"])
@pytest.mark.parametrize("since", [None, 7])
def test_more_than_may_wait_is_read_once_more_from_where_the_client_is_then(
    sizes: tuple[int, ...], since: int | None
) -> None:
    world = World(since)
    assert world.asked == [CatchUp(since)]
    assert isinstance(written(world.bring(10))[0], Welcome)
    for number, size in enumerate(sizes):
        world.push(11 + number, size)
    assert world.session.caught_up(NOW) == [CatchUp(10, again=True)]
    later = world.push(30)
    assert written(world.bring(20)) == [PositionPush(n=20)], "no second welcome"
    assert world.session.caught_up(NOW) == [Forward(later)]
    assert world.session.state is State.LIVE


def test_every_round_moves_the_client_however_much_comes() -> None:
    world = World()
    world.bring(10)
    has = 10
    for _ in range(5):
        for _ in range(RULES.held_frames + 1):
            world.push(world.reached + 1)
        assert world.session.caught_up(NOW) == [CatchUp(has, again=True)]
        has = world.reached
        assert written(world.bring(has)) == [PositionPush(n=has)]


def test_marks_and_typing_wait_too_the_newest_of_them_and_behind_the_changes() -> None:
    world = World()
    signals = [Frame(f"{number}") for number in range(HELD_SIGNALS + 1)]
    for signal in signals:
        world.session.push(None, signal, NOW)
    change = world.push(11)
    world.bring(10)
    first, *rest = world.session.caught_up(NOW)
    assert first == Forward(change)
    assert rest == [Forward(signal) for signal in signals[1:]]


def live(n: int = 10) -> World:
    world = World()
    world.bring(n)
    world.session.caught_up(NOW)
    return world


def due(world: World, now: float) -> bool:
    """Whether a digest is asked for by now."""
    return Digest() in world.session.tick(now)


def test_a_digest_is_due_a_minute_after_and_each_session_has_its_own_second() -> None:
    world = live()
    assert not due(world, FIRST_DIGEST - 0.1)
    assert due(world, FIRST_DIGEST)
    assert not due(world, FIRST_DIGEST + 1), "one is under way"
    assert world.session.digested(10, "0badcafe", FIRST_DIGEST) == [
        Write((PositionPush(n=10, digest="0badcafe"),))
    ]
    assert not due(world, FIRST_DIGEST + DIGEST_SECONDS - 0.1)
    assert due(world, FIRST_DIGEST + DIGEST_SECONDS)


def test_the_session_wakes_for_its_digest() -> None:
    world = World(rules=replace(RULES, heartbeat=1000.0))
    world.bring(10)
    world.session.caught_up(NOW)
    assert world.session.deadline() == FIRST_DIGEST


@pytest.mark.parametrize(
    ("told", "reached", "read"),
    [(12, 12, 11), (10, 12, 13), (10, 12, None)],
    ids=["a later change was told", "not all up to it was told", "it could not be read"],
)
def test_a_digest_that_would_not_be_exact_is_tried_again_soon(
    told: int, reached: int, read: int | None
) -> None:
    world = live()
    world.session.push(told, Frame("x"), NOW)
    world.reached = reached
    assert due(world, FIRST_DIGEST)
    assert world.session.digested(read, "0badcafe", FIRST_DIGEST) == []
    assert not due(world, FIRST_DIGEST + DIGEST_AGAIN_SECONDS - 0.1)
    assert due(world, FIRST_DIGEST + DIGEST_AGAIN_SECONDS)


def test_changes_of_others_do_not_make_a_digest_inexact() -> None:
    world = live()
    world.session.push(11, Frame("x"), NOW)
    world.reached = 20
    assert due(world, FIRST_DIGEST)
    todo = world.session.digested(15, "0badcafe", FIRST_DIGEST)
    assert written(todo) == [PositionPush(n=15, digest="0badcafe")]
