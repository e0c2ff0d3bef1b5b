"""One change to a thousand viewers: ours against a bare server, the stock ways, and peers."""

import asyncio
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from .contest import OURS, Contest, Row, Run
from .standing import cpu_seconds, profiler

VIEWERS = 1_000
SECONDS = 1.5
PEERS = Path(__file__).with_name("peers")
RAW, STARLETTE = "raw", "starlette send_text"
PYTHON = {
    RAW: "raw",
    STARLETTE: "starlette_send",
    "websockets broadcast": "websockets_broadcast",
    "python-socketio": "socketio_emit",
}
NODE = {"node ws": "ws.mjs", "socket.io": "socketio.mjs"}


class Seen(msgspec.Struct, frozen=True):
    """What the viewers of one program saw: seconds of each round, and their own CPU seconds."""

    took: list[float]
    cpu: float
    sample: str
    server_cpu: float = 0.0


class Arm:
    """One program that is measured, with its viewers."""

    def __init__(self, server: subprocess.Popen[str], viewers: subprocess.Popen[str]) -> None:
        self._server = server
        self._viewers = viewers

    async def ask(self, how: str, seconds: float, number: int) -> Seen:
        """Have the viewers measure."""
        before = cpu_seconds(self._server.pid)
        assert self._viewers.stdin is not None
        self._viewers.stdin.write(f"{how} {seconds} {number}\n")
        self._viewers.stdin.flush()
        seen = msgspec.json.decode(await _line(self._viewers), type=Seen)
        used = cpu_seconds(self._server.pid) - before
        return msgspec.structs.replace(seen, server_cpu=used)


async def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = await asyncio.to_thread(process.stdout.readline)
    assert line, f"{process.args!r} said nothing"
    return line


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def commands(payload: str) -> dict[str, list[str]]:
    """How the yardsticks and those peers that are installed are started."""
    module = [sys.executable, "-m"]
    found = {
        name: [*module, f"tests.bench.yardsticks.{file}", payload] for name, file in PYTHON.items()
    }
    if (PEERS / "node_modules").is_dir():
        found |= {name: ["node", str(PEERS / file), payload] for name, file in NODE.items()}
    else:
        print("  Node's peers are left out: they are not installed (`make bench` does it)")
    return found


async def _arm(stack: ExitStack, name: str, command: list[str]) -> Arm:
    server = stack.enter_context(_process(command))
    ports = (await _line(server)).split()
    kind = "lockstep" if name == OURS else "socketio" if "socket" in name and "io" in name else "ws"
    viewers = [sys.executable, "-m", "tests.bench.viewers", kind, str(VIEWERS), *ports]
    process = stack.enter_context(_process(viewers))
    await _line(process)
    return Arm(server, process)


@asynccontextmanager
async def arms(names: list[str] | None = None) -> AsyncIterator[dict[str, Arm]]:
    """Ours and the others (None: all), each with its viewers connected and signed in."""
    with ExitStack() as stack:
        telling = [sys.executable, "-m", "tests.bench.telling", str(VIEWERS)]
        ours = await _arm(stack, OURS, [*profiler(), *telling])
        # The others send what ours has sent.
        payload = (await ours.ask("closed", 0.01, 1)).sample
        found = {OURS: ours}
        for name, command in commands(payload).items():
            if names is None or name in names:
                found[name] = await _arm(stack, name, command)
        yield found


def _rate(arm: Arm, changes: int) -> Run:
    async def run() -> float:
        seen = await arm.ask("closed", SECONDS, changes)
        return len(seen.took) * changes * VIEWERS / seen.server_cpu

    return run


def _last(arm: Arm) -> Run:
    async def run() -> float:
        seen = await arm.ask("paced", SECONDS, 20)
        return statistics.median(seen.took) * 1000

    return run


@asynccontextmanager
async def _one_by_one(folder: Path) -> AsyncIterator[dict[str, Run]]:
    async with arms() as found:
        yield {name: _rate(arm, 1) for name, arm in found.items()}


@asynccontextmanager
async def _joined(folder: Path) -> AsyncIterator[dict[str, Run]]:
    async with arms([RAW]) as found:
        yield {OURS: _rate(found[OURS], 8), RAW: _rate(found[RAW], 1)}


@asynccontextmanager
async def _last_viewer(folder: Path) -> AsyncIterator[dict[str, Run]]:
    async with arms([RAW]) as found:
        yield {name: _last(arm) for name, arm in found.items()}


def _row(what: str, yardstick: str, target: float, beyond: float) -> Row:
    return Row(what, yardstick, target, beyond, at_least=True)


ONE = "fan-out, one frame a write, 1,000 sessions"

FANOUT = Contest(
    name="fan-out",
    says=(
        "A change in one entry that 1,000 signed-in sessions see, from its commit (the store calls "
        "it durable at once) through telling, hub, session and outbox to the last socket; the next "
        "one as soon as all viewers have it. The others send the same payload to as many sockets. "
        "Counted is what a second of the server's CPU time does: that is what its core can do when "
        "nothing else wants it, and says the same beside viewers that share two cores with it."
    ),
    unit="frames/CPU s",
    rows=(
        _row(ONE + ", to raw", RAW, 0.7, 0.9),
        _row(ONE + ", to Starlette", STARLETTE, 1.7, 2.2),
        _row(ONE + ", to Node ws", "node ws", 1.2, 1.6),
        _row(ONE + ", to socket.io", "socket.io", 1.3, 1.8),
        _row(ONE + ", to python-socketio", "python-socketio", 8, 10),
    ),
    open=_one_by_one,
    holds_back=(
        "the system call, which is nearly all that is left: `os.write` to a socket costs from "
        "Python what `transport.write` costs a bare server, and Node's is hardly dearer. One call "
        "for many sockets (io_uring) would be next, in compiled code. The figures of a round move "
        "by a third on a machine that others share."
    ),
)

JOINED = Contest(
    name="joined",
    says=(
        "The same with 8 changes in 8 entries in one commit, which each session is written at "
        "once; raw still writes one frame each."
    ),
    unit="messages/CPU s",
    rows=(_row("fan-out, 8 changes joined, to raw's one frame", RAW, 4, 6),),
    open=_joined,
)

LAST_VIEWER = Contest(
    name="last viewer",
    says="20 such changes a second: the time until the last of 1,000 viewers has one, median.",
    unit="ms",
    rows=(Row("last of 1,000 viewers, p50, to raw", RAW, 1.4, 1.15, at_least=False),),
    open=_last_viewer,
)
