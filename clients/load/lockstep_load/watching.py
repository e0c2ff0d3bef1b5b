"""What the server says of itself, each second."""

import re
import time

import httpx

from .own_server import OwnServer
from .report import ServerSample

SECONDS = 2.0
CPU = re.compile(r"^process_cpu_seconds_total (\S+)$", re.MULTILINE)
MEMORY = re.compile(r"^process_resident_memory_bytes (\S+)$", re.MULTILINE)
STALLS = re.compile(r'^lockstep_loop_stall_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)
LONGEST = re.compile(r"^lockstep_loop_stall_longest_seconds (\S+)$", re.MULTILINE)


class Watch:
    """Reads ``/metrics``; of a server of our own, processor and memory are the system's word."""

    def __init__(self, url: str, token: str, own: OwnServer | None) -> None:
        self._own = own
        self._http = httpx.AsyncClient(
            base_url=url, timeout=SECONDS, headers={"Authorization": f"Bearer {token}"}
        )
        self._cpu = self._at = 0.0
        self._stalls: dict[str, float] = {}
        self._longest = 0.0
        self.latest: ServerSample | None = None

    async def look(self) -> None:
        """Ask once; ``latest`` is None while there is no answer, or no two to compare."""
        try:
            answer = await self._http.get("/metrics")
        except httpx.HTTPError:
            self.latest, self._at = None, 0.0
            return
        text, now = answer.text, time.monotonic()
        cpu, memory = CPU.search(text), MEMORY.search(text)
        usage = self._own.usage() if self._own is not None else None
        if usage is None and cpu is not None and memory is not None:
            usage = float(cpu[1]), int(float(memory[1]))
        if not answer.is_success or usage is None:
            self.latest = None
            return
        stall = self._stall(text)
        before, self._cpu = self._cpu, usage[0]
        at, self._at = self._at, now
        # A restarted process begins at nothing.
        if at and usage[0] >= before:
            share = (usage[0] - before) / (now - at)
            self.latest = ServerSample(round(share, 3), usage[1], round(stall * 1000, 1))

    def _stall(self, text: str) -> float:
        """Seconds of the longest stall since the last look, as exact as the buckets are."""
        longest = float(found[1]) if (found := LONGEST.search(text)) else 0.0
        counts = {bound: float(number) for bound, number in STALLS.findall(text)}
        before, self._stalls = self._stalls, counts
        grew, self._longest = longest > self._longest, longest
        if grew:
            return longest
        bounds = sorted(counts, key=float)
        total = counts[bounds[-1]] - before.get(bounds[-1], 0.0) if bounds else 0.0
        for bound in bounds:
            # Cumulative: the first bound that has all of the new ones is above the longest.
            if total > 0 and counts[bound] - before.get(bound, 0.0) >= total:
                return min(float(bound), longest)
        return 0.0

    async def close(self) -> None:
        """Let the connection go."""
        await self._http.aclose()
