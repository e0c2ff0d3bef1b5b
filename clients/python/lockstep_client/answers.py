"""Callers that wait for the answer to a command."""

import asyncio

from .errors import CommandRefused
from .events import Answered, Declined, Event
from .verbs import Result


class Answers:
    """One future for each command that somebody waits for."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[Result]] = {}

    def expect(self, id: str) -> asyncio.Future[Result]:
        """The answer to come."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[id] = answer
        return answer

    def forget(self, id: str) -> None:
        """Nobody waits for it any more."""
        self._waiting.pop(id, None)

    def take(self, event: Event) -> None:
        """Hand an answer to whoever waits for it."""
        match event:
            case Answered(id=id, result=result):
                waiting = self._waiting.get(id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(result)
            case Declined(id=str() as id, refusal=refusal):
                waiting = self._waiting.get(id)
                if waiting is not None and not waiting.done():
                    waiting.set_exception(CommandRefused(refusal))
            case _:
                pass

    def fail(self, error: Exception) -> None:
        """No answer will come."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(error)
