"""kill -9 in the middle of a burst: what was answered is there, nothing is half there."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from lockstep_client import Client, CommandRefused

from .following import demo_client, enter_all, fresh_inbox, reached, until
from .server import ServerProcess, step, write_folder

USERS = [f"user{number}" for number in range(5)]
ANSWERED_BEFORE_THE_KILL = 250
AT_ONCE = 6
"""Commands that each user has under way."""

# Each move says so in the conversation: the two are one change, and must be found together.
COUNTER = {
    "start": step("Zero", "given groups [racers]", {"Next": "counted"}, template="Counter"),
    "counted": step(
        "Counted",
        "$all",
        {"Next": "counted"},
        {"action": "chat", "scope": "$all", "args": "moved"},
    ),
}
JOB = {
    "start": step(
        "Job", "given groups [racers]", {"Done": "end"}, template="{{ dispatch.displayName }}"
    ),
    "end": step("Done", "$all", {}, status="retired"),
}
TRACKER = {
    "handle": "job",
    "workflow": "job",
    "display": "Job {{ data.number }}",
    "schema": {"type": "object", "required": ["number"]},
}
FAST = {"LOCKSTEP_COMMANDS_PER_SECOND": "10000", "LOCKSTEP_COMMANDS_BURST": "10000"}


class Burst:
    """Users who go on giving commands, and what they were answered."""

    def __init__(self, clients: dict[str, Client], entry: str) -> None:
        self.stop = False
        self.said: dict[str, int] = {}
        self.jobs: dict[str, list[str]] = {}
        self.moves = 0
        self.enough = asyncio.Event()
        self._clients = clients
        self._entry = entry
        self._given = 0

    async def run(self) -> None:
        """Give commands until ``stop``; a command under way then is still answered."""
        await asyncio.gather(
            *(self._worker(client) for client in self._clients.values() for _ in range(AT_ONCE))
        )

    @property
    def answered(self) -> int:
        """Commands that were done, as far as their givers know."""
        return len(self.said) + len(self.jobs) + self.moves

    async def _worker(self, client: Client) -> None:
        while not self.stop:
            self._given += 1
            await self._give(client, self._given)
            if self.answered >= ANSWERED_BEFORE_THE_KILL:
                self.enough.set()

    async def _give(self, client: Client, number: int) -> None:
        match number % 3:
            case 0:
                body = f"message {number}"
                self.said[body] = await client.say(self._entry, body)
            case 1:
                result = await client.dispatch("job", {"number": number})
                self.jobs[f"Job {number}"] = result["entries"]
            case _:
                try:
                    await client.choose(self._entry, "Next")
                    self.moves += 1
                except CommandRefused as refused:
                    if refused.code != "stale":
                        raise


async def test_a_killed_server_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "demo", USERS, {"counter": COUNTER, "job": JOB}, (TRACKER,))
    serve: tuple[Any, ...] = ("demo", folder, "--db", tmp_path / "kill.db", "--port")
    async with AsyncExitStack() as stack:
        with ServerProcess(*serve, "0", env=FAST) as server:
            clients = await enter_all(stack, server.url, USERS)
            [entry] = await clients[USERS[0]].start("counter")
            await asyncio.gather(
                *(until(client, lambda c=client: entry in c.entries) for client in clients.values())  # type: ignore[misc]
            )
            burst = Burst(clients, entry)
            working = asyncio.create_task(burst.run())
            await burst.enough.wait()
            assert not working.done()
            server.kill()
            burst.stop = True
        said, jobs, moves = dict(burst.said), dict(burst.jobs), burst.moves
        assert len(said) + len(jobs) + moves >= ANSWERED_BEFORE_THE_KILL
        sound(tmp_path / "kill.db")
        with ServerProcess(*serve, server.port, env=FAST):
            await answered_is_there(server.url, entry, said, jobs, moves)
            # Those that had no answer are given again by themselves, and done once.
            await asyncio.wait_for(working, 60)
            await answered_is_there(server.url, entry, burst.said, burst.jobs, burst.moves)
            await whole(server.url, entry, burst)
            await equal_to_fresh(server.url, clients)


async def answered_is_there(
    url: str, entry: str, said: dict[str, int], jobs: dict[str, list[str]], moves: int
) -> None:
    """Every answer that was given still holds, read by a user who was not there before."""
    async with demo_client(url, USERS[1]) as client:
        messages = await all_messages(client, entry)
        assert {body: messages[m]["body"] for body, m in said.items()} == {
            body: body for body in said
        }
        for title, entries in jobs.items():
            assert [client.entries[id]["title"] for id in entries] == [title]
        assert client.entries[entry]["visit"] >= 1 + moves


async def whole(url: str, entry: str, burst: Burst) -> None:
    """Nothing is half there, and nothing twice."""
    async with demo_client(url, USERS[2]) as client:
        messages = await all_messages(client, entry)
        view = client.entries[entry]
        assert sorted(messages) == list(range(1, len(messages) + 1))
        assert view["chat"]["count"] == len(messages)
        bodies = [message["body"] for message in messages.values()]
        # A move and its message are one change.
        assert bodies.count("moved") == view["visit"] - 1 == burst.moves
        assert sorted(body for body in bodies if body != "moved") == sorted(burst.said)
        titles = [one["title"] for one in client.entries.values() if one["workflow"] == "job"]
        assert sorted(titles) == sorted(burst.jobs)


async def equal_to_fresh(url: str, clients: dict[str, Client]) -> None:
    """Those who were cut off and came back see what somebody new is shown."""
    for user, client in clients.items():
        async with demo_client(url, user) as new:
            assert new.mirror.position is not None
            await reached(client, new.mirror.position.n)
        assert client.connections == 2
        assert client.entries == await fresh_inbox(url, user)


async def all_messages(client: Client, entry: str) -> dict[int, Any]:
    """The whole conversation, page by page, by message number."""
    found: dict[int, Any] = {}
    before: int | None = None
    while page := (await client.messages(entry, before=before, limit=200))["messages"]:
        found |= {message["m"]: message for message in page}
        before = min(found)
    return found


def sound(database: Path) -> None:
    """SQLite finds nothing wrong with the file that the kill left behind."""
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()
