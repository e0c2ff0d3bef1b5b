"""The graph: where paths and triggers lead, and what of it can ever be reached."""

from lockstep_protocol.definition import Definition, Node

from .arguments import triggered_step
from .bounds import TRIGGER_CHAIN
from .findings import Findings, child
from .people import is_one_person, recipients, scope_of, status_after

START = "start"


class Graph:
    """What the checks of the graph share. Edges to steps that are not there are left out."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.triggers = {key: self._triggers(node) for key, node in definition.items()}
        self.reached = self._reach()
        self.at_start = set(self.chain(START)) if START in definition else set()
        self.recipients = recipients(definition, self.reached, self.at_start)
        self.alone = self._is_for_one()

    def chain(self, key: str) -> list[str]:
        """The steps that are activated together: ``key`` and all that it triggers, in order.

        Cut off behind the longest chain that the engine carries out.
        """
        chain = [key]
        at = 0
        while at < len(chain) <= TRIGGER_CHAIN + 1:
            chain += [step for _, step in self.triggers[chain[at]]]
            at += 1
        return chain

    def nodes(self, key: str) -> list[Node]:
        """The nodes of ``chain``."""
        return [self.definition[step] for step in self.chain(key)]

    def choices(self, key: str) -> set[str]:
        """The steps to which the paths of ``key`` lead."""
        return {path.step for path in self.definition[key].step.paths} & self.definition.keys()

    def rest(self, key: str) -> tuple[str, str] | None:
        """Where those in the scope of ``key`` stand after it was activated, with their status.

        None when its scope cannot be read.
        """
        scope = scope_of(self.definition[key].step.scope)
        if scope is None:
            return None
        chain = self.chain(key)
        place, status = status_after(self.nodes(key), scope, source_is_people=self.alone)
        return chain[place or 0], status or "active"

    def _triggers(self, node: Node) -> list[tuple[int, str]]:
        steps = ((index, triggered_step(action)) for index, action in enumerate(node.actions))
        return [(index, step) for index, step in steps if step in self.definition]

    def _reach(self) -> set[str]:
        reached = {START} & self.definition.keys()
        waiting = list(reached)
        while waiting:
            key = waiting.pop()
            near = self.choices(key) | {step for _, step in self.triggers[key]}
            waiting += near - reached
            reached |= near
        return reached

    def _is_for_one(self) -> bool:
        """Whether a single user receives all of it, so that nobody can be left behind."""
        return len(self.recipients) == 1 and is_one_person(self.recipients[0])


def check_targets(definition: Definition, findings: Findings) -> None:
    """Every path and trigger leads to a step that there is."""
    for key, node in definition.items():
        for index, path in enumerate(node.step.paths):
            if path.step not in definition:
                findings.add(
                    "missing_step",
                    child("", key, "step", "paths", index, "step"),
                    f"The path {path.label!r} of {key!r} leads to {path.step!r},"
                    " and there is no such step.",
                    findings.did_you_mean(path.step, definition),
                    key,
                )
        for index, action in enumerate(node.actions):
            target = triggered_step(action)
            if target and target not in definition:
                findings.add(
                    "missing_step",
                    child("", key, "actions", index, "args"),
                    f"A trigger of {key!r} names {target!r}, and there is no such step.",
                    findings.did_you_mean(target, definition)
                    or "To start another workflow, name it as `rule`.",
                    key,
                )


def check_triggers(graph: Graph, findings: Findings) -> None:
    """Own-entry triggers always fire, so a cycle of them never ends, nor may a chain be long."""
    cyclic = _check_cycles(graph, findings)
    long = {key for key in graph.definition if len(graph.chain(key)) > TRIGGER_CHAIN + 1}
    into_long = {step for key in long for _, step in graph.triggers[key]}
    for key in graph.definition:
        if key in long - into_long and not cyclic & set(graph.chain(key)):
            findings.add(
                "long_trigger_chain",
                child("", key, "actions"),
                f"Activating {key!r} triggers more than {TRIGGER_CHAIN} steps,"
                " so that it would always be refused.",
                "Leave out steps that nobody is meant to stop at.",
                key,
            )


def _check_cycles(graph: Graph, findings: Findings) -> set[str]:
    """Depth first along triggers; whatever leads back into the trail closes a cycle."""
    done: set[str] = set()
    cyclic: set[str] = set()
    for first in graph.definition:
        if first in done:
            continue
        trail = [first]
        edges = [iter(graph.triggers[first])]
        while trail:
            edge = next(edges[-1], None)
            if edge is None:
                done.add(trail.pop())
                edges.pop()
            elif edge[1] in trail:
                cycle = trail[trail.index(edge[1]) :]
                cyclic.update(cycle)
                _report_cycle(cycle, edge[0], findings)
            elif edge[1] not in done:
                trail.append(edge[1])
                edges.append(iter(graph.triggers[edge[1]]))
    return cyclic


def _report_cycle(cycle: list[str], index: int, findings: Findings) -> None:
    shown = " -> ".join([*cycle, cycle[0]])
    findings.add(
        "trigger_cycle",
        child("", cycle[-1], "actions", index, "args"),
        f"The triggers {shown} never end: each step triggers the next whenever it is activated.",
        "Let a path, which a user chooses, lead back instead.",
        cycle[-1],
    )


def check_reach(graph: Graph, findings: Findings) -> None:
    """Warn of steps that are never reached, and of those that nobody ever leaves."""
    if START in graph.definition and not findings.incomplete & graph.reached:
        for key in graph.definition:
            if key not in graph.reached:
                findings.add(
                    "unreachable_step",
                    child("", key),
                    f"No path and no trigger leads from `start` to {key!r}.",
                    "Let one lead to it, or take it out; only a script or another workflow"
                    " could still name it.",
                    key,
                )
    for key, node in graph.definition.items():
        rest = graph.rest(key)
        paths = node.step.paths
        if rest == (key, "active") and not paths and key not in findings.incomplete:
            findings.add(
                "dead_end",
                child("", key, "step"),
                f"The step {key!r} is active and has no paths: it stays in the inbox for ever.",
                "Give it a path, or the status `retired`.",
                key,
            )
        if rest == (key, "retired") and paths:
            findings.add(
                "retired_with_paths",
                child("", key, "step", "paths"),
                f"The step {key!r} is retired, so nobody can choose its paths.",
                "Make it active, or take the paths out.",
                key,
            )
