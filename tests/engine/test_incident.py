"""The incident, whole: acknowledged, escalated with a trigger, given back, solved."""

import pytest

from tests.engine.world import World, card, compiled


@pytest.fixture
def world() -> World:
    world = World(compiled("incident"))
    dispatch = card("incident", system="Mail", severity=1)
    world.start("dana", {"system": "Mail", "severity": 1}, sink="dana", dispatch=dispatch)
    return world


def test_the_alarm_reaches_who_is_on_call(world: World) -> None:
    assert sorted(world.screens) == ["mei", "omar"]
    assert world.screens["mei"]["title"] == "Critical incident: Mail"
    assert world.effects[0].body == {
        "users": ["mei", "omar"],
        "title": "Incident",
        "body": "Mail",
        "entry": "e1",
    }


def test_a_false_alarm_is_dismissed_for_oneself_alone(world: World) -> None:
    assert world.choose("mei", "False alarm", data={"why": "A test"})["target"] == ["mei"]
    assert world.step("mei") is None
    assert world.step("omar") == "start"
    assert world.screens["omar"]["visit"] == 1


def test_escalated_the_triggered_step_is_where_the_leads_stand(world: World) -> None:
    world.choose("omar", "I cannot take it")
    assert {user: world.step(user) for user in world.screens} == {
        "ruth": "with-manager",
        "sam": "with-manager",
    }
    assert world.screens["ruth"]["visit"] == 2, "it was delivered twice in one change"
    assert world.screens["ruth"]["chat"] == {"count": 1}
    assert [effect.kind for effect in world.effects[1:]] == ["notify", "script"]


def test_who_lost_the_item_by_an_action_hears_who_did_it(world: World) -> None:
    world.choose("omar", "I cannot take it")
    refusal = world.refused(lambda: world.choose("mei", "Acknowledge"))
    assert refusal.code == "stale"
    assert refusal.details is not None
    assert (refusal.details["by"], refusal.details["step"]) == ("omar", "escalated")


def test_the_escalation_is_told_to_the_leads_and_its_author(world: World) -> None:
    world.choose("omar", "I cannot take it")
    told = [user for user, message in world.heard if message["type"] == "chat"]
    assert sorted(told) == ["omar", "ruth", "sam"]


def test_returned_everybody_has_it_but_who_gave_it_back(world: World) -> None:
    world.choose("omar", "I cannot take it")
    world.choose("ruth", "Back to the team")
    assert {user: world.step(user) for user in world.screens} == dict.fromkeys(
        ("mei", "omar", "sam"), "returned"
    )
    world.choose("mei", "Acknowledge")
    assert world.holders() == ("mei",)
    assert world.step("ruth") == "acknowledged"
    assert world.choose("mei", "Incident room")["target"] == ["mei", "omar", "ruth", "sam"]
    assert world.refused(lambda: world.choose("sam", "Solved")).code == "locked"
    assert world.choose("mei", "Solved")["target"] == ["ruth", "sam"]
    assert world.screens == {}
    assert world.effects[-1].body["users"] == ["dana"]


def test_without_a_dispatch_its_task_action_fails() -> None:
    world = World(compiled("incident"))
    refusal = world.refused(lambda: world.start("dana", {"system": "Mail"}, sink="dana"))
    assert refusal.code == "action_failed"
    assert refusal.details == {"pointer": "/start/actions/0"}
