"""The conversation: who reads what, and who comes to it as a guest."""

from typing import Any

from tests.engine.graphs import FIELD, LEADS, ON_CALL, act, begun, node
from tests.engine.world import World


def heard(world: World) -> dict[str, list[str]]:
    """The bodies that each user was told, in order."""
    told: dict[str, list[str]] = {}
    for user, message in world.heard:
        if message["type"] == "chat":
            told.setdefault(user, []).append(message["body"])
    return told


def talking(*chats: dict[str, Any], **nodes: dict[str, Any]) -> World:
    world = begun(start=node(FIELD, {"On": "on"}), on=node("$all", {}, *chats), **nodes)
    world.choose("mei", "On")
    return world


def test_recipients_write_and_read_whatever_their_status() -> None:
    world = begun(start=node(FIELD, {}), end=node("$all", {}, status="retired"))
    world.put("ivo", "retired")
    assert world.say("mei", "One") == {"m": 1}
    assert world.say("ivo", "Two") == {"m": 2}
    assert heard(world) == {user: ["One", "Two"] for user in ("ivo", "mei", "omar")}
    assert world.screens["omar"]["chat"]["last"]["from"] == "ivo"


def test_an_action_writes_as_the_user_who_activated_the_step() -> None:
    world = talking(act("chat", "$all", "{{ source.name }} goes on"))
    last = world.screens["omar"]["chat"]["last"]
    assert (last["from"], last["body"], last["schema"]) == ("mei", "Mei Lin goes on", "text.json")


def test_a_scope_limits_who_sees_the_message_to_its_users_and_the_author() -> None:
    world = talking(act("chat", "given users [ivo]", "For you"))
    assert heard(world) == {"ivo": ["For you"], "mei": ["For you"]}
    assert world.screens["omar"]["chat"] == {"count": 1}
    assert world.screens["ivo"]["chat"] == {"count": 1}, "a view is the same for all at a place"


def test_who_is_addressed_and_no_recipient_joins_as_a_guest() -> None:
    world = talking(act("chat", LEADS, {"body": "Look", "kind": "dispatch", "data": {"a": [1]}}))
    assert world.screens["ruth"] == {
        "id": "e1",
        "version": 2,
        "title": "A step",
        "chat": {"count": 1},
        "recipients": {"count": 3, "ids": ["ivo", "mei", "omar"]},
        "guest": True,
    }
    world.say("ruth", "I see")
    assert heard(world)["omar"] == ["I see"]
    assert heard(world)["ruth"] == ["Look", "I see"]
    assert world.screens["ruth"]["chat"]["last"]["body"] == "I see"
    assert world.refused(lambda: world.lock("ruth")).code == "not_found"


def test_a_guest_who_receives_a_step_becomes_a_recipient() -> None:
    world = begun(
        start=node(FIELD, {"Ask": "ask"}),
        ask=node("$source", {"Hand over": "hand"}, act("chat", LEADS, "Look")),
        hand=node(LEADS, {"Back": "start"}),
    )
    world.choose("mei", "Ask")
    world.choose("mei", "Hand over")
    assert world.step("ruth") == "hand"
    assert "guest" not in world.screens["ruth"]


def test_a_guest_who_receives_a_retired_step_has_it_no_more() -> None:
    world = begun(
        start=node(FIELD, {"Ask": "ask"}),
        ask=node("$source", {"Tell": "told"}, act("chat", LEADS, "Look")),
        told=node(LEADS, {}, status="retired"),
    )
    world.choose("mei", "Ask")
    assert world.screens["ruth"]["guest"]
    world.choose("mei", "Tell")
    assert "ruth" not in world.screens


def test_guests_have_the_entry_while_somebody_does() -> None:
    world = begun(start=node("$sink", {}, act("chat", ON_CALL, "Look")))
    assert sorted(world.screens) == ["dana", "mei", "omar"]
    world.put("dana", "retired")
    assert world.screens == {}
    world.put("dana", "active")
    assert sorted(world.screens) == ["dana", "mei", "omar"]


def test_chat_is_never_locked() -> None:
    world = begun(start=node(FIELD, {}))
    world.lock("mei")
    assert world.say("omar", "Well?") == {"m": 1}


def test_a_message_over_the_limit_is_refused() -> None:
    world = begun(start=node(FIELD, {}))
    assert world.refused(lambda: world.say("mei", "é" * 2049)).code == "too_large"
    assert world.say("mei", "é" * 2048) == {"m": 1}


def test_each_guest_sees_the_conversation_from_where_that_guest_joined() -> None:
    world = begun(
        start=node(ON_CALL, {"Ask": "late"}, act("chat", "given users [ruth]", "Early")),
        late=node("$all", {}, act("chat", "given users [sam]", "Late")),
    )
    world.say("mei", "Between")
    world.choose("mei", "Ask")
    assert world.screens["ruth"]["chat"]["last"]["body"] == "Between"
    assert world.screens["sam"]["chat"] == {"count": 3}
    world.lock("mei")
    world.say("omar", "Later")
    assert world.screens["sam"]["chat"] == world.screens["ruth"]["chat"]
