"""What is under way, by step: for every store, and what looking at it costs the one in a file."""

import sqlite3
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lockstep_server.engine.state import Place
from lockstep_server.store import surveying
from lockstep_server.store.change import Change
from lockstep_server.store.effects import RUNS_KEPT, IncidentWrite, ScriptRun
from lockstep_server.store.interface import Store
from lockstep_server.store.running import START, Standing, stuck_before
from lockstep_server.store.schema import MIGRATIONS, migrate
from lockstep_server.store.sqlite import SqliteStore
from tests.store.build import change, entry, head, lock, place

HOUR = 3600.0


def there(step: str, at: float, status: str = "active") -> Place:
    return replace(place(step, status), at=at)


def standing(id: str, *places: Place, users: tuple[str, ...] = ("ann",), **of: object) -> Change:
    numbered = dict(enumerate(places, 1))
    written = entry(id, users, head=head(id, **of), places=numbered)
    return change(written)


async def test_nothing_is_under_way(store: Store) -> None:
    assert await store.running(0.0, HOUR) == []
    assert await store.stands("w", 1, "start", START, 10) == []
    assert [*msgspec.structs.astuple(await store.stuck(0.0, HOUR, 10))] == [[], [], []]


async def test_counts_and_ages_go_by_workflow_version_and_step(store: Store) -> None:
    await store.commit(
        [
            standing("a", there("start", 10.0)),
            standing("b", there("start", 30.0), there("review", 40.0)),
            standing("c", there("start", 20.0), workflow_version=2),
            standing("d", there("start", 5.0, "retired")),
            standing("e", there("start", 20.0), lock=lock(None)),
        ]
    )
    incident = IncidentWrite("i", "b", "wrong")
    await store.commit([change(entry("x", places={}, placed={}), incidents=(incident,))])
    assert await store.running(50.0, HOUR) == [
        Standing("w", 1, "review", 1, 40.0, 40.0, incidents=1),
        Standing("w", 1, "start", 3, 10.0, 20.0, locked=1, incidents=1),
        Standing("w", 2, "start", 1, 20.0, 20.0),
    ]
    # What moves on is counted where it came to.
    await store.commit([standing("a", there("review", 60.0))])
    counts = {(s.version, s.step): s.entries for s in await store.running(70.0, HOUR)}
    assert counts == {(1, "review"): 2, (1, "start"): 2, (2, "start"): 1}


async def test_those_at_a_step_are_told_page_by_page_the_longest_first(store: Store) -> None:
    users = tuple(f"u{number}" for number in range(7))
    await store.commit(
        [
            standing("b", there("start", 10.0), users=users, title="Bell", lock=lock(9.0)),
            standing("a", there("start", 10.0)),
            standing("c", there("start", 5.0)),
            standing("d", there("other", 1.0)),
        ]
    )
    first = await store.stands("w", 1, "start", START, 2)
    assert [stand.entry for stand in first] == ["c", "a"]
    [bell] = await store.stands("w", 1, "start", first[-1].mark, 2)
    assert (bell.entry, bell.title, bell.since) == ("b", "Bell", 10.0)
    assert (bell.users, bell.user_count) == (users[:5], 7)
    assert bell.lock == lock(9.0)
    assert await store.stands("w", 1, "start", bell.mark, 2) == []


async def test_stuck_is_what_is_old_locked_for_long_or_failed(store: Store) -> None:
    now = 100 * HOUR
    incident = IncidentWrite("i", "failed", "wrong")
    await store.commit(
        [
            standing("old", there("start", now - 30 * HOUR)),
            standing("fresh", there("start", now - HOUR)),
            standing("held", there("review", now - 2 * HOUR), lock=replace(lock(None), since=1.0)),
            standing("taken", there("review", now), lock=replace(lock(None), since=now - 60)),
            replace(standing("failed", there("start", now)), incidents=(incident,)),
        ]
    )
    found = await store.stuck(now, 24 * HOUR, 10)
    assert [stand.entry for stand in found.old] == ["old"]
    assert [stand.entry for stand in found.locked] == ["held"]
    assert [(stand.entry, stand.incidents) for stand in found.failed] == [("failed", 1)]
    older = standing("older", there("review", now - 40 * HOUR))
    await store.commit([older])
    [worst] = (await store.stuck(now, 24 * HOUR, 1)).old
    assert (worst.entry, worst.step) == ("older", "review")
    await store.commit([standing("older", there("review", now))])
    stuck = {s.step: s.stuck for s in await store.running(now, 24 * HOUR)}
    assert stuck == {"review": 0, "start": 1}


def test_longer_than_usual_is_stuck_where_enough_are_there_to_tell() -> None:
    now = 1000 * HOUR
    assert stuck_before(now, 24 * HOUR, 4, now - HOUR) == now - 24 * HOUR
    assert stuck_before(now, 24 * HOUR, 5, now - HOUR) == now - 4 * HOUR
    assert stuck_before(now, 24 * HOUR, 5, now - 1.0) == now - HOUR
    assert stuck_before(now, 24 * HOUR, 5, now - 90 * HOUR) == now - 24 * HOUR


def ran(script: str = "tell", **more: object) -> ScriptRun:
    return replace(ScriptRun(script, "f", "e", "ann", "start", 1.5, True, "done", ("hi",)), **more)


async def test_the_last_runs_of_a_script_are_kept(store: Store) -> None:
    await store.commit([change(entry("e", head=head("e", title="Bell")))])
    for number in range(RUNS_KEPT + 3):
        told = Change(at=float(number), by="script", cause="script", run=ran(text=str(number)))
        await store.commit([told])
    await store.commit([Change(at=9.0, by="script", cause="script", run=ran("other"))])
    first = await store.script_runs("tell", None, 2)
    assert [(each.run.text, each.title) for each in first] == [("202", "Bell"), ("201", "Bell")]
    rest = await store.script_runs("tell", first[-1].n, 500)
    assert [rest[0].run.text, rest[-1].run.text, len(rest)] == ["200", "3", RUNS_KEPT - 2]
    [other] = await store.script_runs("other", None, 10)
    assert other.run == ran("other")


async def test_an_older_file_tells_as_well_what_is_under_way(tmp_path: Path) -> None:
    encode = msgspec.json.encode
    made = head("a", workflow_version=3, lock=lock(None))
    with sqlite3.connect(tmp_path / "x.db") as connection:
        for script in MIGRATIONS[:6]:
            connection.executescript(script)
        row = ("a", 1, 1, None, "w", 0, encode(made), None)
        connection.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?)", row)
        at = encode(there("review", 7.0))
        connection.execute("INSERT INTO places VALUES ('a', 1, 1, ?, 1)", (at,))
        connection.execute("PRAGMA user_version = 6")
    connection.close()
    store = SqliteStore(tmp_path / "x.db")
    await store.open()
    assert await store.running(8.0, HOUR) == [Standing("w", 3, "review", 1, 7.0, 7.0, locked=1)]
    await store.close()


def test_looking_reads_what_is_under_way_and_nothing_else() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    connection.execute(
        "INSERT INTO places VALUES ('e', 1, 1, '{}', 1, 'w', 1, 'start', 1.0)",
    )
    said: list[str] = []
    connection.set_trace_callback(said.append)
    surveying.read_running(connection, 9.0, HOUR)
    surveying.read_runs(connection, "tell", None, 10)
    connection.set_trace_callback(None)
    plans = [row[3] for each in said for row in connection.execute(f"EXPLAIN QUERY PLAN {each}")]
    connection.close()
    whole = [step for step in plans if step.startswith("SCAN")]
    assert "SEARCH p USING COVERING INDEX places_running (active=?)" in plans
    grown = ("entries", "e ", "places", "journal", "recipients", "script_runs", "r ")
    wrong = [
        step
        for step in whole
        if step[5:].startswith(grown)
        and not step.endswith(("INDEX places_running", "INDEX entries_locked"))
    ]
    assert not wrong
    # Sorting is the index's work, however many stand at a step.
    assert not [step for step in plans if step.startswith("USE TEMP B-TREE FOR ORDER BY")]
