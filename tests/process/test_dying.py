"""kill -9 between a commit and its effects: none is lost, and a repeat has the same id."""

import asyncio
import json
import sqlite3
import sys
from collections import defaultdict
from pathlib import Path

LIVES = 300
SEED = 20261124
SECONDS = 150.0


class Receiver:
    """An HTTP server that takes webhooks and remembers their ids by what they say."""

    def __init__(self) -> None:
        self.ids: dict[str, list[str]] = defaultdict(list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
                self.ids[json.loads(body)["data"]["body"]].append(headers["webhook-id"])
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def test_no_effect_is_lost_and_repeats_have_the_same_id(tmp_path: Path) -> None:
    receiver = Receiver()
    server = await asyncio.start_server(receiver, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    arguments = ["-m", "tests.process.dying", str(tmp_path / "a.db"), str(port)]
    dying = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, str(LIVES), str(SEED), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(SECONDS):
        said, _ = await dying.communicate()
    server.close()
    assert dying.returncode == 0
    lines = [line.split() for line in said.decode().splitlines()]
    answered = [words[1] for words in lines if words[0] == "answered"]
    interrupted = [words for words in lines if words[0] == "pending" and words[1] != "0"]
    assert ["incidents", "0"] in lines
    # It was killed between a commit and its effects again and again, or nothing was shown.
    assert len(interrupted) >= LIVES // 10
    # How far a life comes before its end depends on the machine.
    assert len(answered) >= LIVES // 4

    first, second = _titles(tmp_path / "a.db")
    assert set(answered) <= set(first)
    assert len(first) == len(set(first)), "a command was done twice"
    assert sorted(second) == sorted(f"2 {name}" for name in first), "each was started once"
    assert set(receiver.ids) == set(first), "each that was stored was told"
    assert all(len(set(ids)) == 1 for ids in receiver.ids.values())
    of_all = [ids[0] for ids in receiver.ids.values()]
    assert len(set(of_all)) == len(of_all)


def _titles(db: Path) -> tuple[list[str], list[str]]:
    with sqlite3.connect(db) as connection:
        rows = connection.execute(
            "SELECT workflow, json_extract(CAST(head AS TEXT), '$.title') FROM entries"
        ).fetchall()
    connection.close()
    first = [title for workflow, title in rows if workflow == "first"]
    return first, [title for workflow, title in rows if workflow == "second"]
