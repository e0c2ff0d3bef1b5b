"""Users who drift apart: some moved on, some still hold paths that others have taken."""

from lockstep_protocol.definition import Definition, Node
from lockstep_server.engine.scopes.query import Query
from lockstep_server.engine.scopes.resolve import All, Scope, Sink, Source, parse_scope

from .findings import Findings, child
from .graph import triggers

_WORDS = {Sink: "$sink", Source: "$source", All: "$all"}


def check_drift(definition: Definition, findings: Findings) -> None:
    """Warn of each path that moves fewer users than hold it."""
    for key, node in definition.items():
        if node.step.status != "active":
            continue
        holders = parse_scope(node.step.scope)
        for index, path in enumerate(node.step.paths):
            if _moves_all(definition, holders, path.step):
                continue
            target = definition[path.step].step.scope or "$sink"
            findings.warn(
                "users_drift_apart",
                child("", key, "step", "paths", index),
                f"The step {key!r} is held by {_said(holders)}, but the path {path.label!r} moves "
                f"only {target} to {path.step!r}: the others keep {key!r} and its paths.",
                f"The scope $all for {path.step!r} keeps them together; "
                "leave it if each is meant to answer alone.",
                key,
            )


def _moves_all(definition: Definition, holders: Scope, target: str) -> bool:
    """Whether everybody in ``holders`` leaves the step, when one of them chooses ``target``."""
    seen: set[str] = set()
    follow = [target]
    while follow:
        key = follow.pop()
        if key in seen:
            continue
        seen.add(key)
        node = definition[key]
        if _covers(parse_scope(node.step.scope), holders) or _retires(node, holders):
            return True
        follow += triggers(definition, key)
    return False


def _covers(scope: Scope, holders: Scope) -> bool:
    if isinstance(scope, All) or scope == holders:
        return True
    # A single holder who chooses is the step's $source.
    return isinstance(holders, Sink) and isinstance(scope, Source)


def _retires(node: Node, holders: Scope) -> bool:
    return any(
        action.action == "status"
        and _value(action.args) == "retired"
        and _covers(parse_scope(action.scope), holders)
        for action in node.actions
    )


def _value(args: object) -> object:
    return args.get("status") if isinstance(args, dict) else args


def _said(scope: Scope) -> str:
    return "the users of its query" if isinstance(scope, Query) else _WORDS[type(scope)]
