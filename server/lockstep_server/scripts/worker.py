"""``python -m lockstep_server.scripts.worker``: runs scripts until its input ends.

It speaks over the pipes it was started with and has, once it is ready, nothing else: it can open
no file, start no process, and is ended by the kernel when it takes more than its bounds.
"""

import math
import os
import resource
from typing import BinaryIO

import msgspec

from . import chamber
from .frames import LENGTH, Answer, Ready, Started, decode_run, framed
from .limits import ADDRESS_BYTES, CPU_SECONDS


def main() -> None:
    """Answer each script that comes in."""
    incoming, outgoing = _take_pipes()
    _shut_in()
    outgoing.write(framed(Ready()))
    while (body := _read(incoming)) is not None:
        _allow_time()
        outgoing.write(framed(_run(body, outgoing)))


def _run(body: bytes, outgoing: BinaryIO) -> Answer:
    run = decode_run(body)
    params = msgspec.json.decode(run.params)

    def begin() -> None:
        outgoing.write(framed(Started()))

    return chamber.run(run.source, params, mock=run.mock, begin=begin)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes under numbers of their own; 0 and 1 lead nowhere from here on."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb", buffering=0)


def _shut_in() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, ADDRESS_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _allow_time() -> None:
    """Processor time for one more script; what this process has used so far counts as well."""
    used = math.ceil(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, hard))


def _read(incoming: BinaryIO) -> bytes | None:
    """The next message; None when there are no more."""
    head = incoming.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = incoming.read(length)
    return body if len(body) == length else None


if __name__ == "__main__":
    main()
