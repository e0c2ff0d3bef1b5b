"""What is seen while moves are tried: scopes that are empty, refusals, and workflows started."""

from collections.abc import Hashable
from typing import Any

import msgspec

from lockstep_protocol.refusals import Refusal
from lockstep_server.engine.definition.arguments import argument, triggered_step
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.definition.findings import child
from lockstep_server.engine.facts import Activated, EffectRequested, Incident
from lockstep_server.engine.scopes.query import Query, evaluate
from lockstep_server.engine.scopes.resolve import parse_scope

from .playing import Done, Move
from .reports import Report
from .searching import Explored

Started = tuple[str, str]
"""A workflow's name and the step at which a trigger starts it."""


class Trigger(msgspec.Struct, frozen=True):
    """Where the definition starts a workflow, and a shortest route on which it does."""

    pointer: str
    route: tuple[Move, ...]


class Seen:
    """Everything worth telling of one play, each thing at its first time: the route is then a
    shortest one. ``steps`` and ``paths`` (step, label) are all that were reached and taken."""

    def __init__(self) -> None:
        self.reports: dict[Hashable, Report] = {}
        self.starts: dict[Started, Trigger] = {}
        self.steps: set[str] = set()
        self.paths: set[tuple[str, str]] = set()
        self._looked_at: set[tuple[str, str]] = set()

    def done(self, explored: Explored, number: int | None, move: Move, done: Done) -> None:
        """Look at what ``move`` did."""
        if move.path is not None:
            self.paths.add((move.step, move.path))
        definition = explored.play.definition
        started = (effect for effect in done.effects if effect.kind == "start")
        step = ""
        for fact in done.facts:
            if isinstance(fact, Activated):
                step = fact.step
                self._actions(explored, number, move, step, fact.source)
            elif isinstance(fact, EffectRequested) and fact.kind == "start":
                body = next(started).body
                self._start(definition, explored, number, move, step, body)
            elif isinstance(fact, Incident) and fact.pointer.endswith("/step/scope"):
                text = f"{fact.text} It is not delivered."
                self._report("empty_scope", fact.pointer, text, explored, number, move)

    def refused(self, explored: Explored, number: int | None, move: Move, refusal: Refusal) -> None:
        """Look at why ``move`` was refused."""
        details = refusal.details or {}
        whose = "start" if move.path is None else "choice"
        text = f"{refusal.message} The {whose} is refused."
        match refusal.code:
            case "empty_scope":
                pointer = child("", details["step"], "step", "scope")
                self._report("empty_scope", pointer, text, explored, number, move)
            case "action_failed" if str(details.get("pointer", "")).endswith("/scope"):
                self._report("empty_scope", details["pointer"], text, explored, number, move)
            case "trigger_cycle":
                pointer = _cycle_pointer(explored.play.definition, details["steps"])
                self._report("runaway", pointer, text, explored, number, move)
            case _:
                pointer = str(details.get("pointer") or child("", move.step, "step"))
                self._report("refused", pointer, text, explored, number, move)

    def _report(
        self,
        kind: Any,
        pointer: str,
        text: str,
        explored: Explored,
        number: int | None,
        move: Move,
    ) -> None:
        if (kind, pointer) not in self.reports:
            route = (*explored.route(number), move)
            self.reports[kind, pointer] = Report(kind, pointer, text, route)

    def _actions(
        self, explored: Explored, number: int | None, move: Move, step: str, source: str
    ) -> None:
        """Whether an action of ``step`` is for nobody: the engine passes over most of those."""
        self.steps.add(step)
        if (step, source) in self._looked_at:
            return
        self._looked_at.add((step, source))
        for index, action in enumerate(explored.play.definition.nodes[step].actions):
            scope = parse_scope(action.scope) if action.scope is not None else None
            if isinstance(scope, Query) and not evaluate(
                scope, explored.play.cast.directory, source
            ):
                pointer = child("", step, "actions", index, "scope")
                text = (
                    f"Nobody is in the scope {action.scope!r} of the action {action.action!r}"
                    f" of the step {step!r}: it does nothing."
                )
                self._report("empty_scope", pointer, text, explored, number, move)

    def _start(
        self,
        definition: CompiledDefinition,
        explored: Explored,
        number: int | None,
        move: Move,
        step: str,
        body: dict[str, Any],
    ) -> None:
        started = (str(body["workflow"]), str(body["step"] or "start"))
        if body["users"] == [] or started in self.starts:
            return
        index = next(
            index
            for index, action in enumerate(definition.nodes[step].actions)
            if action.action == "trigger"
            and (argument(action, "rule"), argument(action, "step"))
            == (body["workflow"], body["step"])
        )
        pointer = child("", step, "actions", index)
        self.starts[started] = Trigger(pointer, (*explored.route(number), move))


def _cycle_pointer(definition: CompiledDefinition, steps: list[str]) -> str:
    """The action that closes the circle; of a chain that is only long, its first step's."""
    for index, action in enumerate(definition.nodes[steps[-1]].actions):
        if triggered_step(action) in steps:
            return child("", steps[-1], "actions", index)
    return child("", steps[0], "actions")
