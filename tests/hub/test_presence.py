"""Who is told of whom, with time handed in."""

import weakref
from collections.abc import Callable

from lockstep_protocol.codec import JSON
from lockstep_protocol.pushes import Presence
from lockstep_server.hub.frame import Frame
from lockstep_server.hub.lookers import PRESENCE_CIRCLE
from lockstep_server.hub.presence import (
    PRESENCE_GATHER_SECONDS,
    PRESENCE_IDLE_SECONDS,
    PRESENCE_LINGER_SECONDS,
    Attendance,
)
from lockstep_server.session.lane import Lane

Told = tuple[str, str, str | None]


class Window:
    """A session that keeps what it is told of others, as a client does."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.lane = Lane(JSON, 0.0)
        self.frames: list[list[Told]] = []
        self.others: dict[str, tuple[str, str | None]] = {}

    def rest(self, data: bytes) -> None:
        raise AssertionError("nothing is written to it at once")

    def push(self, n: int | None, frame: Frame) -> None:
        assert n is None
        self.frames.append([])
        for message in frame.messages:
            assert isinstance(message, Presence)
            self.frames[-1].append((message.user, message.state, message.watching))
            self.others[message.user] = (message.state, message.watching)
            if message.state == "offline":
                del self.others[message.user]

    def of(self, user: str) -> tuple[str, str | None]:
        return self.others[user]


class Day:
    """Time that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.attendance = Attendance()

    def come(self, user: str, *contacts: str) -> Window:
        window = Window(user)
        self.attendance.came(window, self.now)
        self.attendance.met((user,), contacts, self.now)
        return window

    def go(self, window: Window) -> None:
        self.attendance.went(window, self.now)

    def watch(self, window: Window, entry: str | None, *members: str, away: bool = False) -> None:
        """``members`` none: they are too many."""
        few = frozenset(members) if members else None
        self.attendance.watch(window, entry, away, few, self.now)

    def after(self, seconds: float = PRESENCE_GATHER_SECONDS) -> None:
        """Do all that is due within ``seconds``, at its time."""
        end = self.now + seconds
        while True:
            due = self.attendance.deadline()
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            for sink, frame in self.attendance.tick(self.now):
                sink.push(None, frame)
        self.now = end


def test_who_comes_is_told_of_the_others_and_they_of_who_comes() -> None:
    day = Day()
    ann, zoe = day.come("ann", "bob"), day.come("zoe")
    day.after()
    bob = day.come("bob", "ann")
    day.after()
    assert ann.others == {"bob": ("online", None)}
    assert bob.others == {"ann": ("online", None)}
    assert zoe.frames == []


def test_a_reconnect_tells_nobody() -> None:
    day = Day()
    ann, bob = day.come("ann", "bob"), day.come("bob", "ann")
    day.watch(bob, "e", "ann", "bob")
    day.after()
    frames = len(ann.frames)
    day.go(bob)
    day.after(PRESENCE_LINGER_SECONDS - 1)
    again = day.come("bob")
    day.watch(again, "e", "ann", "bob")
    day.after(PRESENCE_LINGER_SECONDS * 2)
    assert len(ann.frames) == frames
    assert again.others == {"ann": ("online", None)}


def test_who_stays_away_is_offline_after_the_linger() -> None:
    day = Day()
    ann, bob = day.come("ann", "bob"), day.come("bob", "ann")
    day.after()
    day.go(bob)
    day.after(PRESENCE_LINGER_SECONDS - 0.1)
    assert "bob" in ann.others
    day.after(0.1 + PRESENCE_GATHER_SECONDS)
    assert ann.others == {}
    day.come("bob")
    day.after()
    assert "bob" in ann.others, "ann, who is still there, knows bob"


def test_away_is_when_all_sessions_are_idle_or_left_alone() -> None:
    day = Day()
    ann, bob = day.come("ann", "bob"), day.come("bob", "ann")
    other = day.come("bob")
    day.after(PRESENCE_IDLE_SECONDS - 1)
    day.attendance.heard(bob, day.now)
    day.after(PRESENCE_IDLE_SECONDS - 1)
    assert ann.others["bob"][0] == "online"
    day.after(2)
    assert ann.others["bob"][0] == "away"
    day.attendance.heard(other, day.now)
    day.after()
    assert ann.others["bob"][0] == "online"
    day.watch(other, None, away=True)
    day.after()
    assert ann.others["bob"][0] == "away"


def test_what_is_looked_at_is_the_latest_and_only_for_who_has_a_part() -> None:
    day = Day()
    ann, bob, cid = day.come("ann", "bob"), day.come("bob", "cid"), day.come("cid")
    other = day.come("bob")
    day.watch(bob, "e", "ann", "bob")
    day.watch(other, "f", "cid", "bob")
    day.after()
    assert ann.of("bob") == ("online", None)
    assert cid.of("bob") == ("online", "f")
    day.watch(other, None)
    day.after()
    assert ann.of("bob") == ("online", "e")
    assert cid.of("bob") == ("online", None)
    day.watch(bob, "e", "ann", "bob", away=True)
    day.after()
    assert ann.of("bob") == ("online", None)


def test_of_a_large_entry_the_first_lookers_are_told_of_each_other() -> None:
    day = Day()
    people = [day.come(f"u{number:03}") for number in range(PRESENCE_CIRCLE + 2)]
    for window in people[:3]:
        day.watch(window, "big")
    day.after()
    assert people[0].others == {"u001": ("online", "big"), "u002": ("online", "big")}
    assert people[3].frames == []
    for window in people[3:]:
        day.watch(window, "big")
    day.after()
    assert len(people[0].others) == PRESENCE_CIRCLE - 1
    assert people[-1].others == people[-2].others == {}
    day.watch(people[0], None)
    day.after()
    assert people[0].others == {}
    assert "u000" not in people[1].others
    assert people[1].others[f"u{PRESENCE_CIRCLE:03}"] == ("online", "big")
    assert len(people[-2].others) == PRESENCE_CIRCLE - 1


def test_a_new_entry_makes_people_known_and_shows_who_looks_at_it() -> None:
    day = Day()
    ann, bob, zoe = day.come("ann"), day.come("bob"), day.come("zoe")
    day.watch(bob, "e", "bob")
    day.after()
    assert ann.frames == []
    day.attendance.grew("e", frozenset(("ann", "bob")), day.now)
    day.attendance.met(("ann",), ("ann", "bob"), day.now)
    day.after()
    assert ann.others == {"bob": ("online", "e")}
    assert bob.others == {"ann": ("online", None)}
    assert zoe.frames == []


def test_an_entry_that_becomes_large_shows_its_lookers_to_lookers_alone() -> None:
    day = Day()
    ann, bob = day.come("ann", "bob"), day.come("bob")
    day.watch(bob, "e", "ann", "bob")
    day.after()
    assert ann.of("bob") == ("online", "e")
    day.attendance.grew("e", None, day.now)
    day.after()
    assert ann.of("bob") == ("online", None)


def test_what_happens_together_is_one_frame() -> None:
    day = Day()
    ann = day.come("ann", *(f"u{number}" for number in range(20)))
    others = [day.come(f"u{number}") for number in range(20)]
    for window in others:
        day.watch(window, "e", "ann", window.user)
        day.watch(window, None)
        day.watch(window, "e", "ann", window.user)
    day.after()
    assert [len(frame) for frame in ann.frames] == [20]
    day.watch(others[0], None)
    day.watch(others[0], "e", "ann", "u0")
    day.after()
    assert len(ann.frames) == 1, "what is as it was is not told"


def test_a_crowd_of_a_large_entry_costs_nothing() -> None:
    day = Day()
    crowd = [day.come(f"u{number}") for number in range(5000)]
    for window in crowd:
        day.watch(window, "big")
    day.after()
    told = sum(len(frame) for window in crowd for frame in window.frames)
    assert told == PRESENCE_CIRCLE * (PRESENCE_CIRCLE - 1)


def test_nothing_is_kept_of_who_is_gone() -> None:
    day = Day()
    windows = [day.come("ann", "bob", "zed"), day.come("bob", "ann")]
    day.watch(windows[0], "e", "ann", "bob")
    day.after()
    for window in windows:
        day.go(window)
    day.after(PRESENCE_LINGER_SECONDS + PRESENCE_IDLE_SECONDS * 2)
    kept = vars(day.attendance)
    for name in ("_visits", "_people", "_known", "_circles", "_due", "_dirty", "_telling"):
        assert not kept[name], name


def test_a_connection_that_is_over_is_let_go_of_before_it_would_be_idle() -> None:
    day = Day()
    window = day.come("ann", "bob")
    gone = weakref.ref(window)
    day.go(window)
    del window
    day.after(PRESENCE_LINGER_SECONDS + 1)
    assert gone() is None


def test_old_state_and_pushes_are_what_a_fresh_session_is_told() -> None:
    day = Day()
    ann = day.come("ann", "bob", "cid")
    bob, cid = day.come("bob"), day.come("cid")
    steps: list[Callable[[], object]] = [
        lambda: day.watch(bob, "e", "ann", "bob"),
        lambda: day.watch(cid, "f", "cid"),
        lambda: day.watch(cid, "e", "ann", "bob", "cid", away=True),
        lambda: day.go(bob),
        lambda: day.attendance.heard(cid, day.now),
        lambda: day.watch(cid, "e", "ann", "bob", "cid"),
    ]
    for step in steps:
        step()
        day.after(PRESENCE_LINGER_SECONDS + PRESENCE_GATHER_SECONDS)
        fresh = day.come("ann")
        day.after()
        assert fresh.others == ann.others


def test_who_would_be_idle_by_now_still_lingers() -> None:
    day = Day()
    ann, bob = day.come("ann", "bob"), day.come("bob", "ann")
    day.after(PRESENCE_IDLE_SECONDS - 1)
    day.go(bob)
    day.after(2)
    assert "bob" in ann.others
    day.after(PRESENCE_LINGER_SECONDS)
    assert "bob" not in ann.others
