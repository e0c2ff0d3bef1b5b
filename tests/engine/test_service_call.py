"""The service call, whole: a team, one who claims it, the lock, and the end."""

import pytest

from tests.engine.world import World, card, compiled

TEAM = ("omar", "mei", "ivo")


@pytest.fixture
def world() -> World:
    world = World(compiled("service-call"))
    world.start("dana", sink="dana", dispatch=card(subject="No water"))
    return world


def test_the_team_receives_the_call_and_the_requester_does_not(world: World) -> None:
    assert {user: world.step(user) for user in (*TEAM, "dana")} == {
        "omar": "start",
        "mei": "start",
        "ivo": "start",
        "dana": None,
    }
    shown = world.screens["mei"]
    assert shown["title"] == "Service call: No water for Dana Reyes"
    assert shown["summaryTitle"] == "No water"
    assert shown["dispatch"]["taskState"] == "open"
    assert [path["label"] for path in shown["paths"]] == ["Claim"]
    assert shown["recipients"] == {"count": 3, "ids": ["ivo", "mei", "omar"]}


def test_everybody_hears_of_the_new_call_by_a_notification(world: World) -> None:
    (effect,) = world.effects
    assert effect.kind == "notify"
    assert effect.body["body"] == "New service call: No water"
    assert effect.body["users"] is None, "all recipients are meant, however many they are"


def test_claiming_closes_the_call_to_the_others(world: World) -> None:
    assert world.choose("mei", "Claim")["version"] == world.entry.head.change
    assert [world.step(user) for user in TEAM] == ["claimed"] * 3
    assert world.holders() == ("mei",)
    shown = world.screens["omar"]
    assert shown["description"] == "Mei Lin is on the way"
    assert shown["nameStyle"] == "warning"
    assert shown["locked"]["by"] == ["mei"]
    assert shown["dispatch"]["taskState"] == "accepted"

    refusal = world.refused(lambda: world.choose("omar", "Finish"))
    assert refusal.code == "locked"
    assert refusal.details == {"by": ["mei"]}
    assert "Mei Lin" in refusal.message
    assert refusal.entry is not None


def test_who_comes_second_hears_who_was_first(world: World) -> None:
    world.choose("mei", "Claim")
    refusal = world.refused(lambda: world.choose("omar", "Claim", step="start", visit=1))
    assert refusal.code == "stale"
    assert refusal.details == {"by": "mei", "at": "2023-11-14T22:13:21.000Z", "step": "claimed"}
    assert refusal.entry is not None
    assert refusal.entry.version == world.screens["omar"]["version"]


def test_a_step_taken_again_is_another_visit(world: World) -> None:
    world.choose("mei", "Claim")
    world.choose("mei", "Log visit")
    assert world.screens["omar"]["visit"] == 3
    assert world.holders() == ("mei",)
    assert world.entry.head.fence == 1, "renewing what one holds is no new grant"
    assert world.refused(lambda: world.choose("mei", "Finish", visit=2)).code == "stale"


def test_the_answer_names_the_target_of_the_behavior(world: World) -> None:
    world.choose("mei", "Claim")
    assert world.choose("mei", "Log visit")["target"] == ["dana"]
    assert "target" not in world.choose("mei", "Release")


def test_released_it_is_free_for_all_again(world: World) -> None:
    world.choose("mei", "Claim")
    world.choose("mei", "Release")
    assert world.holders() == ()
    assert "locked" not in world.screens["ivo"]
    world.choose("omar", "Claim")
    assert (world.holders(), world.entry.head.fence) == (("omar",), 2)


def test_finished_it_leaves_every_inbox(world: World) -> None:
    world.choose("mei", "Claim")
    world.choose("mei", "Finish", data={"minutes": 40, "note": "a seal"})
    assert world.screens == {}
    assert world.entry.head.lock is None
    assert world.entry.head.data == {"minutes": 40, "note": "a seal"}
    assert world.effects[-1].kind == "script"
    assert world.effects[-1].body["handle"] == "service-call-closed"
    assert world.effects[-1].body["users"] == ["mei"]
    card = world.entry.head.dispatch
    assert card is not None
    assert card.task_state == "complete"


def test_the_requester_joins_the_conversation_as_a_guest(world: World) -> None:
    world.choose("mei", "Claim")
    world.say("mei", "Where is the meter?")
    assert "dana" not in world.screens
    world.choose("mei", "Message the requester")
    shown = world.screens["dana"]
    assert shown["guest"] is True
    assert "step" not in shown
    assert shown["chat"] == {"count": 1}, "what was said before is not for the guest"

    assert world.say("dana", "Behind the house") == {"m": 2}
    assert world.screens["omar"]["chat"]["last"]["body"] == "Behind the house"
    assert world.refused(lambda: world.choose("dana", "Finish", step="claimed")).code == "not_found"


def test_an_unknown_path_is_refused_with_those_there_are(world: World) -> None:
    refusal = world.refused(lambda: world.choose("mei", "claim"))
    assert refusal.code == "unknown_path"
    assert refusal.details == {"paths": ["Claim"]}
