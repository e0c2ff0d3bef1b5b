"""Digests over a real socket, and what the server counts of those who come."""

import asyncio

import pytest

from lockstep_protocol.digest import digest
from lockstep_server.session import timing

from .serving import Served, Talk


async def started(talk: Talk) -> str:
    reply = await talk.command("start", workflow="call", data={"who": "Ann"})
    entry: str = reply["result"]["entries"][0]
    return entry


async def test_a_digest_is_of_what_was_sent_before_it(
    lockstep: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "DIGEST_SECONDS", 0.1)
    monkeypatch.setattr(timing, "DIGEST_AGAIN_SECONDS", 0.02)
    versions: dict[str, int] = {}
    exact = 0
    async with lockstep.session("omar") as omar, lockstep.session("mei") as mei:
        await mei.hear("snapshot")
        await omar.hear("snapshot")

        async def busy() -> None:
            for _ in range(20):
                entry = await started(omar)
                await omar.command("say", entry=entry, body="hello")

        background = asyncio.create_task(busy())
        while exact < 4 or len(versions) < 20:
            message = await mei.hear()
            match message["type"]:
                case "entry":
                    versions[message["entry"]["id"]] = message["entry"]["version"]
                case "diff":
                    versions[message["entry"]] = message["version"]
                case "position" if "digest" in message:
                    assert message["digest"] == digest(versions)
                    exact += 1
        await background
        answer = await mei.command("versions")
        assert answer["result"]["versions"] == versions


async def test_who_comes_is_counted_by_how(lockstep: Served) -> None:
    async with lockstep.session("omar") as omar:
        welcome, snapshot = await omar.hear("welcome"), await omar.hear("snapshot")
    for _ in range(2):
        position = {"epoch": welcome["epoch"], "n": snapshot["n"]}
        async with lockstep.session("omar", position) as omar:
            await omar.hear("position")
            await omar.command("versions")
    async with lockstep.http() as http:
        text = (await http.get("/metrics")).text
    assert 'lockstep_resumes_total{kind="snapshot"} 1.0' in text
    assert 'lockstep_resumes_total{kind="resumed"} 2.0' in text
    assert "lockstep_digest_differences_total 2.0" in text
