"""What administrators look at while things run: what stands where, what is stuck, who has it."""

from typing import Any

import msgspec

from lockstep_protocol.entry import Person, rfc3339
from lockstep_server.store.running import START, Mark, Stand, Standing

from .faults import store_faults
from .world import World


class StandingView(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A step with what stands at it; ``oldest`` and ``median``: since when."""

    workflow: str
    version: int
    step: str
    name: str
    entries: int
    oldest: str
    median: str
    name_style: str | None = None
    stuck: int = 0
    locked: int = 0
    incidents: int = 0


class StandView(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An entry at a step, with the first few of those who have it there."""

    entry: str
    title: str
    workflow: str
    version: int
    step: str
    name: str
    since: str
    users: tuple[Person, ...]
    user_count: int
    name_style: str | None = None
    locked_by: tuple[Person, ...] = ()
    locked_since: str | None = None
    incidents: int = 0
    why: tuple[str, ...] = ()


class Overseeing:
    """Reads what runs, and names steps and people."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._steps: dict[tuple[str, int], dict[str, tuple[str, str | None]]] = {}

    async def running(self, after: float) -> dict[str, Any]:
        """What stands at each step; stuck is what is there for ``after`` seconds, or unusually."""
        now = self._world.clock()
        with store_faults():
            found = await self._world.store.running(now, after)
            steps = [await self._standing(each) for each in found]
        return {"at": rfc3339(now), "steps": steps}

    async def step(
        self, workflow: str, version: int | None, step: str, after: Mark | None, limit: int
    ) -> dict[str, Any]:
        """The entries at a step, the longest first, and what to ask for next."""
        with store_faults():
            if version is None:
                version = (await self._world.workflows.stored(workflow)).version
            stands = await self._world.store.stands(workflow, version, step, after or START, limit)
            page: dict[str, Any] = {"entries": [await self._stand(each) for each in stands]}
        if len(stands) == limit:
            page["after"] = ":".join(map(str, (repr(stands[-1].since), *stands[-1].mark[1:])))
        return page

    async def stuck(self, after: float, limit: int) -> dict[str, Any]:
        """The entries that should be looked at, each once and with why; whether there are more."""
        now = self._world.clock()
        with store_faults():
            found = await self._world.store.stuck(now, after, limit)
            kinds = {"failed": found.failed, "locked": found.locked, "old": found.old}
            stands = {stand.mark: stand for each in kinds.values() for stand in each}
            views = []
            for mark, stand in sorted(stands.items()):
                why = [kind for kind, each in kinds.items() if any(s.mark == mark for s in each)]
                views.append(await self._stand(stand, tuple(why)))
        more = any(len(each) >= limit for each in kinds.values())
        return {"at": rfc3339(now), "entries": views, "more": more}

    async def _standing(self, each: Standing) -> StandingView:
        name, style = await self._named(each.workflow, each.version, each.step)
        return StandingView(
            workflow=each.workflow,
            version=each.version,
            step=each.step,
            name=name,
            name_style=style,
            entries=each.entries,
            oldest=rfc3339(each.oldest),
            median=rfc3339(each.median),
            stuck=each.stuck,
            locked=each.locked,
            incidents=each.incidents,
        )

    async def _stand(self, stand: Stand, why: tuple[str, ...] = ()) -> StandView:
        name, style = await self._named(stand.workflow, stand.version, stand.step)
        person, lock = self._world.records.person, stand.lock
        return StandView(
            entry=stand.entry,
            title=stand.title,
            workflow=stand.workflow,
            version=stand.version,
            step=stand.step,
            name=name,
            name_style=style,
            since=rfc3339(stand.since),
            users=tuple(person(user) for user in stand.users),
            user_count=stand.user_count,
            locked_by=tuple(person(user) for user in lock.by) if lock else (),
            locked_since=rfc3339(lock.since) if lock else None,
            incidents=stand.incidents,
            why=why,
        )

    async def _named(self, workflow: str, version: int, step: str) -> tuple[str, str | None]:
        """A step's name and its style, as the definition has them; versions never change."""
        key = (workflow, version)
        if key not in self._steps:
            stored = await self._world.store.definition(workflow, version)
            definition = msgspec.json.decode(stored.body) if stored else {}
            self._steps[key] = {
                node: (part.get("step", {}).get("name") or node, part["step"].get("nameStyle"))
                for node, part in definition.items()
                if isinstance(part, dict) and isinstance(part.get("step"), dict)
            }
        name, style = self._steps[key].get(step, (step, None))
        # A name that is a template differs from entry to entry: the step goes by its key.
        return (step if "{{" in name or "{%" in name else name), style


def mark_of(text: str) -> Mark | None:
    """What ``after`` says; None when it says nothing that was ever told."""
    since, _, rest = text.partition(":")
    entry, _, place = rest.rpartition(":")
    try:
        return (float(since), entry, int(place))
    except ValueError:
        return None
