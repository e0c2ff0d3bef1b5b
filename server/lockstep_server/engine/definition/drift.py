"""Users who drift apart: some moved on, some still hold paths that others have taken."""

from lockstep_protocol.definition import Path
from lockstep_server.engine.scopes.resolve import All, Scope

from .findings import Findings, child
from .graph import Graph
from .people import cut, said

NAMED = 5
"""Scopes of those left behind that are named in a text."""


def check_drift(graph: Graph, findings: Findings) -> None:
    """Warn of each step from which a path moves fewer users than hold it."""
    if graph.alone:
        return
    clear = {key: graph.is_clear(key) for key in graph.definition}
    behind: dict[tuple[int, str], list[Scope]] = {}
    names: dict[int, str] = {}
    for key, node in graph.definition.items():
        holders = graph.scopes[key]
        if key not in graph.reached or holders is None or graph.rest(key) != (key, "active"):
            continue
        to: dict[str, list[tuple[int, Path]]] = {}
        for index, path in enumerate(node.step.paths):
            if path.step in graph.definition and path.step != key:
                to.setdefault(path.step, []).append((index, path))
        for target, taken in to.items():
            pair = id(holders), target
            if pair not in behind:
                behind[pair] = _left_behind(graph, holders, target) if clear[target] else []
            left = behind[pair]
            if not left:
                continue
            for group in left[:NAMED]:
                if id(group) not in names:
                    names[id(group)] = f"`{said(group)}`"
            who = [names[id(group)] for group in left[:NAMED]]
            if len(left) > NAMED:
                who.append(f"{len(left) - NAMED} more")
            _report(graph, key, target, taken, "; ".join(who), findings)


def _left_behind(graph: Graph, holders: Scope, target: str) -> list[Scope]:
    """Those of ``holders`` whose item stays active where it was when one chooses ``target``."""
    everybody = isinstance(holders, All)
    if any(isinstance(graph.scopes[step], All) for step in graph.chains[target]):
        return []
    return [
        group
        for group in (graph.recipients if everybody else [holders])
        if graph.after(target, group, not everybody) in ((None, None), (None, "active"))
    ]


def _report(
    graph: Graph,
    key: str,
    target: str,
    taken: list[tuple[int, Path]],
    who: str,
    findings: Findings,
) -> None:
    labels = ", ".join(repr(path.label) for _, path in taken)
    scope = graph.definition[target].step.scope or "$sink"
    findings.add(
        "users_drift_apart",
        child("", key, "step", "paths", taken[0][0]),
        f"Choosing {labels} at {key!r} takes only `{cut(scope.strip())}` to"
        f" {target!r}: of {who}, those outside that scope keep {key!r} and can still choose its"
        " paths.",
        f"With the scope `$all`, {target!r} would keep everybody together; leave it as it is if"
        " each is to answer alone.",
        key,
    )
