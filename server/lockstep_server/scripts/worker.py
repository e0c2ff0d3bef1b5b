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
from .limits import ADDRESS_BYTES, CPU_SPARE_SECONDS


def main() -> None:
    """Answer each script that comes in."""
    incoming, outgoing = _take_pipes()
    _shut_in()
    outgoing.write(framed(Ready()))
    while (body := _read(incoming)) is not None:
        outgoing.write(framed(_run(body, outgoing)))


def _run(body: bytes, outgoing: BinaryIO) -> Answer:
    run = decode_run(body)
    params = msgspec.json.decode(run.params)
    _allow_time(run.seconds)

    def begin() -> None:
        outgoing.write(framed(Started()))

    return chamber.run(run.source, params, mock=run.mock, begin=begin, dry=run.dry)


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
        _bound(kind, most, most)


def _allow_time(seconds: float) -> None:
    """Processor time for one more script; what this process has used so far counts as well."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _bound(resource.RLIMIT_CPU, math.ceil(used + seconds) + CPU_SPARE_SECONDS)


def _bound(kind: int, soft: int, hard: int = resource.RLIM_INFINITY) -> None:
    """Set a limit, or leave the one that this process was started with if that is narrower."""
    _, given = resource.getrlimit(kind)
    if given != resource.RLIM_INFINITY:
        soft = min(soft, given)
        hard = given if hard == resource.RLIM_INFINITY else min(hard, given)
    resource.setrlimit(kind, (soft, hard))


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
