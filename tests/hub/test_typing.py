"""Typing is passed on now and then, for each user and conversation by itself."""

from lockstep_server.hub.typing import TYPING_KEPT, TYPING_SECONDS, Typists


def test_typing_is_passed_on_once_a_second() -> None:
    typists = Typists()
    assert typists.may("ann", "e", 10.0)
    assert not typists.may("ann", "e", 10.0 + TYPING_SECONDS / 2)
    assert typists.may("ann", "e", 10.0 + TYPING_SECONDS)


def test_each_user_and_each_conversation_counts_by_itself() -> None:
    typists = Typists()
    assert typists.may("ann", "e", 10.0)
    assert typists.may("bob", "e", 10.1)
    assert typists.may("ann", "f", 10.2)
    assert not typists.may("bob", "e", 10.3)


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    typists = Typists()
    assert typists.may("ann", "e", 10.0)
    assert typists.may("ann", "e", 3.0)


def test_only_those_who_typed_just_now_are_remembered() -> None:
    typists = Typists()
    for number in range(TYPING_KEPT + 5):
        assert typists.may(f"u{number}", "e", 10.0)
    assert len(typists) == TYPING_KEPT
    assert typists.may("ann", "e", 12.0)
    assert len(typists) == 1
