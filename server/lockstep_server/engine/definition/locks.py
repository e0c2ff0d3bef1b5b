"""Locks that some route never frees."""

from lockstep_protocol.definition import Action
from lockstep_server.engine.scopes.resolve import All

from .arguments import argument
from .findings import Findings, child
from .graph import Graph
from .people import scope_of, status_after

Place = tuple[str, int]
"""A step's key and the index of one of its actions."""


def check_locks(graph: Graph, findings: Findings) -> None:
    """Warn of each lock that is still held at an end that can be reached from it."""
    told: set[Place] = set()
    for key in graph.definition:
        lock = _held_after(graph, key)
        if lock is None or lock in told or not graph.reached >= {key}:
            continue
        route = _stuck_route(graph, key)
        if route is None:
            continue
        told.add(lock)
        step, index = lock
        shown = " -> ".join(repr(each) for each in route)
        how = f"the route {shown} ends" if len(route) > 1 else f"everything ends at {shown}"
        findings.add(
            "lock_never_freed",
            child("", step, "actions", index),
            f"The lock that {step!r} takes is never freed when {how}.",
            "Add an `unlock` with the scope `$all` on the way, or give the lock a `ttl`.",
            step,
        )


def _held_after(graph: Graph, key: str) -> Place | None:
    """The lock without a lease that is held once ``key`` and all it triggers were activated."""
    held: Place | None = None
    for step in graph.chain(key):
        for index, action in enumerate(graph.definition[step].actions):
            if action.action == "lock":
                held = (step, index) if argument(action, "ttl") is None else None
            elif _frees(action):
                held = None
    return held


def _frees_lock(graph: Graph, key: str) -> bool:
    """Whether a lock from before is gone once ``key`` was activated."""
    if any(_frees(action) for node in graph.nodes(key) for action in node.actions):
        return True
    return _retires_everybody(graph, key)


def _frees(action: Action) -> bool:
    everybody = action.scope is None or isinstance(scope_of(action.scope), All)
    return action.action == "unlock" and everybody


def _retires_everybody(graph: Graph, key: str) -> bool:
    """An entry without an active item has no lock."""
    nodes = graph.nodes(key)
    return bool(graph.recipients) and all(
        status_after(nodes, people, graph.alone)[1] == "retired" for people in graph.recipients
    )


def _stuck_route(graph: Graph, key: str) -> list[str] | None:
    """The shortest route from the lock to an end that does not free it; without an end, a route
    that can only go round."""
    if _retires_everybody(graph, key):
        return None
    came: dict[str, str | None] = {key: None}
    waiting = [key]
    freed = False
    for step in waiting:
        nearby = {near for each in graph.chain(step) for near in graph.choices(each)}
        if not nearby:
            return _route(came, step)
        for near in sorted(nearby - came.keys()):
            if _frees_lock(graph, near) and _held_after(graph, near) is None:
                freed = True
            else:
                came[near] = step
                waiting.append(near)
    return None if freed else _route(came, waiting[-1])


def _route(came: dict[str, str | None], end: str) -> list[str]:
    route = [end]
    while (before := came[route[-1]]) is not None:
        route.append(before)
    return route[::-1]
