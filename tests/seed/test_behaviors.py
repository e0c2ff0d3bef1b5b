"""The seed page's behaviors: they go to the client as written, with their target resolved."""

from typing import Any

import pytest

from tests.seed.conftest import House

BEHAVIOR: dict[str, Any] = {
    "handle": "visit",
    "behavior": "dispatch",
    "target": "$sink",
    "fields": "visit",
    "data": {"call": "{id}", "kind": "first"},
    "templates": ["data.call"],
}


def visiting(**more: Any) -> dict[str, Any]:
    path = {"label": "Visit", "step": "start", "behavior": "visit"}
    step = {"name": "A", "template": "T", "scope": "given groups [on-call]", "paths": [path]}
    return {"start": {"step": step, "behaviors": [{**BEHAVIOR, **more}]}}


@pytest.mark.seed(
    "behavior.handle",
    "behavior.behavior",
    "behavior.fields",
    "behavior.data",
    "behavior.templates",
    "path.behavior",
)
async def test_a_paths_behavior_goes_to_all_clients_as_it_is_written(house: House) -> None:
    await house.publish("visiting", visiting())
    await house.do("dana", "start", workflow="visiting", to=["ivo"])
    for user in ("mei", "omar"):
        [entry] = await house.see(user)
        assert entry["paths"][0]["behavior"] == BEHAVIOR


@pytest.mark.seed("behavior.handle")
async def test_a_handle_that_nobody_defined_is_a_mistake(house: House) -> None:
    document = visiting(handle="visits")
    async with house.http("sam") as sam:
        answer = await sam.put("/v1/workflows/x", json=document)
    assert answer.status_code == 422
    [error] = [each for each in answer.json()["findings"] if each["severity"] == "error"]
    assert "visits" in error["hint"]


@pytest.mark.seed(
    "behavior.target",
    "behavior.target.$sink",
    "behavior.target.$source",
    "behavior.target.$all",
    "behavior.target.query",
)
@pytest.mark.parametrize(
    ("target", "users"),
    [
        ("$sink", ["ivo"]),
        ("$source", ["mei"]),
        ("$all", ["mei", "omar"]),
        ("given groups [operations-leads]", ["ruth", "sam"]),
    ],
)
async def test_the_target_comes_with_the_answer(
    house: House, target: str, users: list[str]
) -> None:
    await house.publish("visiting", visiting(target=target))
    await house.do("dana", "start", workflow="visiting", to=["ivo"])
    assert (await house.choose("mei", "Visit"))["target"] == users
