"""Exploring a definition: all that can happen to its entries, and what of it should not."""

from collections.abc import Hashable, Mapping

import msgspec

from lockstep_protocol.definition import Definition
from lockstep_server.engine.definition.compiled import CompiledDefinition

from .cast import Cast
from .playing import Play
from .reports import KINDS, Report
from .runaway import Part, runaways
from .searching import Bounds, Explored, Stopped, search
from .stuck import stuck
from .watching import Seen


class Result(msgspec.Struct, frozen=True):
    """What exploring came to.

    ``states`` were found, in ``ends`` of them everybody is done. ``stopped``: a bound was
    reached; then only routes of up to ``depth`` moves were all tried, the start being the first.
    ``needs_dispatch``: without one, entries cannot be started.
    ``steps`` and ``paths`` (step, label) were reached and taken on some route.
    """

    cast: Cast
    needs_dispatch: bool
    states: int
    ends: int
    depth: int
    stopped: Stopped | None
    steps: frozenset[str]
    paths: frozenset[tuple[str, str]]
    reports: tuple[Report, ...]

    @property
    def problems(self) -> int:
        """Reports that are not only notes."""
        return sum(not report.note for report in self.reports)


def explore(
    definition: CompiledDefinition, cast: Cast, bounds: Bounds, others: Mapping[str, Part]
) -> Result:
    """Play ``definition`` with ``cast``. ``others`` are workflows that its triggers may start."""
    parts = {**others, definition.name: Part(definition, cast)}
    # First as it is meant to be started: what is found there is told of that.
    ways = [True, False] if uses_dispatch(definition.nodes) else [False]
    runs: list[Explored] = []
    watches: list[Seen] = []
    reports: dict[Hashable, Report] = {}
    needs_dispatch = False
    for dispatched in ways:
        seen = Seen()
        run = search(Play(definition, cast, dispatched), bounds, seen)
        found = {**seen.reports, **runaways(seen, parts), **stuck(run)}
        if runs and not run.states:
            # That it cannot even be started does no harm: nobody gets stuck in it.
            needs_dispatch = bool(runs[0].states)
            continue
        for same, report in found.items():
            reports.setdefault(same, _undispatched(report) if runs else report)
        runs.append(run)
        watches.append(seen)
    order = list(KINDS)
    return Result(
        cast=cast,
        needs_dispatch=needs_dispatch,
        states=sum(len(run.states) for run in runs),
        ends=sum(state.entry.head.live == 0 for run in runs for state in run.states),
        depth=min(run.depth for run in runs),
        stopped=next((run.stopped for run in runs if run.stopped is not None), None),
        steps=frozenset().union(*(each.steps for each in watches)),
        paths=frozenset().union(*(each.paths for each in watches)),
        reports=tuple(
            sorted(
                reports.values(),
                key=lambda each: (each.note, order.index(each.kind), len(each.route)),
            )
        ),
    )


def uses_dispatch(definition: Definition) -> bool:
    """Whether it looks as if a dispatch starts the workflow: it sets the task state, or a
    template speaks of the dispatch."""
    if any(action.action == "task" for node in definition.values() for action in node.actions):
        return True
    return any(
        "dispatch" in text
        for node in definition.values()
        for text in (node.step.name, node.step.template, node.step.description)
        if text is not None and "{" in text
    )


def _undispatched(report: Report) -> Report:
    text = f"{report.text} This is about entries that no dispatch started."
    return msgspec.structs.replace(report, text=text)
