"""Messages that their authors change or take back, and whom a message notifies."""

from typing import Any

from tests.engine.graphs import FIELD, act, begun, node
from tests.engine.world import World


def told(world: World, since: int) -> dict[str, list[dict[str, Any]]]:
    """The messages of the conversation that each user was told from ``since`` on."""
    found: dict[str, list[dict[str, Any]]] = {}
    for user, message in world.heard[since:]:
        if message["type"] == "chat":
            found.setdefault(user, []).append(message)
    return found


def notified(world: World) -> list[tuple[list[str], str]]:
    return [(effect.body["users"], effect.body["body"]) for effect in world.effects]


def test_an_edit_is_the_same_message_again_with_a_revision() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "One")
    world.say("omar", "Two")
    since = len(world.heard)
    assert world.edit("mei", 1, "Won", {"x": 1}) == {"revision": 1}
    assert world.edit("mei", 1, "Once") == {"revision": 2}
    for user in ("mei", "omar", "ivo"):
        first, second = told(world, since)[user]
        assert (first["m"], first["body"], first["data"]) == (1, "Won", {"x": 1})
        assert (second["m"], second["body"], second["revision"]) == (1, "Once", 2)
        assert "data" not in second
        assert second["editedAt"] > second["at"]
    assert world.screens["ivo"]["chat"]["count"] == 2


def test_an_edit_of_the_newest_message_changes_what_views_show_of_it() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "One")
    before = world.screens["ivo"]["version"]
    world.say("mei", "Two")
    world.edit("mei", 1, "Uno")
    assert world.screens["ivo"]["chat"]["last"]["body"] == "Two"
    assert world.screens["ivo"]["version"] == before + 1, "what no view shows changes none"
    world.edit("mei", 2, "Due")
    assert world.screens["ivo"]["chat"]["last"]["body"] == "Due"
    world.delete("mei", 2)
    last = world.screens["ivo"]["chat"]["last"]
    assert (last["m"], last["body"], last["deleted"]) == (2, "", True)
    assert world.screens["ivo"]["chat"]["count"] == 2


def test_what_was_taken_back_has_no_text_and_no_data() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "One")
    world.edit("mei", 1, "Secret", {"pin": 7})
    since = len(world.heard)
    assert world.delete("mei", 1) == {"revision": 2}
    [message] = told(world, since)["ivo"]
    assert (message["m"], message["from"], message["body"]) == (1, "mei", "")
    assert message["deleted"] is True
    assert "data" not in message
    assert world.say("mei", "Next") == {"m": 2}, "its number is not used again"


def test_only_the_author_changes_a_message() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "One")
    assert world.refused(lambda: world.edit("omar", 1, "x")).code == "forbidden"
    assert world.refused(lambda: world.delete("omar", 1)).code == "forbidden"
    assert world.refused(lambda: world.edit("ruth", 1, "x")).code == "not_found"
    assert world.refused(lambda: world.edit("mei", 2, "x")).code == "not_found"
    assert world.refused(lambda: world.delete("mei", 2)).code == "not_found"


def test_what_was_taken_back_stays_so() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "One")
    world.delete("mei", 1)
    for again in (lambda: world.delete("mei", 1), lambda: world.edit("mei", 1, "x")):
        refusal = world.refused(again)
        assert (refusal.code, refusal.details) == ("invalid", {"pointer": "/m"})


def test_a_lock_and_a_retired_item_do_not_matter() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "One")
    world.put("mei", "retired")
    world.lock("omar")
    assert world.edit("mei", 1, "Uno") == {"revision": 1}
    assert world.delete("mei", 1) == {"revision": 2}


def test_the_limits_of_a_message_hold_for_a_changed_one() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "One")
    assert world.refused(lambda: world.edit("mei", 1, "é" * 2049)).code == "too_large"


def test_an_edit_that_changes_nothing_is_no_change() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "One")
    n = world.n
    world.edit("mei", 1, "One")
    assert world.n == n


def test_a_message_for_some_is_changed_for_them_alone() -> None:
    world = begun(
        start=node(FIELD, {"On": "on"}),
        on=node("$all", {}, act("chat", "given users [ivo]", "For you")),
    )
    world.choose("mei", "On")
    since = len(world.heard)
    world.edit("mei", 1, "For you, @ruth and @ivo alone")
    assert sorted(told(world, since)) == ["ivo", "mei"]
    assert "ruth" not in world.screens, "who reads it was the workflow's choice"
    assert [users for users, _ in notified(world)] == [["ivo"]]
    assert world.refused(lambda: world.edit("omar", 1, "x")).code == "not_found"


def test_a_guest_is_told_of_changes_from_where_the_guest_joined() -> None:
    world = begun(start=node(FIELD, {}, act("chat", "given users [ruth, ivo]", "Look")))
    world.say("mei", "Two")
    world.say("mei", "Three, @sam")
    since = len(world.heard)
    world.edit("mei", 2, "Zwei")
    assert sorted(told(world, since)) == ["dana", "ivo", "mei", "omar", "ruth"]
    world.edit("mei", 3, "Drei, @sam")
    assert "sam" in told(world, since)
    world.say("sam", "Here")
    assert world.edit("sam", 4, "There") == {"revision": 1}
    assert world.refused(lambda: world.edit("sam", 2, "x")).code == "not_found"


def test_a_mention_notifies_whom_it_names_and_not_the_author() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "@omar and @ruth, says @mei")
    assert notified(world) == [(["omar", "ruth"], "Mei Lin: @omar and @ruth, says @mei")]
    [effect] = world.effects
    assert (effect.kind, effect.body["title"], effect.body["entry"]) == ("notify", "A step", "e1")
    assert effect.chain.root == effect.id
    world.say("mei", "Nobody @mei")
    assert len(world.effects) == 1
    world.say("mei", "@omar " + "x" * 900)
    assert len(world.effects[-1].body["body"]) == 300


def test_an_edit_notifies_and_lets_in_who_was_not_mentioned_before() -> None:
    world = begun(start=node(FIELD, {}))
    world.say("mei", "@omar")
    world.say("mei", "Between")
    since = len(world.heard)
    world.edit("mei", 1, "@omar and @ruth")
    assert [users for users, _ in notified(world)] == [["omar"], ["ruth"]]
    assert [message["m"] for message in told(world, since)["ruth"]] == [1]
    assert world.screens["ruth"]["chat"]["last"]["body"] == "Between"
    guest = world.entry.guests["ruth"]
    assert guest.from_m == 1
