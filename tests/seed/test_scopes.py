"""The seed page's scopes: of steps, of actions, and the targets of behaviors."""

from typing import Any

import pytest

from tests.seed.conftest import House

TO: dict[str, Any] = {"label": "Go", "step": "next"}


def passing(scope: str, /, **first: Any) -> dict[str, Any]:
    """From the people on call to a step for ``scope``."""
    begin = {"name": "A", "template": "T", "scope": "given groups [on-call]", "paths": [TO]}
    after = {"name": "B", "scope": scope, "paths": [{"label": "Go", "step": "next"}]}
    return {"start": {"step": {**begin, **first}}, "next": {"step": after}}


async def at_next(house: House) -> set[str]:
    return {
        user
        for user in ("dana", "omar", "mei", "ivo", "ruth", "sam")
        for entry in await house.see(user)
        if entry["step"] == "next"
    }


@pytest.mark.seed("scope.$sink", "scope.$source", "scope.$all", "scope.query")
@pytest.mark.parametrize(
    ("scope", "users"),
    [
        ("$sink", {"ivo"}),
        ("$source", {"mei"}),
        ("$all", {"omar", "mei"}),
        ("given groups [operations-leads]", {"ruth", "sam"}),
        ("given users [dana], except groups [office]", set()),
        ("given groups [field-team] and given user-labels [on-leave]", {"ivo"}),
        ("all users, except roles [admin], except users [omar@example.org]", None),
        ("current user", {"mei"}),
    ],
)
async def test_a_step_goes_to_its_scope(house: House, scope: str, users: set[str] | None) -> None:
    await house.publish("passing", passing(scope))
    await house.do("dana", "start", workflow="passing", to=["ivo"])
    [entry] = await house.see("mei")
    answer = await house.try_to(
        "mei", "choose", entry=entry["id"], step="start", visit=1, path="Go"
    )
    if users == set():
        assert (answer["code"], answer["details"]["scope"]) == ("empty_scope", scope)
        assert await at_next(house) == set()
        return
    assert answer["type"] == "reply", answer
    assert await at_next(house) == ({"dana", "mei", "ivo", "ruth"} if users is None else users)
    # Who is outside of the scope keeps the item as it was.
    stayed = [entry["step"] for entry in await house.see("omar")]
    assert stayed == (["next"] if scope == "$all" else ["start"])


@pytest.mark.seed("scope.practice.sink")
async def test_sink_throughout_gives_one_user_the_workflow(house: House) -> None:
    document = passing("$sink", scope="$sink")
    await house.publish("own", document)
    entries = (await house.do("dana", "start", workflow="own", to=["mei", "omar"]))["entries"]
    assert len(entries) == 2
    await house.choose("mei", "Go")
    assert [entry["step"] for entry in await house.see("mei")] == ["next"]
    assert [entry["step"] for entry in await house.see("omar")] == ["start"]
    assert await house.see("dana") == []


@pytest.mark.seed("scope.practice.all")
async def test_a_query_then_all_keeps_everybody_in_the_same_state(house: House) -> None:
    await house.publish("shared", passing("$all"))
    await house.do("dana", "start", workflow="shared")
    await house.choose("omar", "Go")
    for number in range(3):
        [mine], [theirs] = await house.see("omar"), await house.see("mei")
        assert mine == theirs
        assert mine["visit"] == number + 2
        await house.choose("mei" if number % 2 else "omar", "Go")
