"""One worker process as the server sees it: started, asked, and killed at its limits."""

import asyncio
import os
import signal
import sys
from contextlib import suppress

import msgspec

from .frames import LENGTH, Answer, FromWorker, Ready, Run, Started, decode_from_worker, framed
from .limits import END_SECONDS, FRAME_BYTES, START_SECONDS
from .result import ScriptError

_GARBLED = (OSError, EOFError, msgspec.DecodeError)


class NotStarted(Exception):
    """The worker was gone before the script had begun, so another one may try."""


class Worker:
    """Runs one script at a time. After ``alive`` has become false it is of no more use."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._signalled = False
        self.alive = True
        self.runs = 0

    @classmethod
    async def start(cls) -> "Worker":
        """A worker that is ready; ``NotStarted`` if there is none within ``START_SECONDS``."""
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", f"{__package__}.worker"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=_environment(),
                # A Ctrl-C in the terminal is for the server, which then ends its workers.
                start_new_session=True,
            )
        except OSError as failure:
            raise NotStarted(str(failure)) from failure
        worker = cls(process)
        try:
            await worker._expect(Ready)
        except NotStarted:
            await worker._end()
            raise
        except BaseException:
            await worker.kill()
            raise
        return worker

    async def run(self, run: Run) -> Answer:
        """The script's answer; its error says so if it was killed or took its worker along.

        ``NotStarted`` if the worker was already gone. Cancelling it kills the worker.
        """
        self.runs += 1
        try:
            await self._send(framed(run))
            said = await self._expect(Started, Answer)
            # At once where the parameters alone are too much for the memory.
            if isinstance(said, Answer):
                return said
            return await self._answer(run.seconds)
        except NotStarted:
            await self._end()
            raise
        except BaseException:
            await self.kill()
            raise

    async def kill(self) -> None:
        """End the process at once and wait until it is gone. Not while ``run`` is under way."""
        self.stop()
        await self._process.wait()
        stdin, stdout = self._pipes()
        stdin.close()
        # To its end, or the loop would keep the pipe.
        with suppress(OSError):
            await stdout.read()

    def stop(self) -> None:
        """End the process at once; a ``run`` under way then answers that it crashed."""
        self.alive = False
        # Only once: a second signal would take the exit code away from who waits for it.
        if not self._signalled:
            self._signalled = True
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _end(self) -> None:
        """The same for one that has closed its pipe: it may end by itself, which tells why."""
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        await self.kill()

    async def _answer(self, wall_seconds: float) -> Answer:
        reading = asyncio.create_task(self._read())
        try:
            await asyncio.wait({reading}, timeout=wall_seconds)
        except BaseException:
            reading.cancel()
            await asyncio.wait({reading})
            raise
        late = not reading.done()
        if late:
            # What the worker had said in time is still read: this loop may have been the slow one.
            self.stop()
        try:
            answer = await reading
        except _GARBLED:
            await self._end()
            return Answer(error=self._ending(late=late, wall_seconds=wall_seconds))
        if not isinstance(answer, Answer):
            await self.kill()
            return Answer(error=ScriptError(kind="crashed", text="the worker said something else"))
        if late:
            await self.kill()
        return answer

    def _ending(self, *, late: bool, wall_seconds: float) -> ScriptError:
        code = self._process.returncode or 0
        if late or code == -signal.SIGXCPU:
            text = f"the script ran for more than {wall_seconds * 1000:.0f} ms and was ended"
            hint = "look for a loop, or a text pattern, that does not end"
            return ScriptError(kind="time", text=f"{text}: {hint}")
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return ScriptError(kind="crashed", text=f"the script's process ended by itself ({name})")

    async def _expect(self, *kinds: type[FromWorker]) -> FromWorker:
        try:
            async with asyncio.timeout(START_SECONDS):
                said = await self._read()
        except (*_GARBLED, TimeoutError) as failure:
            raise NotStarted(repr(failure)) from failure
        if not isinstance(said, kinds):
            raise NotStarted(f"the worker said {type(said).__name__}")
        return said

    async def _send(self, frame: bytes) -> None:
        stdin, _ = self._pipes()
        try:
            async with asyncio.timeout(START_SECONDS):
                stdin.write(frame)
                await stdin.drain()
        except (OSError, TimeoutError) as failure:
            raise NotStarted(repr(failure)) from failure

    async def _read(self) -> FromWorker:
        _, stdout = self._pipes()
        (length,) = LENGTH.unpack(await stdout.readexactly(LENGTH.size))
        if length > FRAME_BYTES:
            raise EOFError(f"a frame of {length} bytes")
        said: FromWorker = decode_from_worker(await stdout.readexactly(length))
        return said

    def _pipes(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        return stdin, stdout


def _environment() -> dict[str, str]:
    """Where modules are found, just as in this process, and nothing else: no secrets."""
    found = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    if "LD_LIBRARY_PATH" in os.environ:
        found["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return found
