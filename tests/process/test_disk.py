"""A disk that takes nothing more: commands are refused, nothing is shown, and it goes on later."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from lockstep_client import CommandRefused, new_id

from .following import enter_all, fresh_inbox, reached, until
from .server import ServerProcess, step, write_folder

LOOP = {
    "start": step("Zero", "given groups [racers]", {"Next": "next"}, template="Loop"),
    "next": step("Next", "$all", {"Next": "next"}),
}
NEARLY_NOTHING = 4096


async def test_a_full_disk_refuses_and_recovers(tmp_path: Path) -> None:
    users = ["ann", "bob"]
    folder = write_folder(tmp_path / "demo", users, {"loop": LOOP})
    with ServerProcess("demo", folder, "--db", tmp_path / "disk.db", "--port", "0") as server:
        async with AsyncExitStack() as stack:
            clients = await enter_all(stack, server.url, users)
            ann, bob = clients["ann"], clients["bob"]
            [entry] = await ann.start("loop")
            for client in clients.values():
                await until(client, lambda c=client: entry in c.entries)  # type: ignore[misc]
            before = dict(bob.entries)

            server.limit_files(NEARLY_NOTHING)
            outcomes = await asyncio.gather(
                ann.choose(entry, "Next"),
                ann.say(entry, "Is anybody there?"),
                bob.start("loop"),
                return_exceptions=True,
            )
            for outcome in outcomes:
                assert isinstance(outcome, CommandRefused), outcome
                assert (outcome.code, outcome.class_) == ("unavailable", "retry")
            # Reading still works, and shows nothing of what was refused.
            assert await bob.get(entry) == before[entry]
            assert bob.entries == before

            server.unlimit_files()
            await ann.choose(entry, "Next")
            assert await ann.say(entry, "Now it works") == 1
            position = ann.mirror.position
            assert position is not None
            await reached(bob, position.n)
            assert bob.entries[entry]["visit"] == 2
            for user, client in clients.items():
                assert client.entries == await fresh_inbox(server.url, user)


async def test_what_was_refused_may_be_given_again_with_its_id(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "demo", ["ann"], {"loop": LOOP})
    with ServerProcess("demo", folder, "--db", tmp_path / "disk.db", "--port", "0") as server:
        async with AsyncExitStack() as stack:
            ann = (await enter_all(stack, server.url, ["ann"]))["ann"]
            server.limit_files(NEARLY_NOTHING)
            with pytest.raises(CommandRefused, match="unavailable"):
                await ann.start("loop", key="once")
            server.unlimit_files()
            first = await ann.start("loop", key="once")
            assert await ann.start("loop", key="once") == first


def test_a_server_whose_store_takes_nothing_is_not_ready_until_it_does(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "demo", ["ann"], {"loop": LOOP})
    headers = {"Authorization": "Bearer demo:ann"}
    with ServerProcess("demo", folder, "--db", tmp_path / "disk.db", "--port", "0") as server:
        server.limit_files(NEARLY_NOTHING)
        command = {"type": "start", "id": new_id(), "workflow": "loop"}
        answer = httpx.post(f"{server.url}/v1/commands", json=command, headers=headers)
        assert answer.status_code == 503
        ready = httpx.get(f"{server.url}/readyz")
        assert ready.status_code == 503
        assert ready.json()["message"].startswith("The store takes nothing: ")
        assert httpx.get(f"{server.url}/healthz").status_code == 200
        server.unlimit_files()
        assert httpx.get(f"{server.url}/readyz").status_code == 200
