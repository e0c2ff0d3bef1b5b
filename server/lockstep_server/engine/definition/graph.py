"""The graph: where paths and triggers lead, what is never reached, where people rest for ever."""

from lockstep_protocol.definition import Definition

from .findings import Findings, child, did_you_mean
from .texts import triggered_step


def successors(definition: Definition, key: str) -> set[str]:
    """The steps that may follow ``key``, by a choice or by a trigger."""
    node = definition[key]
    found = {path.step for path in node.step.paths} if node.step.status == "active" else set()
    return (found | set(triggers(definition, key))) & definition.keys()


def triggers(definition: Definition, key: str) -> list[str]:
    """The steps of the same entry that ``key`` triggers, in order."""
    steps = (triggered_step(action) for action in definition[key].actions)
    return [step for step in steps if step is not None]


def check_graph(definition: Definition, findings: Findings) -> bool:
    """Whether every path and trigger leads to a step that there is."""
    known = _check_targets(definition, findings)
    if known and "start" in definition:
        _check_cycles(definition, findings)
        _check_reached(definition, findings)
    for key, node in definition.items():
        if node.step.status == "active" and not node.step.paths and not triggers(definition, key):
            findings.warn(
                "dead_end",
                child("", key, "step"),
                f"The step {key!r} is active without paths: whoever stands there stays for ever.",
                "Give it a path, or the status retired.",
                key,
            )
    return known


def _check_targets(definition: Definition, findings: Findings) -> bool:
    known = True
    for key, node in definition.items():
        for index, path in enumerate(node.step.paths):
            if path.step not in definition:
                known = False
                findings.error(
                    "missing_step",
                    child("", key, "step", "paths", index, "step"),
                    f"The path {path.label!r} of {key!r} leads to the step {path.step!r}, "
                    "which there is not.",
                    did_you_mean(path.step, definition),
                    key,
                )
        for index, action in enumerate(node.actions):
            target = triggered_step(action)
            if target is not None and target not in definition:
                known = False
                findings.error(
                    "missing_step",
                    child("", key, "actions", index, "args"),
                    f"A trigger of {key!r} names the step {target!r}, which there is not.",
                    did_you_mean(target, definition),
                    key,
                )
    return known


def _check_cycles(definition: Definition, findings: Findings) -> None:
    """Own-entry triggers have no condition, so a cycle of them never ends."""
    done: set[str] = set()
    for first in definition:
        trail: list[str] = []
        stack: list[tuple[str, int]] = [(first, 0)]
        while stack:
            key, depth = stack.pop()
            del trail[depth:]
            if key in trail:
                _report_cycle(trail[trail.index(key) :], findings, definition)
                return
            if key in done:
                continue
            trail.append(key)
            follow = triggers(definition, key)
            if not follow:
                done.add(key)
            stack += [(step, depth + 1) for step in follow]
        done.update(trail)


def _report_cycle(cycle: list[str], findings: Findings, definition: Definition) -> None:
    key = cycle[0]
    follow = cycle[1] if len(cycle) > 1 else key
    index = next(
        i for i, action in enumerate(definition[key].actions) if triggered_step(action) == follow
    )
    findings.error(
        "trigger_cycle",
        child("", key, "actions", index),
        f"The steps {' -> '.join([*cycle, key])} trigger one another without end.",
        "Let a user's choice, a path, lead back instead.",
        key,
    )


def _check_reached(definition: Definition, findings: Findings) -> None:
    reached = {"start"}
    waiting = ["start"]
    while waiting:
        for step in successors(definition, waiting.pop()) - reached:
            reached.add(step)
            waiting.append(step)
    for key in definition:
        if key not in reached:
            findings.warn(
                "unreachable_step",
                child("", key),
                f"No path and no trigger leads to the step {key!r}.",
                "Take it out, or let a path lead to it.",
                key,
            )
