"""Scripts as effects: what they want is one change, done once, and what fails is an incident."""

from typing import Any

import msgspec
import pytest

from lockstep_protocol.pushes import Chat, Diff, Notify, Reply
from lockstep_protocol.refusals import Refused
from lockstep_server.engine.intents import TriggerStep
from lockstep_server.runtime import scripting
from lockstep_server.runtime.actor import Actor
from lockstep_server.scripts.result import ScriptResult
from lockstep_server.store.effects import EffectWrite
from tests.runtime.house import House, choose, eventually

ADMIN = Actor("sam", ("admin",))
WALL_SECONDS = 5.0
"""The machine may be busy with other tests: what is tested here is not how fast a script is."""

ROBOT: dict[str, Any] = {
    "start": {
        "step": {
            "name": "New",
            "template": "Robot {{ data.n }}",
            "scope": "given groups [team]",
            "paths": [{"label": "Run", "step": "running"}],
        }
    },
    "running": {
        "step": {
            "name": "Running",
            "scope": "$all",
            "paths": [{"label": "Back", "step": "start"}],
        },
        "actions": [{"action": "script", "args": {"handle": "robot", "body": {"at": "{{ n }}"}}}],
    },
    "judged": {
        "step": {
            "name": "Judged {{ verdict }}",
            "scope": "$all",
            "paths": [{"label": "Back", "step": "start"}],
        }
    },
}
GOOD = """
local payload = param("payload")
log.info("n is " .. payload.n .. " by " .. param("from") .. " at " .. param("body").at)
set("verdict", "good")
chat("The robot says good")
notify({ body = "Judged", to = { "cid" } })
trigger("judged")
"""


@pytest.fixture
async def robot(house: House) -> str:
    house.runtime._runner.wall_seconds = WALL_SECONDS
    published = await house.runtime.admin.publish("robot", msgspec.json.encode(ROBOT), "sam")
    assert published.ok, published.findings
    await put(house, GOOD)
    return await house.start(workflow="robot", data={"n": 7})


async def put(house: House, source: str) -> None:
    await house.runtime.admin.put_record("script", "robot", {"source": source}, "sam")


async def idle(house: House) -> None:
    await eventually(lambda: not len(house.runtime._world.effects))


async def test_what_a_script_wants_is_one_change_by_script(house: House, robot: str) -> None:
    bob, cid = house.window("bob"), house.window("cid")
    await house.do("ann", choose(robot, "Run"))
    await eventually(lambda: any(isinstance(message, Notify) for message in cid.heard))
    view = await house.view("bob", robot)
    assert (view.step, view.name) == ("judged", "Judged good")
    assert view.data == {"n": 7, "verdict": "good"}
    diffs = [message for message in bob.heard if isinstance(message, Diff)]
    chats = [message for message in bob.heard if isinstance(message, Chat)]
    assert [(diff.by, diff.cause) for diff in diffs] == [("ann", "choose"), ("script", "script")]
    assert [(chat.from_, chat.body) for chat in chats] == [("ann", "The robot says good")]
    assert diffs[1].n == chats[0].n
    assert view.source == "ann"


async def test_its_log_is_kept_with_the_entry_for_administrators(house: House, robot: str) -> None:
    await house.do("ann", choose(robot, "Run"))
    await idle(house)
    for actor, expected in ((ADMIN, [("n is 7 by ann at 7",)]), (Actor("bob"), [])):
        page = await house.runtime._reads.history(actor, robot, None, 10)
        logs = [
            tuple(fact["log"])
            for event in page.events
            for fact in event.facts
            if fact["fact"] == "script"
        ]
        assert logs == expected


@pytest.mark.door("again", "script")
async def test_it_is_done_once_although_it_ran_twice(house: House, robot: str) -> None:
    await house.do("ann", choose(robot, "Run"))
    await idle(house)
    before = house.runtime.position.n
    performers = house.runtime._world.effects._performers
    ran: list[EffectWrite] = []
    _, run = performers["script_run"]

    async def twice(effect: EffectWrite) -> Any:
        ran.append(effect)
        await run(effect)
        return await run(effect)

    performers["script_run"] = ("inside", twice)  # type: ignore[index]
    await house.do("bob", choose(robot, "Back", "judged", 3))
    await house.do("bob", choose(robot, "Run", "start", 4))
    await idle(house)
    assert len(ran) == 1
    # Two choices and one script, although it was run twice.
    assert house.runtime.position.n == before + 3
    assert (await house.view("bob", robot)).chat.count == 2


async def test_it_runs_once_for_each_user_in_its_scope(house: House) -> None:
    house.runtime._runner.wall_seconds = WALL_SECONDS
    document = msgspec.json.decode(msgspec.json.encode(ROBOT))
    document["running"]["actions"][0]["scope"] = "$all"
    await house.runtime.admin.publish("robot", msgspec.json.encode(document), "sam")
    await put(house, 'set(param("userId"), param("from"))')
    entry = await house.start(workflow="robot", data={"n": 1})
    await house.do("bob", choose(entry, "Run"))
    await idle(house)
    data = (await house.view("ann", entry)).data
    assert data == {"n": 1, "ann": "bob", "bob": "bob", "cid": "bob"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("error('boom')", "line 1"),
        ("set('x', 1)\nlocal y = nil + 1", "line 2"),
        ("set('x', 1) trigger('nowhere')", "no such step"),
        ("set('x', 1) task('done')", "no dispatch"),
    ],
)
@pytest.mark.door("path", "script")
async def test_one_that_fails_changes_nothing_and_leaves_an_incident(
    house: House, robot: str, source: str, text: str
) -> None:
    await put(house, source)
    reply = await house.do("ann", choose(robot, "Run"))
    assert isinstance(reply, Reply)
    await idle(house)
    view = await house.view("ann", robot)
    assert (view.step, view.data) == ("running", {"n": 7})
    [incident], _ = await house.runtime.admin.incidents(robot, None, 10)
    assert text in incident.text
    await put(house, GOOD)
    await house.runtime.admin.retry_incident(ADMIN, incident.id)
    await idle(house)
    assert (await house.view("ann", robot)).step == "judged"


async def test_one_that_cannot_be_read_is_refused_before_it_is_kept(
    house: House, robot: str
) -> None:
    with pytest.raises(Refused, match="line 2") as caught:
        await put(house, "set('x', 1)\nthis is no lua")
    assert caught.value.refusal.details == {"pointer": "/source", "line": 2}
    kept = house.runtime.admin.record("script", "robot")
    assert kept is not None
    assert kept["source"] == GOOD
    # What it would do is not done: it is only read.
    await put(house, "while true do end")


async def test_an_endless_one_is_given_up_and_holds_up_nobody(house: House, robot: str) -> None:
    house.runtime._runner.wall_seconds = 0.05
    await put(house, "while true do end")
    await house.do("ann", choose(robot, "Run"))
    effects = house.runtime._world.effects
    for _ in range(3):
        await eventually(lambda: effects._later or not len(effects))
        house.now += 3600.0
        effects.take_due()
    await idle(house)
    [incident], _ = await house.runtime.admin.incidents(robot, None, 10)
    assert "given up after 3 tries" in incident.text
    assert isinstance(await house.do("bob", choose(robot, "Back", "running", 2)), Reply)


async def test_scripts_that_call_one_another_end_ten_deep(house: House, robot: str) -> None:
    await put(house, 'trigger("running")')
    await house.do("ann", choose(robot, "Run"))
    await idle(house)
    [incident], _ = await house.runtime.admin.incidents(robot, None, 10)
    assert "10 deep" in incident.text
    assert (await house.view("ann", robot)).visit == 12


@pytest.mark.door("people", "script")
async def test_nobody_is_started_for_whom_nobody_knows(house: House, robot: str) -> None:
    await put(house, 'start("call", { data = { who = "Robot" }, to = { "ghost" } })')
    await house.do("ann", choose(robot, "Run"))
    await idle(house)
    [incident], _ = await house.runtime.admin.incidents(None, None, 10)
    assert "no user 'ghost'" in incident.text
    assert (await house.disk.size())["entries"] == 1


async def test_a_script_starts_another_workflow_once(house: House, robot: str) -> None:
    await put(house, 'start("call", { data = { who = "Robot" }, to = { "bob" } })')
    await house.do("ann", choose(robot, "Run"))
    await idle(house)
    titles = {view.title for view in (await house.inbox("bob", None)).entries}
    assert titles == {"Robot 7", "Call of Robot"}


class Echo:
    """In the place of Lua: every script triggers the step that called it."""

    def __init__(self) -> None:
        self.runs = 0

    async def run(self, source: str, params: dict[str, Any]) -> ScriptResult:
        self.runs += 1
        return ScriptResult(intents=(TriggerStep(step="again"),))


@pytest.mark.door("rate", "script")
async def test_scripts_that_multiply_one_another_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripting, "MAX_CHAIN_RUNS", 30)
    call = {"action": "script", "scope": "$all", "args": "echo"}
    echo = {
        "start": {
            "step": {"name": "A", "scope": "given groups [team]", "template": "a"},
            "actions": [call],
        },
        "again": {"step": {"name": "B", "scope": "$all"}, "actions": [call]},
    }
    published = await house.runtime.admin.publish("echo", msgspec.json.encode(echo), "sam")
    assert published.ok, published.findings
    await house.runtime.admin.put_record("script", "echo", {"source": "trigger('again')"}, "sam")
    performing = house.runtime._world.effects._performers["script_run"][1].__self__  # type: ignore[attr-defined]
    monkeypatch.setattr(performing, "_runner", lua := Echo())
    await house.start(workflow="echo", data={})
    await idle(house)
    # Three for the user's own start, and then three at a time.
    assert lua.runs == 3 + 30
    incidents, _ = await house.runtime.admin.incidents(None, None, 200)
    assert {"30 runs of scripts" in incident.text for incident in incidents} == {True}
    assert await house.disk.pending_effects() == []
