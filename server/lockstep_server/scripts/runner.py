"""Runs scripts, a few at a time, without ever holding up the loop that asks for it."""

import asyncio
from typing import Any

import msgspec

from .frames import Answer, Run
from .limits import PARAM_NAMES, PARAMS_BYTES, RUNS_PER_WORKER, SOURCE_BYTES, WALL_SECONDS, WORKERS
from .process import NotStarted, Worker
from .result import ScriptError, ScriptResult

_ATTEMPTS = 2
"""Workers that are tried for one script: an idle one may have died unseen, a new one has not."""

_CLOSED = ScriptError(kind="crashed", text="the server is ending")


class ScriptRunner:
    """At most ``WORKERS`` worker processes, started when first needed and used again.

    ``wall_seconds`` is how long one script may run. Belongs to one event loop.
    """

    def __init__(self, *, wall_seconds: float = WALL_SECONDS) -> None:
        self.wall_seconds = wall_seconds
        self._places = asyncio.Semaphore(WORKERS)
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._closed = False

    async def run(
        self, source: str, params: dict[str, Any], *, mock: bool = False, dry: bool = False
    ) -> ScriptResult:
        """What the script wants, or why it came to nothing; scripts never raise.

        ``params`` answers the script's ``param`` and is anything that JSON can say, under the
        names in ``PARAM_NAMES`` (else ``ValueError``). With ``mock`` the script's own ``mock``
        fills in what is missing; when ``dry`` the script is only read, for its syntax.
        ``RuntimeError`` after ``close``. Cancelling it ends the script.
        """
        if self._closed:
            raise RuntimeError("the script runner is closed")
        unknown = sorted(params.keys() - set(PARAM_NAMES))
        if unknown:
            raise ValueError(f"there is no parameter {unknown[0]!r}")
        encoded = msgspec.json.encode(params)
        for what, size, most in (
            ("script", len(source.encode(errors="replace")), SOURCE_BYTES),
            ("parameters", len(encoded), PARAMS_BYTES),
        ):
            if size > most:
                text = f"the {what}: more than {most} bytes"
                return ScriptResult(error=ScriptError(kind="too_much", text=text))
        answer = await self._ask(
            Run(source=source, params=encoded, mock=mock, seconds=self.wall_seconds, dry=dry)
        )
        return ScriptResult(
            intents=answer.intents, log=answer.log, value=answer.value, error=answer.error
        )

    async def close(self) -> None:
        """End all workers at once; scripts that are running come to nothing as ``crashed``."""
        if self._closed:
            return
        self._closed = True
        for worker in self._busy:
            worker.stop()
        for _ in range(WORKERS):
            await self._places.acquire()
        while self._idle:
            await self._idle.pop().kill()

    async def _ask(self, run: Run) -> Answer:
        async with self._places:
            for _ in range(_ATTEMPTS):
                if self._closed:
                    return Answer(error=_CLOSED)
                try:
                    return await self._ask_one(run)
                except NotStarted as failure:
                    reason = str(failure)
        text = f"the process for scripts does not start: {reason}"
        return Answer(error=ScriptError(kind="crashed", text=text))

    async def _ask_one(self, run: Run) -> Answer:
        worker = self._idle.pop() if self._idle else await Worker.start()
        self._busy.add(worker)
        if self._closed:
            worker.stop()
        try:
            return await worker.run(run)
        finally:
            self._busy.discard(worker)
            if worker.alive and worker.runs >= RUNS_PER_WORKER:
                await worker.kill()
            elif worker.alive:
                self._idle.append(worker)
