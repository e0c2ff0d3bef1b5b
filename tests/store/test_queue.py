"""The queue of effects, what became of them, and incidents: for every store."""

import sqlite3
from pathlib import Path

import msgspec

from lockstep_server.store.change import DefinitionWrite
from lockstep_server.store.effects import EffectEnd, EffectState, EffectWrite, IncidentWrite
from lockstep_server.store.interface import Store
from lockstep_server.store.schema import MIGRATIONS
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import change, entry, head


def effect(id: str = "a", channel: str = "notify") -> EffectWrite:
    return EffectWrite(id, "e", "notify", b"{}", channel)


def end(id: str, ok: bool = True) -> EffectEnd:
    return EffectEnd(id, "e", "notify", 5.0, 2, ok, "said")


async def ids(store: Store) -> list[str]:
    return [each.id for each in await store.pending_effects()]


async def test_what_follows_takes_the_place_of_what_ended(store: Store) -> None:
    await store.commit([change(entry("e"), effects=(effect("a"), effect("b")))])
    follow = (effect("a:1", "push:1"), effect("a:2", "push:2"))
    await store.effects_ended([end("a")], follow)
    assert sorted(await ids(store)) == ["a:1", "a:2", "b"]
    channels = {each.id: each.channel for each in await store.pending_effects()}
    assert channels == {"a:1": "push:1", "a:2": "push:2", "b": "notify"}


async def test_what_follows_follows_once_although_it_is_said_twice(store: Store) -> None:
    await store.commit([change(entry("e"), effects=(effect("a"),))])
    await store.effects_ended([], [effect("a:1")])
    await store.effects_ended([end("a:1")])
    # A crash before the end of `a` was stored: it is performed again.
    await store.effects_ended([end("a")], [effect("a:1"), effect("a:2")])
    assert await ids(store) == ["a:2"]


async def test_what_has_become_of_effects(store: Store) -> None:
    effects = tuple(effect(id) for id in "abc")
    await store.commit([change(entry("e"), effects=effects)])
    await store.effect_retry("a", 1, 99.0, "no line")
    await store.effects_ended([end("b"), end("c", ok=False)])
    assert await store.effect_states(["a", "b", "c", "x"]) == {
        "a": EffectState("pending", 99.0, 1, "no line"),
        "b": EffectState("done", 5.0, 2, "said"),
        "c": EffectState("failed", 5.0, 2, "said"),
    }


async def test_an_effect_is_as_far_as_what_followed_from_it(store: Store) -> None:
    await store.commit([change(entry("e"), effects=(effect("a"), effect("a2")))])
    await store.effects_ended([end("a")], [effect("a:1"), effect("a:2")])
    assert (await store.effect_states(["a"]))["a"].state == "pending"
    await store.effects_ended([end("a:1", ok=False)])
    assert (await store.effect_states(["a"]))["a"].state == "pending"
    await store.effects_ended([end("a:2")])
    assert (await store.effect_states(["a"]))["a"].state == "failed"
    await store.effects_ended([end("a:1")])
    assert (await store.effect_states(["a"]))["a"] == EffectState("done", 5.0, 2, "said")
    assert (await store.effect_states(["a2"]))["a2"].state == "pending"


async def test_an_effect_that_is_given_up_leaves_an_incident_and_can_come_back(
    store: Store,
) -> None:
    await store.commit([change(entry("e", head=head("e", title="Pump")), effects=(effect(),))])
    made = IncidentWrite("i1", "e", "it failed", "/start", effect())
    await store.commit([change(entry("e"), ended=(end("a", ok=False),), incidents=(made,))])
    assert await ids(store) == []
    [incident] = await store.incidents(None, None, 10)
    assert (incident.id, incident.n, incident.text, incident.pointer) == (
        "i1",
        2,
        "it failed",
        "/start",
    )
    assert incident.effect == effect()
    assert await store.incident("i1") == incident
    await store.commit([change(entry("e"), closed=("i1",), effects=(effect(),))])
    assert await store.incidents(None, None, 10) == []
    assert await store.incident("i1") is None
    assert await ids(store) == ["a"]
    assert (await store.effect_states(["a"]))["a"].state == "pending"


async def test_incidents_are_newest_first_in_pages_and_of_one_entry(store: Store) -> None:
    for number, id in enumerate(("e", "f", "e"), 1):
        made = IncidentWrite(f"i{number}", id, "text")
        await store.commit([change(entry(id), incidents=(made,))])
    assert [each.id for each in await store.incidents(None, None, 2)] == ["i3", "i2"]
    assert [each.id for each in await store.incidents(None, 2, 2)] == ["i1"]
    assert [each.id for each in await store.incidents("e", None, 10)] == ["i3", "i1"]
    assert [each.title for each in await store.incidents("f", None, 10)] == ["T"]


async def test_a_page_of_incidents_ends_with_a_whole_change(store: Store) -> None:
    for number in (1, 2):
        made = tuple(IncidentWrite(f"i{number}{part}", "e", "text") for part in "abc")
        await store.commit([change(entry("e"), incidents=made)])
    newest = await store.incidents(None, None, 2)
    assert [each.id for each in newest] == ["i2c", "i2b", "i2a"]
    assert [each.id for each in await store.incidents(None, newest[-1].n, 2)] == [
        "i1c",
        "i1b",
        "i1a",
    ]


async def test_starts_of_a_chain_are_counted_with_their_change(store: Store) -> None:
    assert await store.started("r") == 0
    await store.commit([change(entry("e"), starts=("r", 2)), change(entry("f"), starts=("r", 3))])
    await store.commit([change(entry("g"), starts=("other", 1))])
    assert await store.started("r") == 5
    # A change that is left out counts nothing.
    await store.commit([change(unique="k"), change(unique="k", starts=("r", 7))])
    assert await store.started("r") == 5


async def test_a_workflow_is_in_use_for_ever_and_else_goes_whole(store: Store) -> None:
    versions = tuple(DefinitionWrite("spare", number, "h", b"{}") for number in (1, 2))
    await store.commit([change(entry("e")), change(definitions=versions)])
    assert await store.in_use("w")
    assert not await store.in_use("spare")
    await store.commit([change(dropped=("spare",))])
    assert await store.definitions() == []
    assert await store.definition("spare", 1) is None
    anew = DefinitionWrite("spare", 1, "h2", b"{}")
    await store.commit([change(definitions=(anew,))])
    assert [(each.version, each.hash) for each in await store.definitions()] == [(1, "h2")]


async def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    connection = sqlite3.connect(file)
    connection.executescript(MIGRATIONS[0])
    connection.execute(
        "INSERT INTO entries VALUES (?,?,?,?,?)", ("e", 1, 1, None, msgspec.json.encode(head()))
    )
    connection.execute(
        "INSERT INTO effects (id, n, seq, entry, kind, body) "
        "VALUES ('a', 1, 0, 'e', 'notify', '{}')"
    )
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    store = SqliteStore(file)
    await store.open()
    assert await store.in_use("w")
    assert [(each.id, each.channel) for each in await store.pending_effects()] == [("a", "")]
    await store.close()
