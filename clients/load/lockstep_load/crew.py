"""The worker processes of a load test, and who of the simulated users is in which."""

import asyncio
import socket
import sys

from . import worker
from .exchange import Message, Place, write
from .options import Options
from .preparing import Tokens

MESSAGE_BYTES = 2**24
END_SECONDS = 5.0


class Hand:
    """One worker process, from outside."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.process = process
        self.reader = reader
        self.writer = writer


class Crew:
    """All worker processes."""

    def __init__(self) -> None:
        self._hands: list[Hand] = []

    async def spawn(self, many: int) -> list[Hand]:
        """Start so many."""
        for _ in range(many):
            mine, theirs = socket.socketpair()
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                worker.__name__,
                str(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
            )
            theirs.close()
            streams = await asyncio.open_connection(sock=mine, limit=MESSAGE_BYTES)
            self._hands.append(Hand(process, *streams))
        return self._hands

    def tell(self, message: Message) -> None:
        """Say something to all of them."""
        for hand in self._hands:
            write(hand.writer, message)

    async def end(self) -> None:
        """A worker that nobody listens to ends by itself; one that does not is killed."""
        for hand in self._hands:
            hand.writer.close()
        for hand in self._hands:
            try:
                await asyncio.wait_for(hand.process.wait(), END_SECONDS)
            except TimeoutError:
                hand.process.kill()
                await hand.process.wait()


def places(options: Options, tokens: Tokens, teams: list[list[str]]) -> list[tuple[int, Place]]:
    """Every user with the number of its worker: whole teams, unless there are too few of them."""
    kinds = _dealt(options.profiles)
    size, workers = len(teams[0]), options.workers
    whole = len(teams) >= workers
    return [
        (
            (number // size if whole else number) % workers,
            Place(number, user, tokens.of(user), kinds[number], number // size),
        )
        for number, user in enumerate(tokens.users)
    ]


def owners(placed: list[tuple[int, Place]]) -> dict[int, int]:
    """By team, how many workers have somebody of it."""
    found: dict[int, set[int]] = {}
    for owner, place in placed:
        found.setdefault(place.team, set()).add(owner)
    return {team: len(workers) for team, workers in found.items()}


def _dealt(profiles: dict[str, int]) -> list[str]:
    """The kinds of all sessions: spread evenly, so that every team has its share of each."""
    slots = [
        ((index + 0.5) / many, kind) for kind, many in profiles.items() for index in range(many)
    ]
    return [kind for _, kind in sorted(slots)]
