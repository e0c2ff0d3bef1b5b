"""Exploring small definitions, written short."""

from collections.abc import Mapping
from typing import Any

from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.exploring.cast import Cast, made_up
from lockstep_server.engine.exploring.exploring import Result, explore
from lockstep_server.engine.exploring.reports import Report, route_text
from lockstep_server.engine.exploring.runaway import Part
from lockstep_server.engine.exploring.searching import Bounds
from tests.engine.graphs import graph
from tests.engine.world import compiled

ENOUGH = Bounds(20_000, lambda: False)


def play(
    definition: CompiledDefinition,
    cast: Cast | None = None,
    bounds: Bounds = ENOUGH,
    others: Mapping[str, Part] | None = None,
) -> Result:
    """All that can happen to entries of ``definition``."""
    return explore(definition, cast or made_up(definition.nodes), bounds, others or {})


def played(**nodes: dict[str, Any]) -> Result:
    """The same for a definition of these steps."""
    return play(graph(**nodes))


def told(result: Result) -> list[tuple[str, str, str]]:
    """Kind, pointer and route of each report; a note's kind in brackets."""
    return [
        (f"({each.kind})" if each.note else each.kind, each.pointer, route(each, result))
        for each in result.reports
    ]


def route(report: Report, result: Result) -> str:
    """The report's route as people read it."""
    return route_text(report.route, result.cast.sink)


def part(name: str, nodes: dict[str, Any]) -> Part:
    """A workflow that triggers may start, by its name."""
    definition = compiled(nodes)
    definition.name = name
    return Part(definition, made_up(definition.nodes))
