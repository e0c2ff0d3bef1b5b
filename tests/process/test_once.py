"""A command given again with its id is answered as the first time, whichever door it comes by."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from lockstep_client import Client, CommandRefused, new_id
from lockstep_protocol.commands import Choose

from .following import demo_client, until
from .server import ServerProcess, step, write_folder

LOOP = {
    "start": step("Zero", "given groups [racers]", {"Next": "next"}, template="Loop"),
    "next": step("Next", "$all", {"Next": "next"}),
}


def post(url: str, user: str, body: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Bearer demo:{user}"}
    return httpx.post(f"{url}/v1/commands", json=body, headers=headers)


async def test_the_first_answer_comes_again_and_another_body_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "demo", ["ann", "bob"], {"loop": LOOP})
    serve = ("demo", folder, "--db", tmp_path / "once.db", "--port", "0")
    id = new_id()
    with ServerProcess(*serve) as server:
        async with demo_client(server.url, "ann") as client:
            [entry] = await client.start("loop")
            await until(client, lambda: entry in client.entries)
            first = await client.command(choose(id, entry))
            assert client.entries[entry]["visit"] == 2
            over_http = post(server.url, "ann", as_json(id, entry))
            assert (over_http.status_code, over_http.json()["result"]) == (200, first)
            assert await client.command(choose(id, entry)) == first
            assert (await client.get(entry))["visit"] == 2

            await other_bodies_are_refused(server.url, client, id, entry)
            # An id is one's own: somebody else may have made the same.
            theirs = post(server.url, "bob", as_json(id, entry))
            assert theirs.json()["code"] == "stale"

    # Answers outlive the process.
    with ServerProcess(*serve) as server:
        again = post(server.url, "ann", as_json(id, entry))
        assert (again.status_code, again.json()) == (200, over_http.json())


async def other_bodies_are_refused(url: str, client: Client, id: str, entry: str) -> None:
    with pytest.raises(CommandRefused) as over_socket:
        await client.command(Choose(id=id, entry=entry, step="next", visit=2, path="Next"))
    assert over_socket.value.code == "id_reused"
    say = {"type": "say", "id": id, "entry": entry, "body": "Hello"}
    refused = post(url, "ann", say)
    assert (refused.status_code, refused.json()["code"]) == (409, "id_reused")
    assert (await client.get(entry))["visit"] == 2


async def test_starting_twice_with_one_key_gives_one_entry(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "demo", ["ann"], {"loop": LOOP})
    with ServerProcess("demo", folder, "--port", "0") as server:
        async with demo_client(server.url, "ann") as client:
            first = await client.start("loop", key="monday")
            assert await client.start("loop", key="monday") == first
            assert await client.start("loop", key="tuesday") != first


def choose(id: str, entry: str) -> Choose:
    return Choose(id=id, entry=entry, step="start", visit=1, path="Next")


def as_json(id: str, entry: str) -> dict[str, Any]:
    step_and_path = {"step": "start", "visit": 1, "path": "Next"}
    return {"type": "choose", "id": id, "entry": entry, **step_and_path}
