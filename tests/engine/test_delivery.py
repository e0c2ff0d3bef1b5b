"""Who gets a step and who keeps the one before."""

import pytest

from tests.engine.graphs import FIELD, LEADS, ON_CALL, begun, graph, node
from tests.engine.world import World

TEAM = ("ivo", "mei", "omar")


def noticed(scope: str) -> World:
    return begun(
        start=node(FIELD, {"Seen": "seen"}), seen=node(scope, {"Back": "start"}, name="Seen")
    )


def test_source_acknowledges_for_oneself_and_all_keeps_in_lockstep() -> None:
    alone, together = noticed("$source"), noticed("$all")
    alone.choose("mei", "Seen")
    together.choose("mei", "Seen")
    assert [alone.step(user) for user in TEAM] == ["start", "seen", "start"]
    assert [together.step(user) for user in TEAM] == ["seen", "seen", "seen"]

    before = alone.screens["omar"]
    alone.choose("ivo", "Seen")
    assert alone.screens["omar"] == before, "what others do for themselves does not show"
    assert together.refused(lambda: together.choose("ivo", "Seen", step="start")).code == "stale"


def test_those_who_drifted_apart_come_together_at_one_place() -> None:
    world = noticed("$source")
    for user in TEAM:
        world.choose(user, "Seen")
    assert len(world.entry.places) == 3
    world.choose("mei", "Back")
    assert len(world.entry.places) == 1
    assert [world.screens[user]["visit"] for user in TEAM] == [3, 3, 3]


def test_somebody_new_starts_at_the_first_visit() -> None:
    world = begun(start=node(ON_CALL, {"On": "more"}), more=node(FIELD, {"Back": "start"}))
    world.choose("omar", "On")
    assert {user: world.screens[user]["visit"] for user in TEAM} == {"ivo": 1, "mei": 2, "omar": 2}
    assert world.screens["mei"]["recipients"]["count"] == 3
    assert world.screens["ivo"]["source"] == "omar"


def test_users_outside_the_scope_keep_their_item_as_it_was() -> None:
    world = begun(start=node(FIELD, {"Up": "up"}), up=node(LEADS, {}))
    before = dict(world.screens)
    world.choose("mei", "Up")
    for user in TEAM:
        kept = {**world.screens[user], "version": 0, "recipients": None, "updatedAt": None}
        assert kept == {**before[user], "version": 0, "recipients": None, "updatedAt": None}
    assert world.step("ruth") == "up"
    world.choose("omar", "Up")
    assert world.screens["ruth"]["visit"] == 2


def test_an_empty_scope_refuses_the_command_and_is_named() -> None:
    nobody = "given groups [night-shift]"
    world = begun(start=node(FIELD, {"Hand over": "night"}), night=node(nobody, {"Back": "start"}))
    refusal = world.refused(lambda: world.choose("mei", "Hand over"))
    assert refusal.code == "empty_scope"
    assert refusal.details == {"scope": nobody, "step": "night"}
    assert nobody in refusal.message


def test_a_start_that_reaches_nobody_is_refused() -> None:
    world = World(graph(start=node("given groups [night-shift]", {})))
    assert world.refused(lambda: world.start("dana")).code == "empty_scope"


@pytest.mark.parametrize("query", ["current user", "given users [MEI@example.org]"])
def test_a_query_is_asked_when_the_step_is_activated(query: str) -> None:
    world = begun(start=node(FIELD, {"Mine": "mine"}), mine=node(query, {}))
    world.choose("mei", "Mine")
    assert [world.step(user) for user in TEAM] == ["start", "mine", "start"]


def test_texts_are_rendered_and_one_that_fails_shows_as_written() -> None:
    world = begun(
        start=node(
            FIELD,
            {"On": "on"},
            template="For {{ sink.name }}{{ missing.member }}",
            name="{{ 1 // 0 }}",
            description="by {{ source.name }} {{ entry.title }}",
        ),
        on=node("$all", {}, name="{{ data.size }} of {{ size }}"),
    )
    shown = world.screens["mei"]
    assert shown["title"] == "For Dana Reyes"
    assert shown["name"] == "{{ 1 // 0 }}"
    assert shown["description"] == "by Dana Reyes For Dana Reyes"
    assert world.last is not None
    pointers = [getattr(fact, "pointer", None) for fact in world.last.facts]
    assert "/start/step/name" in pointers
    world.choose("mei", "On", data={"size": 3})
    assert world.screens["mei"]["name"] == "3 of 3"
    assert world.screens["mei"]["title"] == "For Dana Reyes", "the title stays"


def test_a_long_title_is_cut() -> None:
    world = World(graph(start=node(FIELD, {}, template="{{ text }}")))
    world.start("dana", {"text": "x" * 600})
    assert len(world.screens["mei"]["title"]) == 500


def test_a_stranger_sees_nothing_of_an_entry() -> None:
    world = noticed("$all")
    for act in (
        lambda: world.choose("ruth", "Seen"),
        lambda: world.lock("ruth"),
        lambda: world.unlock("ruth"),
        lambda: world.say("ruth", "Hello"),
        lambda: world.put("ruth", "retired"),
    ):
        assert world.refused(act).code == "not_found"


def test_one_may_put_the_own_item_away_and_take_it_back() -> None:
    world = noticed("$all")
    world.put("mei", "retired")
    assert world.step("mei") is None
    refusal = world.refused(lambda: world.choose("mei", "Seen"))
    assert (refusal.code, refusal.details and refusal.details["by"]) == ("stale", "mei")
    assert world.put("mei", "retired") == {}
    assert world.step("omar") == "start"
    world.put("mei", "active")
    assert world.step("mei") == "start"
    world.choose("mei", "Seen")
    assert world.step("omar") == "seen"
