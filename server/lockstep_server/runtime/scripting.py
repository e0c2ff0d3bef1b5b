"""Scripts as effects: run in their own process, their intents applied once, as one change."""

import time
from contextlib import suppress
from typing import Any

import msgspec

from lockstep_protocol.refusals import Refused
from lockstep_server.engine.context import Chain, template_context
from lockstep_server.engine.entry import Entry
from lockstep_server.engine.facts import ScriptRan
from lockstep_server.engine.scripted import SCRIPT, carry_out
from lockstep_server.scripts.result import ScriptResult
from lockstep_server.scripts.runner import ScriptRunner
from lockstep_server.store.change import Change
from lockstep_server.store.effects import EffectWrite
from lockstep_server.store.effects import ScriptRun as Run
from lockstep_server.store.interface import StoreFailed

from .actor import Actor
from .changes import Drafted
from .effects import GiveUp, Performed, TryLater
from .notices import part_id
from .recorder import Recorder
from .starts import chain_of
from .world import World

HICCUPS = 3
"""Tries of a script that took too long or whose process died: the machine may have been busy."""
MAX_CHAIN_RUNS = 10_000
"""Runs of scripts that may follow from what one chain's scripts and workflows did by themselves."""


class Scripting:
    """Performs ``script``, which becomes one ``script_run`` for each user in its scope."""

    def __init__(self, world: World, recorder: Recorder, runner: ScriptRunner) -> None:
        self._world = world
        self._recorder = recorder
        self._runner = runner

    async def script(self, effect: EffectWrite) -> Performed:
        """One run for each user. Raises ``GiveUp`` where scripts multiply one another."""
        world = self._world
        body: dict[str, Any] = msgspec.json.decode(effect.body)
        chain = chain_of(effect, body)
        users = await world.entries.meant(effect.entry, body["users"])
        follow = tuple(
            EffectWrite(
                part_id(effect, user),
                effect.entry,
                "script_run",
                msgspec.json.encode({**body, "user": user}),
                effect.channel,
            )
            for user in users
        )
        text = f"{len(follow)} {'run' if len(follow) == 1 else 'runs'}"
        if chain.depth == 1:
            return Performed(text, follow)
        # Counted with the change that queues them, so that no number of scripts gets past it.
        counted = f"runs:{chain.root}"
        async with world.mailboxes.turn(f"chain:{chain.root}"):
            before = await world.store.started(counted)
            if before + len(follow) > MAX_CHAIN_RUNS:
                raise GiveUp(
                    f"{before} runs of scripts followed from one another already, and at most "
                    f"{MAX_CHAIN_RUNS} may."
                )
            now = world.clock()
            change = Change(
                at=now,
                by=SCRIPT,
                cause="script",
                unique=f"effect:{effect.id}",
                effects=follow,
                starts=(counted, len(follow)),
                ended=(effect.ended(now, text),),
            )
            await world.committer.commit(change, lambda n: world.effects.add(follow))
        return Performed(stored=True)

    async def run(self, effect: EffectWrite) -> Performed:
        """Run the script for one user and apply what it wants, unless that was done before."""
        world = self._world
        unique = f"effect:{effect.id}"
        if await world.store.by_unique(unique) is not None:
            return Performed("done before")
        body: dict[str, Any] = msgspec.json.decode(effect.body)
        handle = body["handle"]
        chain = chain_of(effect, body)
        script = world.records.get("script", handle)
        if script is None:
            raise GiveUp(f"There is no script {handle!r}: put it at /v1/scripts/{handle}.")
        async with world.entries.turn(effect.entry) as entry:
            if entry is None:
                raise GiveUp("The entry is not there any more.")
            params = self._params(entry, body)
        started = time.perf_counter()
        # Outside of the turn: others may go on with the entry while the script thinks.
        result = await self._runner.run(script["source"], params)
        ms = round((time.perf_counter() - started) * 1000, 1)
        try:
            _check(handle, result)
            async with world.entries.turn(effect.entry) as entry:
                assert entry is not None, "entries are never deleted"
                await self._apply(effect, entry, body, result, chain, unique, ms)
        except (GiveUp, TryLater) as failure:
            await self._note(_ran(effect, body, result, ms, str(failure)))
            raise
        return Performed(stored=True)

    async def _note(self, ran: Run) -> None:
        """Keep a run that changed nothing, for who has to mend the script."""
        change = Change(at=self._world.clock(), by=SCRIPT, cause="script", run=ran)
        # Its failure is told by the incident, too: nothing stops for this.
        with suppress(StoreFailed):
            await self._world.committer.commit(change, lambda n: None)

    async def _apply(
        self,
        effect: EffectWrite,
        entry: Entry,
        body: dict[str, Any],
        result: ScriptResult,
        chain: Chain,
        unique: str,
        ms: float,
    ) -> None:
        world = self._world
        definition = await world.workflows.of(entry.head)
        actor = Actor(SCRIPT)
        context = world.context(actor)
        ran = ScriptRan(effect.id, body["handle"], body["user"], result.log)
        try:
            decision = carry_out(
                context,
                definition,
                entry,
                ran=ran,
                step=body["step"],
                source=body["source"],
                intents=result.intents,
                chain=chain,
            )
        except Refused as no:
            raise GiveUp(f"script {body['handle']}: {no.refusal.message}") from no
        end = effect.ended(context.now, f"{len(result.intents)} intents")
        drafted = Drafted(entry, decision.draft, definition, decision.effects)
        await self._recorder.record_quietly(
            actor,
            SCRIPT,
            (drafted,),
            context.now,
            unique=unique,
            ended=(end,),
            run=_ran(effect, body, result, ms),
        )

    def _params(self, entry: Entry, body: dict[str, Any]) -> dict[str, Any]:
        head = entry.head
        names = template_context(self._world.context(Actor(SCRIPT)), head, body["source"])
        return {
            "userId": body["user"],
            "from": body["source"],
            "to": head.sink,
            "payload": head.data,
            "entity": names.get("dispatch") or names["entry"],
            "rule": head.workflow,
            "step": body["step"],
            "body": body["body"],
        }


def _ran(
    effect: EffectWrite, body: dict[str, Any], result: ScriptResult, ms: float, wrong: str = ""
) -> Run:
    """The run as administrators find it again; ``wrong``: why it came to nothing."""
    wants = f"{len(result.intents)} {'intent' if len(result.intents) == 1 else 'intents'}"
    return Run(
        script=body["handle"],
        effect=effect.id,
        entry=effect.entry,
        user=body["user"],
        step=body["step"],
        ms=ms,
        ok=not wrong,
        text=wrong or wants,
        log=result.log,
    )


def _check(handle: str, result: ScriptResult) -> None:
    error = result.error
    if error is None:
        return
    text = f"script {handle}: {error}"
    if error.kind in ("time", "crashed"):
        raise TryLater(text, tries=HICCUPS)
    raise GiveUp(text)
