"""What the actions of a step do, one by one and one after the other."""

from typing import Any

import pytest

from lockstep_server.engine.facts import Activated, Incident, StatusSet
from tests.engine.graphs import FIELD, LEADS, ON_CALL, act, begun, graph, node
from tests.engine.world import World, card


def after(*actions: dict[str, Any], scope: str = "$all", **nodes: dict[str, Any]) -> World:
    """The field team's entry once mei has activated a step with these actions."""
    world = begun(
        start=node(FIELD, {"On": "on"}), on=node(scope, {"Again": "on"}, *actions), **nodes
    )
    world.choose("mei", "On")
    return world


def test_status_sets_the_items_of_its_scope_alone() -> None:
    world = after(act("status", "$source", "retired"))
    assert sorted(world.screens) == ["ivo", "omar"]


def test_status_passes_over_users_who_never_had_the_entry() -> None:
    world = after(act("status", LEADS, {"status": "retired"}))
    assert sorted(world.screens) == ["ivo", "mei", "omar"]


def test_the_journal_says_whose_status_was_set() -> None:
    world = after(act("status", ON_CALL, "retired"), act("status", "$all", "retired"))
    assert world.last is not None
    told = [fact for fact in world.last.facts if isinstance(fact, StatusSet)]
    assert told == [StatusSet("retired", 2, ON_CALL), StatusSet("retired", 1, "$all")]
    world.put("ivo", "active")
    assert StatusSet("active", 1) in world.last.facts


def test_actions_see_what_the_earlier_ones_did() -> None:
    world = after(act("status", "$all", "retired"), act("status", ON_CALL, "active"))
    assert sorted(world.screens) == ["mei", "omar"]
    world = after(act("status", ON_CALL, "active"), act("status", "$all", "retired"))
    assert world.screens == {}


def test_all_includes_those_the_step_was_just_delivered_to() -> None:
    world = after(act("status", "$all", "retired"), scope=LEADS)
    assert world.screens == {}
    assert world.entry.head.recipient_count == 5


def test_task_takes_its_state_by_either_spelling() -> None:
    for args in ("half done", {"state": "half done"}):
        world = World(graph(start=node(FIELD, {}, act("task", "$source", args))))
        world.start("dana", dispatch=card(subject="x"))
        assert world.screens["mei"]["dispatch"]["taskState"] == "half done"


def test_notify_says_title_and_step_when_it_has_no_text() -> None:
    world = after(act("notify", LEADS), scope="$all")
    body = world.effects[-1].body
    assert (body["title"], body["body"], body["users"]) == ("A step", "A step", ["ruth", "sam"])


def test_notify_renders_each_of_its_texts() -> None:
    args = {"title": "To {{ sink.name }}", "body": "By {{ source.name }}", "url": "/{{ entry.id }}"}
    world = after(act("notify", "$sink", args))
    assert world.effects[-1].body == {
        "users": ["dana"],
        "title": "To Dana Reyes",
        "body": "By Mei Lin",
        "url": "/e1",
        "entry": "e1",
    }


def test_script_runs_for_each_of_its_scope_and_else_once() -> None:
    world = after(act("script", None, "tidy"))
    body = world.effects[-1].body
    assert (body["handle"], body["users"], body["source"]) == ("tidy", ["mei"], "mei")
    world = after(act("script", ON_CALL, {"handle": "tidy", "body": {"for": "{{ source.id }}"}}))
    body = world.effects[-1].body
    assert (body["users"], body["body"], body["step"]) == (["mei", "omar"], {"for": "mei"}, "on")


def test_a_trigger_with_a_rule_starts_another_workflow_afterwards() -> None:
    args = {"rule": "follow-up", "data": {"of": "{{ entry.id }}"}}
    world = after(act("trigger", LEADS, args))
    (effect,) = world.effects
    assert effect.kind == "start"
    assert effect.body["workflow"] == "follow-up"
    assert effect.body["step"] is None
    assert effect.body["users"] == ["ruth", "sam"]
    assert effect.body["data"] == {"of": "e1"}
    assert effect.body["source"] == "mei"


def test_a_triggered_step_follows_within_the_same_change() -> None:
    world = after(
        act("trigger", None, "next"), act("status", "$source", "retired"), next=node(LEADS, {})
    )
    assert world.n == 2
    assert world.step("ruth") == "next"
    assert world.screens["ruth"]["source"] == "mei"
    assert world.step("mei") is None, "the step's own actions came first"


def test_triggered_steps_come_in_the_order_they_were_triggered() -> None:
    world = after(
        act("trigger", None, "first"),
        act("trigger", None, "second"),
        first=node("$all", {}, act("trigger", None, "third")),
        second=node("$all", {}),
        third=node("$all", {}),
    )
    assert world.last is not None
    steps = [fact.step for fact in world.last.facts if isinstance(fact, Activated)]
    assert steps == ["on", "first", "second", "third"]


def test_a_triggered_step_that_reaches_nobody_is_an_incident() -> None:
    world = after(act("trigger", None, "next"), next=node("given groups [night-shift]", {}))
    assert world.step("mei") == "on"
    assert world.last is not None
    (incident,) = [fact for fact in world.last.facts if isinstance(fact, Incident)]
    assert incident.pointer == "/next/step/scope"
    assert "night-shift" in incident.text


def test_steps_that_trigger_one_another_are_refused_and_named() -> None:
    world = begun(
        start=node(FIELD, {"On": "on"}),
        on=node("$all", {}, act("trigger", None, "ping")),
        ping=node("$all", {}, act("trigger", None, "pong")),
        pong=node("$all", {}, act("trigger", None, "ping")),
    )
    refusal = world.refused(lambda: world.choose("mei", "On"))
    assert refusal.code == "trigger_cycle"
    assert refusal.details is not None
    assert refusal.details["steps"] in (["ping", "pong", "ping"], ["pong", "ping", "pong"])


@pytest.mark.parametrize(("length", "fits"), [(10, True), (11, False)])
def test_ten_triggered_steps_may_follow_one_command(length: int, fits: bool) -> None:
    chain = {
        f"s{i}": node("$all", {}, *([act("trigger", None, f"s{i + 1}")] if i < length else []))
        for i in range(length + 1)
    }
    world = World(graph(start=node(FIELD, {"Go": "s0"}), **chain))
    world.start("dana")
    if fits:
        world.choose("mei", "Go")
        assert world.step("ivo") == "s10"
        assert world.screens["ivo"]["visit"] == 12
    else:
        assert world.refused(lambda: world.choose("mei", "Go")).code == "trigger_cycle"


@pytest.mark.parametrize(
    ("action", "pointer"),
    [
        (act("task", "$source", "open"), ""),
        (act("status", "$all", "asleep"), "/args"),
        (act("lock", "$all", {"ttl": -1}), "/args"),
        (act("lock", "given groups [night-shift]"), "/scope"),
        (act("chat", "$all"), "/args"),
        (act("script", "$all"), "/args"),
        (act("trigger", None, "nowhere"), "/args"),
    ],
)
def test_an_action_that_fails_refuses_the_command_and_is_pointed_at(
    action: dict[str, Any], pointer: str
) -> None:
    world = begun(
        start=node(FIELD, {"On": "a/b"}),
        **{"a/b": node("$all", {}, act("status", "$source", "retired"), action)},
    )
    refusal = world.refused(lambda: world.choose("mei", "On"))
    assert refusal.code == "action_failed"
    assert refusal.details == {"pointer": f"/a~1b/actions/1{pointer}"}
    assert world.step("mei") == "start"
