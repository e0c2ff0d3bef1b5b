"""The expense claim, whole: one approver, and a requester who only hears of it."""

import pytest

from tests.engine.world import EXPENSE_DATA, World, compiled


@pytest.fixture
def world() -> World:
    world = World(compiled("expense"))
    world.start("dana", EXPENSE_DATA, sink="ruth")
    return world


def test_the_approver_has_the_claim_and_its_card(world: World) -> None:
    shown = world.screens["ruth"]
    assert shown["title"] == "Expense of Dana Reyes: 412.50 EUR"
    assert shown["summaryTitle"] == "Expense claim of Dana Reyes"
    assert shown["summary"] == "412.50 EUR, 3 receipts"
    assert shown["icon"] == "receipt"
    assert (shown["sink"], shown["source"]) == ("ruth", "dana")
    (effect,) = world.effects
    assert effect.body["users"] == ["ruth"]
    assert effect.body["body"] == "Dana Reyes asks for 412.50 EUR"
    assert effect.body["title"] == shown["title"]


def test_the_requester_is_a_guest_of_the_conversation_alone(world: World) -> None:
    assert world.screens["dana"]["guest"] is True
    heard = [message for user, message in world.heard if message["type"] == "chat"]
    assert [user for user, message in world.heard if message["type"] == "chat"] == ["dana"]
    assert heard[0]["body"] == "Your claim is on its way"
    assert heard[0]["kind"] == "direct"
    assert world.screens["ruth"]["chat"] == {"count": 1}, "its number shows, its text does not"


def test_a_rejection_carries_its_reason_and_can_be_reconsidered(world: World) -> None:
    world.choose("ruth", "Open")
    world.choose("ruth", "Reject", data={"reason": "Too dear"})
    shown = world.screens["ruth"]
    assert shown["step"] == "rejected"
    assert shown["data"]["reason"] == "Too dear"
    assert shown["data"]["amount"] == 412.5
    assert world.effects[-1].body["body"] == {"decision": "rejected"}
    world.choose("ruth", "Reconsider")
    assert world.screens["ruth"]["visit"] == 4
    world.choose("ruth", "Approve")
    assert world.screens == {}


def test_put_away_it_is_gone_for_the_guest_too(world: World) -> None:
    for path in ("Open", "Reject", "Put away"):
        world.choose("ruth", path)
    assert world.screens == {}
    gone = [(user, m["reason"]) for user, m in world.heard if m["type"] == "gone"]
    assert sorted(gone) == [("dana", "ended"), ("ruth", "retired")]


def test_data_over_the_limit_is_refused(world: World) -> None:
    world.choose("ruth", "Open")
    large = {"reason": "x" * 65_400}
    refusal = world.refused(lambda: world.choose("ruth", "Reject", data=large))
    assert refusal.code == "too_large"
    assert refusal.details is not None
    assert refusal.details["pointer"] == "/data"


def test_without_a_recipient_it_does_not_start() -> None:
    world = World(compiled("expense"))
    assert world.refused(lambda: world.start("dana", EXPENSE_DATA)).code == "no_recipient"
