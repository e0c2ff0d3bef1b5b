"""The seed page's definition, steps, paths and inbox, seen from outside."""

from typing import Any

import pytest

from tests.seed.conftest import House

Document = dict[str, Any]

TWO: Document = {
    "start": {
        "step": {
            "name": "New",
            "nameStyle": "info",
            "template": "Order of {{ who }}",
            "description": "waits for {{ data.who }}",
            "scope": "given groups [on-call]",
            "status": "active",
            "paths": [{"label": "Take", "step": "taken", "icon": "hand"}],
        },
        "behaviors": [],
        "actions": [],
    },
    "taken": {
        "step": {
            "name": "Taken",
            "nameStyle": "success",
            "template": "Never shown",
            "description": "by {{ source.name }}",
            "scope": "$all",
            "paths": [
                {"label": "Back", "step": "start"},
                {"label": "End", "step": "ended"},
            ],
        }
    },
    "ended": {"step": {"name": "Ended", "scope": "$all", "status": "retired"}},
}


@pytest.fixture
async def order(house: House) -> House:
    await house.publish("order", TWO)
    await house.do("dana", "start", workflow="order", data={"who": "Ann"})
    return house


@pytest.mark.seed("definition.graph", "definition.start", "definition.steps", "node.step")
async def test_an_entry_begins_at_start_and_goes_from_step_to_step(order: House) -> None:
    [entry] = await order.see("mei")
    assert entry["step"] == "start"
    await order.choose("mei", "Take")
    [entry] = await order.see("mei")
    assert entry["step"] == "taken"
    await order.choose("omar", "Back")
    [entry] = await order.see("mei")
    assert entry["step"] == "start"


@pytest.mark.seed("definition.start")
async def test_without_start_it_is_no_workflow(house: House) -> None:
    async with house.http("sam") as sam:
        answer = await sam.put("/v1/workflows/x", json={"begin": TWO["start"]})
    assert answer.status_code == 422
    assert "no_start" in {finding["code"] for finding in answer.json()["findings"]}


@pytest.mark.seed("node.behaviors", "node.actions")
async def test_a_node_holds_step_behaviors_and_actions(house: House) -> None:
    node = {
        "step": {"name": "A", "scope": "$sink", "paths": [{"label": "Go", "step": "start"}]},
        "behaviors": [{"handle": "h", "behavior": "ux", "fields": "close"}],
        "actions": [{"action": "notify", "args": "hello"}],
    }
    node["step"]["paths"][0]["behavior"] = "h"  # type: ignore[index]
    await house.publish("node", {"start": node})
    async with house.http("sam") as sam:
        kept = (await sam.get("/v1/workflows/node")).json()["definition"]["start"]
    assert list(kept) == ["step", "behaviors", "actions"]
    assert kept["behaviors"] == node["behaviors"]
    assert kept["actions"] == node["actions"]


@pytest.mark.seed("step.name", "step.name.each", "inbox.label")
async def test_the_name_is_the_label_and_each_step_sets_it(order: House) -> None:
    assert (await order.see("mei"))[0]["name"] == "New"
    await order.choose("mei", "Take")
    assert (await order.see("mei"))[0]["name"] == "Taken"


@pytest.mark.seed("step.template", "step.template.once", "step.template.server", "inbox.title")
async def test_the_template_is_the_title_made_at_the_start_only(order: House) -> None:
    assert (await order.see("mei"))[0]["title"] == "Order of Ann"
    await order.choose("mei", "Take")
    assert (await order.see("mei"))[0]["title"] == "Order of Ann"


@pytest.mark.seed("step.description", "step.description.each", "inbox.subtitle")
async def test_the_description_is_the_subtitle_and_each_step_sets_it(order: House) -> None:
    assert (await order.see("mei"))[0]["description"] == "waits for Ann"
    await order.choose("mei", "Take")
    assert (await order.see("mei"))[0]["description"] == "by Mei Lin"
    await order.choose("mei", "Back")
    assert (await order.see("mei"))[0]["description"] == "waits for Ann"


@pytest.mark.seed("step.template.dispatch")
async def test_a_title_sees_the_dispatch_and_its_data(house: House) -> None:
    document = {
        "start": {
            "step": {
                "name": "New",
                "template": "{{ dispatch.displayName }}: {{ dispatch.data.address }} {{ subject }}"
                " by {{ dispatch.authorName }} for {{ dispatch.userName }}",
                "scope": "given groups [on-call]",
                "paths": [{"label": "Again", "step": "start"}],
            }
        }
    }
    await house.publish("service-call", document)
    data = {"subject": "Pump", "address": "Quay 3"}
    await house.do("dana", "dispatch", tracker="service-request", user="ivo", data=data)
    [entry] = await house.see("mei")
    assert entry["title"] == "Pump: Quay 3 Pump by Dana Reyes for Ivo Novak"


@pytest.mark.seed("step.template.data")
async def test_a_title_sees_the_data_that_a_script_gave(house: House) -> None:
    await house.publish("order", TWO)
    script = 'start("order", { data = { who = param("body").name } })'
    async with house.http("sam") as sam:
        answer = await sam.put("/v1/scripts/ordering", json={"source": script})
        assert answer.status_code == 201
    calling = {
        "start": {
            "step": {
                "name": "Calling",
                "scope": "given users [ivo]",
                "paths": [{"label": "Again", "step": "start"}],
            },
            "actions": [
                {"action": "script", "args": {"handle": "ordering", "body": {"name": "Bo"}}}
            ],
        }
    }
    await house.publish("calling", calling)
    async with house.session("mei") as mei:
        await mei.hear("snapshot")
        await house.do("dana", "start", workflow="calling")
        assert (await mei.hear("entry"))["entry"]["title"] == "Order of Bo"


@pytest.mark.seed("step.scope", "scope.inbox", "scope.shared")
async def test_the_scope_decides_whose_inbox_it_is_in(order: House) -> None:
    for user in ("omar", "mei"):
        assert len(await order.see(user)) == 1
    for user in ("dana", "ivo", "ruth", "sam"):
        assert await order.see(user) == []
    [mine], [theirs] = await order.see("omar"), await order.see("mei")
    assert mine == theirs


@pytest.mark.seed("step.paths", "path.label", "path.step", "path.icon")
async def test_the_paths_are_what_a_user_may_choose(order: House) -> None:
    [entry] = await order.see("mei")
    assert entry["paths"] == [{"label": "Take", "step": "taken", "icon": "hand"}]
    refused = await order.try_to(
        "mei", "choose", entry=entry["id"], step="start", visit=1, path="End"
    )
    assert (refused["code"], refused["details"]["paths"]) == ("unknown_path", ["Take"])
    await order.choose("mei", "Take")
    [entry] = await order.see("mei")
    assert [path["label"] for path in entry["paths"]] == ["Back", "End"]


@pytest.mark.seed("step.status", "step.status.active", "step.status.retired")
async def test_active_is_in_the_inbox_and_retired_is_gone_from_it(order: House) -> None:
    [entry] = await order.see("mei")
    assert entry["status"] == "active"
    await order.choose("mei", "Take")
    async with order.session("omar") as omar:
        await omar.hear("snapshot")
        await order.choose("mei", "End")
        gone = await omar.hear("gone")
    assert (gone["entry"], gone["reason"]) == (entry["id"], "retired")
    assert await order.see("mei") == []
    assert await order.see("omar") == []


@pytest.mark.seed(
    "step.nameStyle",
    "step.nameStyle.danger",
    "step.nameStyle.success",
    "step.nameStyle.info",
    "step.nameStyle.dark",
    "step.nameStyle.warning",
)
@pytest.mark.parametrize("style", ["danger", "success", "info", "dark", "warning"])
async def test_a_label_has_each_of_the_styles(house: House, style: str) -> None:
    step = {"name": "A", "nameStyle": style, "scope": "given users [mei]", "template": "T"}
    await house.publish("styled", {"start": {"step": step}})
    await house.do("dana", "start", workflow="styled")
    assert (await house.see("mei"))[0]["nameStyle"] == style


@pytest.mark.seed("step.nameStyle")
async def test_another_style_is_a_mistake(house: House) -> None:
    step = {"name": "A", "nameStyle": "dangr", "scope": "$sink"}
    async with house.http("sam") as sam:
        answer = await sam.put("/v1/workflows/x", json={"start": {"step": step}})
    assert answer.status_code == 422
    [error] = [each for each in answer.json()["findings"] if each["severity"] == "error"]
    assert "danger" in error["hint"]


@pytest.mark.seed("inbox.summaryTitle", "inbox.summary", "inbox.icon")
async def test_the_card_is_what_the_data_says(house: House) -> None:
    await house.publish("order", TWO)
    data = {"who": "Ann", "summaryTitle": "Two chairs", "summary": "blue", "icon": "chair"}
    await house.do("dana", "start", workflow="order", data=data)
    [entry] = await house.see("mei")
    shown = (entry["summaryTitle"], entry["summary"], entry["icon"])
    assert shown == ("Two chairs", "blue", "chair")
