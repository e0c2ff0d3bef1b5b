"""Commands on their way: each runs to its end even when the one who gave it goes away."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """Jobs that the server owns; ``drain`` waits for all of them."""

    def __init__(self) -> None:
        self._jobs: set[asyncio.Task[Any]] = set()

    def spawn(self, job: Coroutine[Any, Any, T], name: str = "") -> "asyncio.Task[T]":
        """Run ``job`` whatever becomes of the caller."""
        background = asyncio.create_task(job, name=name or None)
        self._jobs.add(background)
        background.add_done_callback(self._jobs.discard)
        return background

    async def drain(self) -> None:
        """Wait until every job has ended."""
        while self._jobs:
            await asyncio.wait(tuple(self._jobs))
