"""What the coordinator and its workers tell each other, over a pair of sockets."""

import asyncio
from struct import pack, unpack

import msgspec

from .findings import Findings
from .histogram import Histogram

HEAD = 4


class Place(msgspec.Struct, frozen=True, array_like=True):
    """One simulated user: ``number`` counts over the whole run, ``kind`` is the profile."""

    number: int
    user: str
    token: str
    kind: str
    team: int


class Begin(msgspec.Struct, frozen=True, tag=True):
    """What a worker is to do. Times are of the system's monotonic clock.

    ``teams``: the entries that each team shares. ``turns``: seconds between two turns of one
    session, by profile. ``probes`` is how many looks at the server's views there are a second.
    """

    host: str
    port: int
    url_path: str
    tls: bool
    seed: int
    start: float
    ramp: float
    duration: float
    sessions: int
    places: list[Place]
    teams: dict[int, list[str]]
    turns: dict[str, float]
    probes: float
    looks: int
    """Entries that are compared with the server's at the end, at most."""


class Storm(msgspec.Struct, frozen=True, tag=True):
    """``on``: connections may end now; ``cut``: end them yourself."""

    on: bool
    cut: bool = False


class Stop(msgspec.Struct, frozen=True, tag=True):
    """No new commands; look whether all is well, and end."""


class Told(msgspec.Struct, frozen=True, array_like=True):
    """All viewers of one worker were told of change ``n``, the last one at ``at``."""

    n: int
    at: float
    viewers: int


class Done(msgspec.Struct, frozen=True, array_like=True):
    """A command that was due at ``due`` was answered as change ``n``, seen by ``team``."""

    n: int
    due: float
    team: int


class Tally(msgspec.Struct, tag=True):
    """One second of one worker; ``last``: its final one."""

    second: int = 0
    phase: str = ""
    sessions: int = 0
    frames: int = 0
    messages: int = 0
    bytes: int = 0
    counts: dict[str, int] = {}
    refusals: dict[str, int] = {}
    closes: dict[str, int] = {}
    errors: list[str] = []
    command: Histogram = msgspec.field(default_factory=Histogram)
    sign_in: Histogram = msgspec.field(default_factory=Histogram)
    resume: Histogram = msgspec.field(default_factory=Histogram)
    lag: Histogram = msgspec.field(default_factory=Histogram)
    findings: Findings = msgspec.field(default_factory=Findings)
    told: list[Told] = []
    done: list[Done] = []
    cpu: float = 0.0
    memory: int = 0
    server: str = ""
    last: bool = False

    def count(self, name: str, more: int = 1) -> None:
        """Count something."""
        self.counts[name] = self.counts.get(name, 0) + more


Message = Begin | Storm | Stop | Tally
_decode = msgspec.msgpack.Decoder(Message).decode
_encode = msgspec.msgpack.Encoder().encode


def write(writer: asyncio.StreamWriter, message: Message) -> None:
    """Send a message to the other side."""
    data = _encode(message)
    writer.write(pack("!I", len(data)) + data)


async def read(reader: asyncio.StreamReader) -> Message | None:
    """The next message; None: the other side is gone."""
    try:
        (size,) = unpack("!I", await reader.readexactly(HEAD))
        message: Message = _decode(await reader.readexactly(size))
        return message
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
