"""Lives of a runtime that is killed in the middle of them: run by ``test_dying``.

Each life is a fork of this process, so that hundreds of them take seconds. It takes up what the
one before left undone, gives commands, and says on standard output which of them were answered.
"""

import asyncio
import os
import random
import signal
import ssl
import sys
import time
from pathlib import Path

import msgspec

from lockstep_protocol.commands import Start
from lockstep_protocol.pushes import Reply
from lockstep_server.outside.addresses import Addresses
from lockstep_server.outside.posting import Poster
from lockstep_server.outside.webhook import Webhook
from lockstep_server.runtime.actor import Actor
from lockstep_server.runtime.clock import new_id
from lockstep_server.runtime.outlets import Outlets
from lockstep_server.runtime.runtime import Runtime
from lockstep_server.store.sqlite import SqliteStore

SECRET = "whsec_" + "c2VjcmV0" * 4
TLS = ssl.create_default_context()
"""Made once, before the lives begin: making it takes longer than a life."""
LONGEST_LIFE = 0.12
"""Seconds: some lives end while the runtime still opens, some after dozens of effects."""

WORKFLOWS = {
    "first": {
        "start": {
            "step": {"name": "First", "scope": "given users [ann]", "template": "{{ name }}"},
            "actions": [
                {"action": "notify", "scope": "$all", "args": "{{ name }}"},
                {"action": "trigger", "args": {"rule": "second", "data": {"name": "{{ name }}"}}},
            ],
        }
    },
    "second": {
        "start": {
            "step": {"name": "Second", "scope": "given users [ann]", "template": "2 {{ name }}"},
        }
    },
}


def runtime_of(db: Path, port: int) -> Runtime:
    poster = Poster(Addresses(("127.0.0.1/32", "localhost")), tls=TLS)
    webhook = Webhook(poster, f"http://localhost:{port}/", SECRET)
    outlets = Outlets(poster=poster, contact="mailto:a@example.org", webhook=webhook)
    return Runtime(SqliteStore(db), clock=time.time, outlets=outlets)


async def prepare(db: Path, port: int) -> None:
    runtime = runtime_of(db, port)
    await runtime.open()
    await runtime.admin.put_user("ann", {"name": "Ann"}, "test")
    for name in ("second", "first"):
        body = msgspec.json.encode(WORKFLOWS[name])
        assert (await runtime.admin.publish(name, body, "test")).ok
    await runtime.close()


async def live(db: Path, port: int, number: int) -> None:
    """Give commands until the end comes from outside."""
    runtime = runtime_of(db, port)
    await runtime.open()
    _say(f"pending {len(runtime._world.effects)}")
    for count in range(1_000_000):
        name = f"{number}-{count}"
        command = Start(id=new_id(), workflow="first", data={"name": name})
        answer = await runtime.execute(Actor("ann"), command)
        assert isinstance(answer, Reply), answer
        _say(f"answered {name}")


async def finish(db: Path, port: int) -> None:
    """Let everything that is left be done."""
    runtime = runtime_of(db, port)
    await runtime.open()
    while len(runtime._world.effects):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    incidents, _ = await runtime.admin.incidents(None, None, 10)
    _say(f"incidents {len(incidents)}")
    await runtime.close()


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # a small write to a pipe arrives whole, or not at all


def main(db: Path, port: int, lives: int, seed: int) -> None:
    random_ = random.Random(seed)
    asyncio.run(prepare(db, port))
    for number in range(lives):
        child = os.fork()
        if not child:
            asyncio.run(live(db, port, number))
            os._exit(1)
        time.sleep(random_.random() * LONGEST_LIFE)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "a life ends from outside only"
    asyncio.run(finish(db, port))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(argument) for argument in sys.argv[2:5]))
