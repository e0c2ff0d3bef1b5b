"""Scripts as administrators look at them: how they ran, and what one would do."""

import time
from typing import Any

import msgspec

from lockstep_protocol.entry import rfc3339
from lockstep_protocol.refusals import invalid, refused
from lockstep_server.scripts.limits import PARAM_NAMES
from lockstep_server.scripts.runner import ScriptRunner
from lockstep_server.store.effects import StoredRun

from .world import World


class RunView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run as administrators see it; ``text``: what came of it, or why it came to nothing."""

    n: int
    at: str
    entry: str
    title: str
    user: str
    step: str
    ms: float
    ok: bool
    text: str = ""
    log: tuple[str, ...] = ()


async def runs(world: World, handle: str, before: int | None, limit: int) -> dict[str, Any]:
    """The last runs of a script, newest first, and what to ask for next."""
    found = await world.store.script_runs(handle, before, limit)
    page: dict[str, Any] = {"runs": [_view(each) for each in found]}
    if len(found) == limit:
        page["before"] = found[-1].n
    return page


async def trial(
    world: World, runner: ScriptRunner, handle: str, source: str | None, params: dict[str, Any]
) -> dict[str, Any]:
    """What a script says, wants and returns; nothing of it is carried out."""
    if source is None:
        script = world.records.get("script", handle)
        if script is None:
            raise refused("not_found", f"There is no script {handle!r}.")
        source = script["source"]
    for name in params:
        if name not in PARAM_NAMES:
            known = ", ".join(PARAM_NAMES)
            raise invalid(f"/params/{name}", f"There is no parameter {name!r}; there are {known}.")
    started = time.perf_counter()
    result = await runner.run(source, params, mock=True)
    ms = round((time.perf_counter() - started) * 1000, 1)
    told: dict[str, Any] = msgspec.to_builtins(result)
    return {**told, "ms": ms}


def _view(stored: StoredRun) -> RunView:
    run = stored.run
    return RunView(
        n=stored.n,
        at=rfc3339(stored.at),
        entry=run.entry,
        title=stored.title,
        user=run.user,
        step=run.step,
        ms=run.ms,
        ok=run.ok,
        text=run.text,
        log=run.log,
    )
