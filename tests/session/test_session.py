"""The session by example: what came, and what is to be done about it."""

import json
from typing import Any

import msgspec
import pytest

from lockstep_protocol import closes
from lockstep_protocol.codec import JSON, MSGPACK
from lockstep_protocol.commands import Get, Read
from lockstep_protocol.entry import Profile
from lockstep_protocol.pushes import PositionPush, Reply, ServerInfo, ServerMessage
from lockstep_protocol.refusals import Refusal, refusal
from lockstep_server.session.bucket import Bucket
from lockstep_server.session.catching_up import Part
from lockstep_server.session.doing import (
    CatchUp,
    Close,
    Do,
    Execute,
    Forward,
    Signal,
    SignIn,
    Write,
)
from lockstep_server.session.lane import NEVER
from lockstep_server.session.rules import MESSAGES_A_FRAME, REFUSED_IN_A_ROW, Rules
from lockstep_server.session.session import Session
from lockstep_server.session.timing import State

RULES = Rules(server=ServerInfo(name="lockstep", version="0"), epoch="e1")
OMAR = Profile(id="omar", name="Omar")
HELLO = '{"type":"hello","token":"t"}'
PING = '{"type":"ping"}'


class Frame:
    messages: tuple[ServerMessage, ...] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def payload(self, subprotocol: str) -> bytes:
        return self.name.encode()


def opened(reached: int = 10, subprotocol: str = JSON, rules: Rules = RULES) -> Session:
    return Session("s1", subprotocol, rules, lambda: reached, 100.0)


def syncing(hello: str = HELLO, reached: int = 10, expires: float | None = None) -> Session:
    session = opened(reached)
    session.receive(hello, 100.0)
    session.signed_in(OMAR, expires, Bucket(20, 40, 100.0), 100.0)
    return session


def live(n: int = 10, expires: float | None = None) -> Session:
    session = syncing(expires=expires)
    brought(session, n)
    return session


def brought(session: Session, n: int, **more: Any) -> list[Do]:
    """What a session does when its inbox, in one part, is read as of ``n``."""
    todo = session.found(n, 100.0)
    todo += session.part(Part(n=n, **more), 100.0)
    return todo + session.caught_up(100.0)


def get(number: int = 0, **members: Any) -> str:
    id = f"0190a6c2-0000-7000-8000-{number:012x}"
    return json.dumps({"type": "get", "id": id, "entry": "e"} | members)


def written(todo: list[Do]) -> list[ServerMessage]:
    return [message for do in todo if isinstance(do, Write) for message in do.messages]


def only(todo: list[Do]) -> ServerMessage:
    (message,) = written(todo)
    return message


def refused(todo: list[Do]) -> Refusal:
    message = only(todo)
    assert isinstance(message, Refusal)
    return message


# hello


def test_hello_asks_who_it_is() -> None:
    session = opened()
    assert session.receive(HELLO, 101.0) == [SignIn("t")]
    assert session.state is State.SIGNING_IN


def test_hello_may_come_as_message_pack() -> None:
    session = opened(subprotocol=MSGPACK)
    assert session.receive(msgspec.msgpack.encode({"type": "hello"}), 101.0) == [SignIn(None)]


@pytest.mark.parametrize(
    "first",
    [
        "no json",
        "[]",
        "3",
        "null",
        PING,
        get(),
        '{"type":"hello","tokn":"t"}',
        '{"type":"hullo"}',
        "[" * 100_000,
        '{"type":"hello","token":"' + "x" * 8200 + '"}',
    ],
)
def test_a_wrong_first_frame_is_refused_and_ends_it(first: str) -> None:
    session = opened()
    todo = session.receive(first, 101.0)
    code = "too_large" if len(first) > 8192 else "invalid"
    assert refused(todo).code == code
    assert todo[-1] == Close(closes.VIOLATION)
    assert session.receive(HELLO, 101.0) == []


def test_without_hello_it_ends_after_five_seconds() -> None:
    session = opened()
    assert session.deadline() == 105.0
    assert session.tick(104.9) == []
    assert session.tick(105.0) == [Close(closes.SILENT)]
    assert session.deadline() is None


def test_a_bad_token_is_refused_and_ends_it() -> None:
    session = opened()
    session.receive(HELLO, 100.0)
    todo = session.sign_in_refused(refusal("unauthorized"), 100.0)
    assert refused(todo).code == "unauthorized"
    assert todo[-1] == Close(closes.UNAUTHORIZED)


def test_a_second_hello_is_a_violation() -> None:
    assert refused(live().receive(HELLO, 100.0)).details == {"pointer": "/type"}


# catching up


def test_without_position_the_whole_inbox_is_asked_for() -> None:
    session = opened()
    session.receive(HELLO, 100.0)
    assert session.signed_in(OMAR, None, Bucket(20, 40, 100.0), 100.0) == [CatchUp(None)]


@pytest.mark.parametrize(
    ("epoch", "n", "since"),
    [("e1", 7, 7), ("e1", 10, 10), ("e1", 11, None), ("other", 7, None)],
)
def test_a_position_resumes_only_within_its_epoch_and_past(
    epoch: str, n: int, since: int | None
) -> None:
    session = opened(reached=10)
    session.receive(json.dumps({"type": "hello", "position": {"epoch": epoch, "n": n}}), 100.0)
    todo = session.signed_in(OMAR, None, Bucket(20, 40, 100.0), 100.0)
    assert todo == [CatchUp(since)]


def test_welcome_then_snapshot_then_live() -> None:
    session = syncing()
    welcome, page = written(brought(session, 12))
    assert (welcome.resumed, welcome.n, welcome.session) == (False, 12, "s1")  # type: ignore[union-attr]
    assert (page.n, page.page, page.pages) == (12, 1, 1)  # type: ignore[union-attr]
    assert session.state is State.LIVE


def test_resuming_says_what_left_and_ends_at_the_new_position() -> None:
    session = syncing('{"type":"hello","position":{"epoch":"e1","n":7}}')
    welcome, gone, position = written(brought(session, 12, left=["x"]))
    assert (welcome.resumed, welcome.n) == (True, 7)  # type: ignore[union-attr]
    assert (gone.entry, gone.n) == ("x", 12)  # type: ignore[union-attr]
    assert position == PositionPush(n=12)


def test_pushes_wait_for_the_snapshot_and_are_dropped_when_it_shows_them() -> None:
    session = syncing()
    eleven, twelve, thirteen, typing = (Frame(name) for name in ("11", "12", "13", "typing"))
    assert session.push(11, eleven, 100.0) == []
    assert session.push(12, twelve, 100.0) == []
    assert session.push(None, typing, 100.0) == []
    assert session.push(13, thirteen, 100.0) == []
    todo = brought(session, 12)
    assert [do for do in todo if isinstance(do, Forward)] == [
        Forward(thirteen),
        Forward(typing),
    ]


def test_its_lane_says_what_was_told_and_when_as_long_as_the_session_is_live() -> None:
    assert syncing().lane.n == NEVER
    session = live(n=10)
    assert session.lane.n == 10
    assert session.push(11, Frame("11"), 105.0) != []
    assert (session.lane.n, session.lane.sent) == (11, 105.0)
    session.lane.n, session.lane.sent = 14, 110.0
    assert session.push(14, Frame("14"), 120.0) == []
    assert session.deadline() == 110.0 + RULES.heartbeat
    assert session.push(15, Frame("15"), 120.0) != []
    session.lost()
    assert session.lane.n == NEVER


def test_a_change_is_never_told_twice() -> None:
    session = live(n=10)
    frame = Frame("11")
    assert session.push(10, frame, 100.0) == []
    assert session.push(11, frame, 100.0) == [Forward(frame)]
    assert session.push(11, frame, 100.0) == []
    assert session.push(None, frame, 100.0) == [Forward(frame)]


def test_messages_sent_with_hello_are_heard_after_the_welcome() -> None:
    session = opened()
    assert session.receive(f"[{HELLO},{get()},{PING}]", 100.0) == [SignIn("t")]
    session.signed_in(OMAR, None, Bucket(20, 40, 100.0), 100.0)
    *_, execute, pong = brought(session, 10)
    assert isinstance(execute, Execute)
    assert isinstance(pong, Write)


# commands


def test_a_command_is_executed_and_its_answer_written() -> None:
    session = live()
    (do,) = session.receive(get(1), 100.0)
    assert isinstance(do, Execute)
    assert isinstance(do.command, Get)
    assert session.in_flight == 1
    reply = Reply(id=do.command.id, result={})
    assert session.answered(reply, 100.0) == [Write((reply,))]
    assert session.in_flight == 0


def test_signals_are_passed_on() -> None:
    assert live().receive('{"type":"read","entry":"e","seen":true}', 100.0) == [
        Signal(Read(entry="e", seen=True))
    ]


def test_ping_is_answered_with_the_position() -> None:
    assert only(live().receive(PING, 100.0)).n == 10  # type: ignore[union-attr]


def test_the_33rd_command_in_flight_is_refused_as_busy() -> None:
    session = live()
    for number in range(32):
        assert isinstance(session.receive(get(number), 100.0)[0], Execute)
    answer = refused(session.receive(get(32), 100.0))
    assert (answer.code, answer.id) == ("busy", json.loads(get(32))["id"])
    session.answered(Reply(id="x", result={}), 100.0)
    assert isinstance(session.receive(get(33), 100.0)[0], Execute)


def test_the_bucket_is_shared_by_the_users_sessions_and_refills() -> None:
    bucket = Bucket(20, 40, 100.0)
    sessions = []
    for _ in range(2):
        session = opened()
        session.receive(HELLO, 100.0)
        session.signed_in(OMAR, None, bucket, 100.0)
        brought(session, 10)
        sessions.append(session)
    for number in range(40):
        session = sessions[number % 2]
        assert isinstance(session.receive(get(number), 100.0)[0], Execute)
        session.answered(Reply(id="x", result={}), 100.0)
    answer = refused(sessions[0].receive(get(40), 100.0))
    assert answer.code == "rate_limited"
    assert answer.details is not None
    assert 0 < answer.details["after_ms"] <= 51
    later = 100.0 + answer.details["after_ms"] / 1000
    assert isinstance(sessions[1].receive(get(41), later)[0], Execute)


def test_whoever_never_slows_down_is_sent_away() -> None:
    session = live()
    for number in range(40):
        session.receive(get(number), 100.0)
        if session.in_flight:
            session.answered(Reply(id="x", result={}), 100.0)
    for number in range(REFUSED_IN_A_ROW):
        assert refused(session.receive(get(number), 100.0)).code == "rate_limited"
    assert session.receive(get(1), 100.0)[-1] == Close(closes.TRY_LATER)


@pytest.mark.parametrize(
    ("frame", "pointer"),
    [
        ("{", ""),
        ('{"type":"gett"}', "/type"),
        (get(entry=3), "/entry"),
        (get(more=1), "/more"),
        ("[" + ",".join([PING] * (MESSAGES_A_FRAME + 1)) + "]", ""),
    ],
)
def test_nonsense_is_refused_with_the_place_and_the_session_goes_on(
    frame: str, pointer: str
) -> None:
    session = live()
    answer = refused(session.receive(frame, 100.0))
    assert (answer.code, answer.details) == ("invalid", {"pointer": pointer})
    if '"id"' in frame:
        assert answer.id == json.loads(get())["id"]
    assert isinstance(session.receive(get(), 100.0)[0], Execute)


def test_a_frame_over_the_limit_is_too_large() -> None:
    session = live()
    fits = '{"type":"ping"}' + " " * (64 * 1024 - 15)
    assert only(session.receive(fits, 100.0)).n == 10  # type: ignore[union-attr]
    assert refused(session.receive(fits + " ", 100.0)).code == "too_large"


def test_more_than_twenty_violations_end_it() -> None:
    session = live()
    for _ in range(20):
        assert session.receive("{", 100.0)[-1] != Close(closes.VIOLATION)
    todo = session.receive("{", 100.0)
    assert refused(todo).code == "invalid"
    assert todo[-1] == Close(closes.VIOLATION)
