"""A server that only pours: it signs anybody in and writes ready diffs as fast as they are taken.

What a worker takes in from it is the most that the load tool can. ``python -m
lockstep_load.blaster SESSIONS`` prints its port, waits for so many sessions, and pours.
"""

import asyncio
import socket
import sys
from struct import pack

import msgspec

from .lean import ACCEPTED, many_files

TOKEN = b'"token":"'
FILLING = "x" * 400
"""Makes a diff about as long as a server's, which is 600 bytes."""
SEND_BYTES = 8_192
TURN = 64
"""Changes that are written before others have their turn."""

encode = msgspec.json.encode


def entry_name(team: int) -> str:
    """The one entry of a team."""
    return f"entry-{team:05}"


def frame(message: object) -> bytes:
    """A text frame, unmasked as a server's are."""
    payload = encode(message)
    if len(payload) < 126:
        return pack("!BB", 0x81, len(payload)) + payload
    return pack("!BBH", 0x81, 126, len(payload)) + payload


class Blaster:
    """Who is connected, by team, and the change that comes next."""

    def __init__(self, sessions: int) -> None:
        self.teams: dict[int, list[asyncio.Transport]] = {}
        self.full = asyncio.Event()
        self.ready = asyncio.Event()
        self.ready.set()
        self.paused = 0
        self._missing = sessions
        self._n = 0
        self._versions: dict[int, int] = {}

    def joined(self, team: int, transport: asyncio.Transport) -> None:
        """A session said hello."""
        self.teams.setdefault(team, []).append(transport)
        view = {"id": entry_name(team), "version": 1, "step": "turn", "visit": 1, "seen": False}
        welcome = {"type": "welcome", "epoch": "blaster", "n": 0, "resumed": False}
        page = {"type": "snapshot", "n": 0, "page": 1, "pages": 1, "entries": [view], "people": []}
        transport.write(frame(welcome) + frame(page))
        self._missing -= 1
        if not self._missing:
            self.full.set()

    async def pour(self) -> None:
        """Change after change, each to all of a team, as long as they are taken."""
        await self.full.wait()
        while self.teams:
            for number, (team, members) in enumerate(list(self.teams.items())):
                await self.ready.wait()
                change = self._change(team)
                for transport in members:
                    transport.write(change)
                if number % TURN == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(0)

    def _change(self, team: int) -> bytes:
        self._n += 1
        version = self._versions.get(team, 1)
        self._versions[team] = version + 1
        return frame(
            {
                "type": "diff",
                "n": self._n,
                "entry": entry_name(team),
                "base": version,
                "version": version + 1,
                "set": {"visit": version + 1, "data": {"text": FILLING}, "source": "somebody"},
                "unset": [],
                "by": "somebody",
                "cause": "choose",
            }
        )


class _Guest(asyncio.Protocol):
    """One connection."""

    def __init__(self, blaster: Blaster) -> None:
        self._blaster = blaster
        self._team: int | None = None
        self._upgraded = False
        self._paused = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # Few frames wait in each socket, as on a server that keeps up: reads are small then.
        end = transport.get_extra_info("socket")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
        transport.set_write_buffer_limits(SEND_BYTES)

    def data_received(self, data: bytes) -> None:
        if not self._upgraded:
            # Zeros are what the load tool masks with, and its upgrade is one piece.
            self._upgraded = True
            self._transport.write(ACCEPTED)
        elif self._team is None and TOKEN in data:
            self._team = int(data.partition(TOKEN)[2].partition(b'"')[0])
            self._blaster.joined(self._team, self._transport)

    def pause_writing(self) -> None:
        self._paused = True
        self._blaster.paused += 1
        self._blaster.ready.clear()

    def resume_writing(self) -> None:
        self._paused = False
        self._blaster.paused -= 1
        if not self._blaster.paused:
            self._blaster.ready.set()

    def connection_lost(self, error: Exception | None) -> None:
        if self._paused:
            self.resume_writing()
        if self._team is not None:
            members = self._blaster.teams[self._team]
            members.remove(self._transport)
            if not members:
                del self._blaster.teams[self._team]


async def blast(sessions: int) -> None:
    """Serve until all have come and gone."""
    blaster = Blaster(sessions)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Guest(blaster), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await blaster.pour()
    server.close()


if __name__ == "__main__":
    many_files()
    asyncio.run(blast(int(sys.argv[1])))
