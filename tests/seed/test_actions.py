"""The seed page's actions: what the server does when a step is activated."""

from typing import Any

import pytest

from tests.seed.conftest import House

ON_CALL = "given groups [on-call]"


def acting(*actions: dict[str, Any], **nodes: Any) -> dict[str, Any]:
    """The people on call, and a step for all of them with these actions."""
    return {
        "start": {
            "step": {
                "name": "A",
                "template": "T",
                "scope": ON_CALL,
                "paths": [{"label": "Go", "step": "done"}],
            }
        },
        "done": {
            "step": {"name": "B", "scope": "$all", "paths": [{"label": "Go", "step": "done"}]},
            "actions": list(actions),
        },
        **nodes,
    }


async def after(house: House, *actions: dict[str, Any], **nodes: Any) -> None:
    """mei goes to the step with these actions, in an entry that is ivo's."""
    await house.publish("acting", acting(*actions, **nodes))
    await house.do("dana", "start", workflow="acting", to=["ivo"], data={"n": 7})
    await house.choose("mei", "Go")


async def active(house: House) -> set[str]:
    return {user for user in ("omar", "mei", "ivo", "ruth", "sam") if await house.see(user)}


@pytest.mark.seed(
    "action.server",
    "action.action",
    "action.scope",
    "action.args",
    "action.status",
    "action.scope.$source",
    "action.scope.$all",
    "action.scope.query",
)
@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("$source", {"omar"}),
        ("$all", set()),
        ("given users [omar]", {"mei"}),
        ("$sink", {"omar", "mei"}),
    ],
)
async def test_status_is_set_for_the_users_of_the_scope(
    house: House, scope: str, left: set[str]
) -> None:
    await after(house, {"action": "status", "scope": scope, "args": "retired"})
    assert await active(house) == left


@pytest.mark.seed("action.status", "step.status.active")
async def test_status_brings_an_item_back(house: House) -> None:
    retire = {"action": "status", "scope": "$all", "args": "retired"}
    await after(house, retire, {"action": "status", "scope": "$source", "args": "active"})
    assert await active(house) == {"mei"}


@pytest.mark.seed("action.task")
async def test_task_sets_the_state_of_the_dispatch(house: House) -> None:
    document = acting({"action": "task", "args": "on the way"})
    await house.publish("service-call", document)
    await house.do("dana", "dispatch", tracker="service-request", data={"subject": "Pump"})
    await house.choose("mei", "Go")
    [entry] = await house.see("omar")
    assert entry["dispatch"]["taskState"] == "on the way"


@pytest.mark.seed("action.lock")
async def test_lock_keeps_the_others_out(house: House) -> None:
    await after(house, {"action": "lock", "scope": "$all"})
    [entry] = await house.see("omar")
    assert entry["locked"]["by"] == ["mei"]
    at = {"entry": entry["id"], "step": entry["step"], "visit": entry["visit"]}
    refused = await house.try_to("omar", "choose", path="Go", **at)
    assert (refused["code"], refused["details"]["by"]) == ("locked", ["mei"])


@pytest.mark.seed("action.unlock")
async def test_unlock_lets_everybody_in_again(house: House) -> None:
    freed = {
        "step": {"name": "C", "scope": "$all", "paths": [{"label": "Go", "step": "done"}]},
        "actions": [{"action": "unlock"}],
    }
    trigger = {"action": "trigger", "args": "freed"}
    await after(house, {"action": "lock", "scope": "$all"}, trigger, freed=freed)
    [entry] = await house.see("omar")
    assert "locked" not in entry
    await house.choose("omar", "Go")


@pytest.mark.seed("action.script")
async def test_script_runs_and_what_it_wants_is_done(house: House) -> None:
    async with house.http("sam") as sam:
        source = 'set("doubled", param("payload").n * 2)'
        assert (await sam.put("/v1/scripts/double", json={"source": source})).status_code == 201
    async with house.session("omar") as omar:
        await omar.hear("snapshot")
        await after(house, {"action": "script", "args": "double"})
        while True:
            diff = await omar.hear("diff")
            if diff["by"] == "script":
                break
    assert diff["set"]["data"] == {"n": 7, "doubled": 14}


@pytest.mark.seed("action.notify", "action.scope.$sink")
async def test_notify_reaches_the_users_of_the_scope(house: House) -> None:
    notify = {"action": "notify", "scope": "$sink", "args": {"title": "Hello", "body": "{{ n }}"}}
    async with house.session("ivo") as ivo, house.session("omar") as omar:
        await ivo.hear("snapshot")
        await omar.hear("snapshot")
        await after(house, notify, {"action": "notify", "scope": "$all", "args": "all"})
        told = await ivo.hear("notify")
        assert (told["title"], told["body"]) == ("Hello", "7")
        assert (await omar.hear("notify"))["body"] == "all"


@pytest.mark.seed("action.trigger")
async def test_trigger_activates_a_step_of_this_and_of_another_workflow(house: House) -> None:
    other = {"start": {"step": {"name": "Other", "template": "{{ of }}", "scope": "$sink"}}}
    await house.publish("other", other)
    second = {"step": {"name": "C", "scope": "$all", "paths": [{"label": "Go", "step": "done"}]}}
    async with house.session("ruth") as ruth:
        await ruth.hear("snapshot")
        await after(
            house,
            {"action": "trigger", "args": "second"},
            {
                "action": "trigger",
                "scope": "given users [ruth]",
                "args": {"rule": "other", "data": {"of": "of {{ n }}"}},
            },
            second=second,
        )
        assert [entry["step"] for entry in await house.see("omar")] == ["second"]
        started = await ruth.hear("entry")
    assert started["entry"]["title"] == "of 7"


@pytest.mark.seed("action.chat")
async def test_chat_posts_a_message_from_who_activated_the_step(house: House) -> None:
    async with house.session("omar") as omar:
        await omar.hear("snapshot")
        args = {"body": "On my way, {{ n }}", "kind": "direct", "data": {"eta": "{{ n }}"}}
        await after(house, {"action": "chat", "scope": "$all", "args": args})
        said = await omar.hear("chat")
    assert (said["from"], said["body"], said["kind"]) == ("mei", "On my way, 7", "direct")
    assert (said["data"], said["schema"]) == ({"eta": "7"}, "text.json")
