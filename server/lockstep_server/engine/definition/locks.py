"""Locks that some route never frees."""

from lockstep_protocol.definition import Action, Definition, Node
from lockstep_server.engine.scopes.resolve import All, parse_scope

from .findings import Findings, child
from .graph import successors


def check_locks(definition: Definition, findings: Findings) -> None:
    """Warn of each step whose lock outlasts a route that starts there."""
    freeing = {key for key, node in definition.items() if _frees(node)}
    ends = {key for key, node in definition.items() if _ends_everybody(node)}
    hopeful = _leading_to(definition, freeing | ends)
    for key, node in definition.items():
        index = _locks(node)
        if index is None:
            continue
        stuck = sorted(_locked_after(definition, key, freeing) - hopeful)
        if stuck:
            findings.warn(
                "lock_never_freed",
                child("", key, "actions", index),
                f"The step {key!r} takes the lock; a route over {stuck[0]!r} never frees it.",
                "Add an `unlock` with the scope $all there, or a `ttl` to the lock.",
                key,
            )


def _locks(node: Node) -> int | None:
    """The index of the lock that still holds when the step's actions are done."""
    held: int | None = None
    for index, action in enumerate(node.actions):
        if action.action == "lock" and not _has_lease(action):
            held = index
        elif _frees_all(action):
            held = None
    return held


def _frees(node: Node) -> bool:
    """Whether the lock is free when the step's actions are done."""
    return _locks(node) is None and any(_frees_all(action) for action in node.actions)


def _frees_all(action: Action) -> bool:
    if action.action != "unlock":
        return False
    return action.scope is None or isinstance(parse_scope(action.scope), All)


def _has_lease(action: Action) -> bool:
    return isinstance(action.args, dict) and "ttl" in action.args


def _ends_everybody(node: Node) -> bool:
    """A step that retires every item frees the lock by that."""
    scope = node.step.scope
    return node.step.status == "retired" and (
        isinstance(parse_scope(scope), All) or scope is None or scope.strip() == "$sink"
    )


def _locked_after(definition: Definition, key: str, freeing: set[str]) -> set[str]:
    """The steps that can be reached while the lock taken at ``key`` is held."""
    reached = {key}
    waiting = [key]
    while waiting:
        for step in successors(definition, waiting.pop()) - reached - freeing:
            reached.add(step)
            waiting.append(step)
    return reached


def _leading_to(definition: Definition, goals: set[str]) -> set[str]:
    before: dict[str, set[str]] = {}
    for key in definition:
        for step in successors(definition, key):
            before.setdefault(step, set()).add(key)
    found = set(goals)
    waiting = list(goals)
    while waiting:
        for key in before.get(waiting.pop(), set()) - found:
            found.add(key)
            waiting.append(key)
    return found
