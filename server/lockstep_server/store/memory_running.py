"""The part of the twin in memory that looks at all that is under way."""

from collections.abc import Iterator
from typing import Any

from .effects import RUNS_KEPT, ScriptRun, StoredRun
from .memory_queue import MemoryQueue
from .running import LOCK_SECONDS, USERS, Mark, Stand, Standing, Stuck, stuck_before


class MemoryRunning(MemoryQueue):
    """Reads the whole of what is kept, each time."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: dict[str, tuple[Any, Any]] = {}
        self._runs: list[tuple[int, float, ScriptRun]] = []

    def _keep_run(self, n: int, at: float, run: ScriptRun) -> None:
        self._runs.append((n, at, run))
        of = [each for each in self._runs if each[2].script == run.script]
        for each in of[:-RUNS_KEPT]:
            self._runs.remove(each)

    async def running(self, now: float, after: float) -> list[Standing]:
        groups: dict[tuple[str, int, str], list[Stand]] = {}
        for stand in self._stands():
            groups.setdefault((stand.workflow, stand.version, stand.step), []).append(stand)
        return [self._standing(key, groups[key], now, after) for key in sorted(groups)]

    def _standing(
        self, key: tuple[str, int, str], stands: list[Stand], now: float, after: float
    ) -> Standing:
        since = [stand.since for stand in stands]
        median = since[(len(since) - 1) // 2]
        before = stuck_before(now, after, len(since), median)
        return Standing(
            *key,
            entries=len(stands),
            oldest=since[0],
            median=median,
            stuck=sum(at < before for at in since),
            locked=sum(stand.lock is not None for stand in stands),
            incidents=sum(stand.incidents > 0 for stand in stands),
        )

    async def stands(
        self, workflow: str, version: int, step: str, after: Mark, limit: int
    ) -> list[Stand]:
        key = (workflow, version, step)
        found = [s for s in self._stands() if (s.workflow, s.version, s.step) == key]
        return [stand for stand in found if stand.mark > after][:limit]

    async def stuck(self, now: float, after: float, limit: int) -> Stuck:
        old: list[Stand] = []
        for each in await self.running(now, after):
            key = (each.workflow, each.version, each.step)
            old += [s for s in self._stands() if (s.workflow, s.version, s.step) == key][
                : each.stuck
            ]
        held = [s for s in self._stands() if s.lock and s.lock.since < now - LOCK_SECONDS]
        failed = [stand for stand in self._stands() if stand.incidents]
        newest = {made.entry: n for n, _, made in self._incidents.values()}
        return Stuck(
            sorted(old, key=lambda stand: stand.mark)[:limit],
            sorted(held, key=lambda s: (s.lock.since if s.lock else 0, s.entry, s.place))[:limit],
            sorted(failed, key=lambda s: (-newest[s.entry], s.entry, s.place))[:limit],
        )

    async def script_runs(self, script: str, before: int | None, limit: int) -> list[StoredRun]:
        found = [
            StoredRun(n, at, self._title(run.entry), run)
            for n, at, run in reversed(self._runs)
            if run.script == script and (before is None or n < before)
        ]
        return found[:limit]

    def _stands(self) -> Iterator[Stand]:
        """All of them, the oldest first."""
        found = [
            self._stand(id, no, place)
            for id, (_, row) in self._entries.items()
            for no, place in row.places.items()
            if place.status == "active"
        ]
        return iter(sorted(found, key=lambda stand: stand.mark))

    def _stand(self, id: str, no: int, place: Any) -> Stand:
        head, row = self._entries[id]
        users = sorted(user for user, at in row.members.items() if at == no)
        return Stand(
            entry=id,
            place=no,
            since=place.at,
            title=head.title,
            workflow=head.workflow,
            version=head.workflow_version,
            step=place.step,
            users=tuple(users[:USERS]),
            user_count=len(users),
            lock=head.lock,
            incidents=sum(made.entry == id for _, _, made in self._incidents.values()),
        )
