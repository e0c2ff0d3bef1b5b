"""An entry's history: what happened, to whom it may be told, with times as on the wire."""

from typing import Any

import msgspec
import pytest

from lockstep_protocol.commands import History, LockEntry, Messages, Say
from lockstep_protocol.entry import rfc3339
from lockstep_protocol.pushes import Reply
from lockstep_protocol.refusals import Refusal, Refused
from lockstep_server.runtime import reads
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from tests.runtime.house import House, choose


async def test_every_change_is_told_newest_first(house: House) -> None:
    entry = await house.start()
    await house.do("bob", LockEntry(id=new_id(), entry=entry, ttl=60))
    await house.do("bob", choose(entry))
    reply = await house.do("ann", History(id=new_id(), entry=entry))
    assert isinstance(reply, Reply)
    events = reply.result["events"]
    assert [(event.by, event.cause) for event in events] == [
        ("bob", "choose"),
        ("bob", "lock"),
        ("ann", "start"),
    ]
    assert events[0].facts[0]["path"] == "Claim"
    assert events[0].facts[0]["at"] == rfc3339(house.now)
    lock = events[1].facts[0]["lock"]
    assert (lock["since"], lock["until"]) == (rfc3339(house.now), rfc3339(house.now + 60))


async def test_pages_follow_one_another_to_the_first(house: House) -> None:
    entry = await house.start()
    for number in range(4):
        await house.do("ann", Say(id=new_id(), entry=entry, body=str(number)))
    bodies: list[str] = []
    before: int | None = None
    while True:
        page = await house.do("bob", Messages(id=new_id(), entry=entry, before=before, limit=3))
        assert isinstance(page, Reply)
        bodies += [message.body for message in page.result["messages"]]
        before = page.result.get("before")
        if before is None:
            break
    assert bodies == ["3", "2", "1", "0"]


async def test_strangers_are_told_nothing(house: House) -> None:
    entry = await house.start()
    for command in (History(id=new_id(), entry=entry), Messages(id=new_id(), entry=entry)):
        answer = await house.do("zoe", command)
        assert isinstance(answer, Refusal)
        assert answer.code == "not_found"


async def test_what_is_said_to_some_is_told_to_them_and_to_administrators(house: House) -> None:
    secret: dict[str, Any] = {
        "start": {
            "step": {"name": "New", "scope": "given groups [team]", "template": "T"},
            "actions": [
                {"action": "notify", "scope": "given users [cid]", "args": "For Cid"},
                {"action": "notify", "scope": "$all", "args": "For all"},
                {"action": "chat", "scope": "given users [cid]", "args": "Said to Cid"},
            ],
        }
    }
    published = await house.runtime.admin.publish("secret", msgspec.json.encode(secret), "sam")
    assert published.ok, published.findings
    entry = await house.start(workflow="secret", data={})
    everything = {"For Cid", "For all", "Said to Cid"}
    for actor, expected in (
        (Actor("bob"), {"For all"}),
        (Actor("cid"), {"For all", "Said to Cid"}),
        (Actor("sam", ("admin",)), everything),
    ):
        page = await house.runtime._reads.history(actor, entry, None, 10)
        facts = [fact for event in page.events for fact in event.facts]
        told = {fact["text"] for fact in facts if "text" in fact}
        told |= {fact["message"]["body"] for fact in facts if "message" in fact}
        assert told == expected
        assert len([fact for fact in facts if fact["fact"] == "effect"]) == 2


async def test_a_whole_history_is_read_as_it_is_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PAGE_ITEMS", 2)
    entry = await house.start()
    for number in range(4):
        await house.do("ann", Say(id=new_id(), entry=entry, body=str(number)))
    asked: list[int] = []
    history_after = house.disk.history_after

    async def watched(entry: str, after: int, limit: int) -> Any:
        asked.append(after)
        return await history_after(entry, after, limit)

    monkeypatch.setattr(house.disk, "history_after", watched)
    lines = await house.runtime.export_history(Actor("bob"), entry)
    first = msgspec.json.decode(await anext(aiter(lines)))
    assert (first["cause"], asked) == ("start", [0])
    rest = [msgspec.json.decode(line) async for line in lines]
    assert [event["facts"][0]["message"]["body"] for event in rest] == ["0", "1", "2", "3"]
    with pytest.raises(Refused, match="not_found"):
        await house.runtime.export_history(Actor("zoe"), entry)
