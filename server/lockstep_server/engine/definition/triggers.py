"""Triggers of the same entry: they always fire, so that no chain of them may be long or endless."""

from collections.abc import Sequence

from .bounds import TRIGGER_CHAIN
from .findings import Findings, child
from .graph import Graph

SHOWN = 8
"""Steps of a route that are named in a text."""


def check_triggers(graph: Graph, findings: Findings) -> None:
    """Report each cycle of triggers, and chains longer than the engine carries out."""
    cyclic = _check_cycles(graph, findings)
    long = {key for key, chain in graph.chains.items() if len(chain) > TRIGGER_CHAIN + 1}
    into_long = {step for key in long for _, step in graph.triggers[key]}
    for key in graph.definition:
        if key in long - into_long and cyclic.isdisjoint(graph.chains[key]):
            findings.add(
                "long_trigger_chain",
                child("", key, "actions"),
                f"Activating {key!r} triggers more than {TRIGGER_CHAIN} steps,"
                " so that it would always be refused.",
                "Leave out steps that nobody is meant to stop at.",
                key,
            )


def route(steps: Sequence[str]) -> str:
    """Steps one after the other; of many, the first and the last."""
    shown = [repr(step) for step in steps]
    if len(shown) > SHOWN:
        shown = [*shown[: SHOWN // 2], "…", *shown[-SHOWN // 2 :]]
    return " -> ".join(shown)


def _check_cycles(graph: Graph, findings: Findings) -> set[str]:
    """Depth first along triggers; whatever leads back into the trail closes a cycle."""
    done: set[str] = set()
    cyclic: set[str] = set()
    for first in graph.definition:
        if first in done:
            continue
        trail = {first: 0}
        edges = [iter(graph.triggers[first])]
        while trail:
            edge = next(edges[-1], None)
            if edge is None:
                done.add(trail.popitem()[0])
                edges.pop()
            elif edge[1] in trail:
                cycle = list(trail)[trail[edge[1]] :]
                cyclic.update(cycle)
                _report_cycle(cycle, edge[0], findings)
            elif edge[1] not in done:
                trail[edge[1]] = len(trail)
                edges.append(iter(graph.triggers[edge[1]]))
    return cyclic


def _report_cycle(cycle: list[str], index: int, findings: Findings) -> None:
    findings.add(
        "trigger_cycle",
        child("", cycle[-1], "actions", index, "args"),
        f"The triggers {route([*cycle, cycle[0]])} never end: each step triggers the next"
        " whenever it is activated.",
        "Let a path, which a user chooses, lead back instead.",
        cycle[-1],
    )
