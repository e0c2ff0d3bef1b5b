"""Where paths and triggers lead, and which steps are never reached or never left."""

from lockstep_protocol.definition import Definition

from .arguments import triggered_step
from .findings import Findings, child
from .graph import START, Graph


def check_targets(definition: Definition, findings: Findings) -> None:
    """Every path and trigger leads to a step that there is."""
    for key, node in definition.items():
        for index, path in enumerate(node.step.paths):
            if path.step not in definition:
                place = child("", key, "step", "paths", index, "step")
                text = f"The path {path.label!r} of {key!r} leads to {path.step!r}"
                hint = "Add a step with that key, or lead it to one that there is."
                _report_missing(key, path.step, place, text, hint, definition, findings)
        for index, action in enumerate(node.actions):
            target = triggered_step(action)
            if target and target not in definition:
                place = child("", key, "actions", index, "args")
                if isinstance(action.args, dict):
                    place = child(place, "step")
                text = f"A trigger of {key!r} names {target!r}"
                hint = "To start another workflow, name it as `rule`."
                _report_missing(key, target, place, text, hint, definition, findings)
                # Whoever the trigger was to move on does not rest here.
                findings.incomplete.add(key)


def _report_missing(
    key: str,
    target: str,
    place: str,
    text: str,
    hint: str,
    definition: Definition,
    findings: Findings,
) -> None:
    close = findings.closest(target, definition)
    if close is not None:
        hint = f"Did you mean `{close}`?"
        # What was meant is reached all the same: one misspelling is one finding.
        findings.lose(key, close, graph=False)
    findings.add("missing_step", place, f"{text}, and there is no such step.", hint, key)


def check_reach(graph: Graph, findings: Findings) -> None:
    """Warn of steps that are never reached, and of those that nobody ever leaves."""
    for key, node in graph.definition.items():
        if START in graph.definition and key not in graph.reached:
            findings.add(
                "unreachable_step",
                child("", key),
                f"No path and no trigger leads from `start` to {key!r}.",
                "Let one lead to it, or take it out; only a script or another workflow"
                " could still name it.",
                key,
                key=True,
            )
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
