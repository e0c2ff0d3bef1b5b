"""Twenty people reach for the same entry at once, two hundred times: always exactly one gets it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from lockstep_client import Client, CommandRefused

from .following import enter_all, fresh_inbox, reached
from .server import ServerProcess, step, write_folder

USERS = [f"racer{number:02}" for number in range(20)]
ROUNDS = 200

LOCK = {"action": "lock", "scope": "$all"}
UNLOCK = {"action": "unlock", "scope": "$all"}

# `Claim` moves everybody, so whoever comes late stands elsewhere (`stale`); `Grab` moves only who
# takes it, so the others still stand where they stood and meet the lock (`locked`).
RACE = {
    "start": step(
        "Open",
        "given groups [racers]",
        {"Claim": "claimed", "Grab": "grabbed"},
        template="Race",
    ),
    "claimed": step("Claimed", "$all", {"Release": "open"}, LOCK, description="by {{source.name}}"),
    "grabbed": step("Grabbed", "$source", {"Release": "open"}, LOCK),
    "open": step("Open again", "$all", {"Claim": "claimed", "Grab": "grabbed"}, UNLOCK),
}

FAST = {"LOCKSTEP_COMMANDS_PER_SECOND": "10000", "LOCKSTEP_COMMANDS_BURST": "10000"}


async def test_exactly_one_wins_each_time(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "race", USERS, {"race": RACE})
    database = tmp_path / "race.db"
    with ServerProcess("demo", folder, "--db", database, "--port", "0", env=FAST) as server:
        async with AsyncExitStack() as stack:
            clients = await enter_all(stack, server.url, USERS)
            [entry] = await clients[USERS[0]].start("race")
            await level(clients, USERS[0])
            for number in range(ROUNDS):
                path = "Grab" if number % 2 else "Claim"
                winner = await race(clients, entry, path)
                await level(clients, winner)
                await same_as_fresh(clients, entry)
                await clients[winner].choose(entry, "Release")
                await level(clients, winner)
            assert len(clients[USERS[0]].entries) == 1
            for user, client in clients.items():
                assert client.entries == await fresh_inbox(server.url, user)
                assert client.connections == 1


async def race(clients: dict[str, Client], entry: str, path: str) -> str:
    """Everybody takes ``path``; who won, after all others were told that."""
    outcomes = await asyncio.gather(
        *(client.choose(entry, path) for client in clients.values()), return_exceptions=True
    )
    told = dict(zip(clients, outcomes, strict=True))
    winners = [user for user, outcome in told.items() if isinstance(outcome, dict)]
    assert len(winners) == 1, told
    [winner] = winners
    for user, outcome in told.items():
        if user == winner:
            continue
        assert isinstance(outcome, CommandRefused), outcome
        if path == "Claim":
            assert (outcome.code, outcome.details["by"]) == ("stale", winner)
            assert outcome.details["step"] == "claimed"
            assert outcome.entry is not None
            assert outcome.entry["step"] == "claimed"
        else:
            assert (outcome.code, outcome.details["by"]) == ("locked", [winner])
    return winner


async def level(clients: dict[str, Client], leader: str) -> None:
    """Wait until everybody has been told of what ``leader`` was told of."""
    position = clients[leader].mirror.position
    assert position is not None
    await asyncio.gather(*(reached(client, position.n) for client in clients.values()))


async def same_as_fresh(clients: dict[str, Client], entry: str) -> None:
    """What each was told piece by piece equals what each reads whole."""
    read: list[Any] = await asyncio.gather(*(client.get(entry) for client in clients.values()))
    for client, view in zip(clients.values(), read, strict=True):
        assert client.entries[entry] == view
