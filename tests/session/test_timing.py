"""What a session does because time passes, and how it ends."""

from lockstep_protocol import closes
from lockstep_protocol.entry import Profile
from lockstep_protocol.pushes import PositionPush, Reply
from lockstep_protocol.refusals import refusal
from lockstep_server.session.bucket import Bucket
from lockstep_server.session.doing import Close, Digest, Forward, SignIn, Write
from lockstep_server.session.timing import State

from .test_session import OMAR, RULES, Frame, brought, get, live, only, refused, syncing


def test_a_heartbeat_says_the_position_when_nothing_else_was_said() -> None:
    session = live()
    beat = RULES.heartbeat
    assert session.deadline() == 100.0 + beat
    session.push(11, Frame("11"), 110.0)
    assert session.tick(100.0 + beat) == []
    assert session.tick(110.0 + beat) == [Write((PositionPush(n=10),))]
    assert session.deadline() == 110.0 + 2 * beat


def test_an_expiring_token_is_told_once_and_then_ends_it() -> None:
    session = live(expires=1000.0)
    session.push(11, Frame("11"), 939.0)
    assert session.tick(939.0) == [Digest()]
    assert session.deadline() == 940.0
    assert only(session.tick(940.0)).seconds == 60.0  # type: ignore[union-attr]
    assert session.tick(941.0) == []
    assert session.tick(1000.0) == [Close(closes.TOKEN_EXPIRED)]


def test_a_new_token_carries_it_on() -> None:
    session = live(expires=1000.0)
    session.tick(950.0)
    assert session.receive('{"type":"auth","token":"new"}', 960.0) == [SignIn("new")]
    assert session.signed_in(OMAR, 2000.0, Bucket(20, 40, 960.0), 960.0) == []
    assert Close(closes.TOKEN_EXPIRED) not in session.tick(1000.0)
    assert session.tick(2000.0)[-1] == Close(closes.TOKEN_EXPIRED)


def test_a_bad_new_token_leaves_the_old_one() -> None:
    session = live(expires=1000.0)
    session.receive('{"type":"auth","token":"new"}', 100.0)
    assert refused(session.sign_in_refused(refusal("unauthorized"), 100.0)).code == "unauthorized"
    assert session.state is State.LIVE


def test_a_new_token_of_somebody_else_ends_it() -> None:
    session = live()
    todo = session.signed_in(Profile(id="mei", name="Mei"), None, Bucket(1, 1, 0.0), 100.0)
    assert refused(todo).code == "unauthorized"
    assert todo[-1] == Close(closes.UNAUTHORIZED)


def test_a_token_about_to_expire_does_not_make_a_syncing_session_spin() -> None:
    session = syncing(expires=130.0)
    deadline = session.deadline()
    assert deadline is not None
    assert deadline > 100.0
    brought(session, 10)
    assert only(session.tick(100.0)).seconds == 30.0  # type: ignore[union-attr]


def test_after_the_end_nothing_is_done() -> None:
    session = live()
    session.receive(get(), 100.0)
    session.lost()
    assert session.receive(get(1), 100.0) == []
    assert session.push(11, Frame("x"), 100.0) == []
    assert session.answered(Reply(id="x", result={}), 100.0) == []
    assert session.tick(9999.0) == []
    assert session.go_away(closes.RESTARTING, 0, 100.0) == []


def test_a_session_that_leaves_answers_what_it_has_taken_and_takes_no_more() -> None:
    session = live()
    for number in (1, 2):
        session.receive(get(number), 100.0)
    assert only(session.go_away(closes.RESTARTING, 500, 100.0, finish=True)).after_ms == 500  # type: ignore[union-attr]
    assert refused(session.receive(get(3), 100.0)).code == "unavailable"
    frame = Frame("11")
    assert session.push(11, frame, 100.0) == [Forward(frame)]
    assert len(session.answered(Reply(id="x", result={}), 100.0)) == 1
    assert session.answered(Reply(id="y", result={}), 100.0)[1:] == [Close(closes.RESTARTING)]


def test_a_session_that_leaves_with_nothing_to_answer_is_closed_at_once() -> None:
    assert live().go_away(closes.RESTARTING, 0, 100.0, finish=True)[1:] == [
        Close(closes.RESTARTING)
    ]
