"""What exploring a workflow came to, for people and for programs."""

from pathlib import Path
from typing import Any

import click

from lockstep_server.engine.definition.positions import Places
from lockstep_server.engine.exploring.cast import Cast
from lockstep_server.engine.exploring.exploring import Result
from lockstep_server.engine.exploring.reports import KINDS, Report, listed, route_text
from lockstep_server.engine.exploring.runaway import Part
from lockstep_server.engine.scopes.directory import User


def told(file: Path, part: Part, result: Result) -> str:
    """The result as text: what was played, then each report with its route."""
    found = _places(file, result)
    blocks = [_summary(file, part, result)]
    blocks += (_report(report, result.cast, found) for report in result.reports)
    blocks.append(_last(result))
    return "\n\n".join(blocks)


def document(file: Path, part: Part, result: Result) -> dict[str, Any]:
    """The result as JSON."""
    found = _places(file, result)
    steps, paths = _never(part, result)
    return {
        "file": str(file),
        "users": [
            {"id": user.id, "groups": user.groups, "labels": user.labels, "roles": user.roles}
            for user in result.cast.users
        ],
        "sink": result.cast.sink,
        "leftOut": result.cast.left_out,
        "needsDispatch": result.needs_dispatch,
        "states": result.states,
        "ends": result.ends,
        "depth": result.depth,
        "complete": result.stopped is None,
        "stopped": result.stopped,
        "neverReached": steps,
        "neverTaken": [{"step": step, "path": label} for step, label in paths],
        "problems": result.problems,
        "notes": len(result.reports) - result.problems,
        "reports": [_as_json(report, result.cast, found) for report in result.reports],
    }


def _places(file: Path, result: Result) -> Places:
    text = file.read_text(encoding="utf-8-sig")
    return Places(text, [report.pointer for report in result.reports])


def _summary(file: Path, part: Part, result: Result) -> str:
    steps, paths = _never(part, result)
    all_steps, all_paths = len(part.definition.nodes), len(paths) + len(result.paths)
    lines = [
        click.style(str(file), bold=True)
        + f": {_many(result.states, 'state')}, {_many(result.ends, 'end')}; "
        f"{all_steps - len(steps)} of {_many(all_steps, 'step')}, "
        f"{len(result.paths)} of {_many(all_paths, 'path')}",
        f"Played by {listed(_people(result.cast))}.",
    ]
    if result.cast.left_out:
        lines.append(
            f"{_many(result.cast.left_out, 'user')} of the directory are like none of these."
        )
    if result.needs_dispatch:
        lines.append("Only a dispatch can start it.")
    if result.stopped is not None:
        why = "as many states as allowed" if result.stopped == "states" else "no time left"
        lines.append(
            click.style(f"Stopped early: {why}.", fg="yellow")
            + f" All routes of up to {_many(result.depth, 'move')} were tried. What is told here"
            " is so,\nbut more may be hidden behind longer routes. --states and --seconds allow"
            " more."
        )
    elif steps or paths:
        never = [f"step {step!r}" for step in steps]
        never += (f"path {label!r} of {step!r}" for step, label in paths if step not in steps)
        lines.append(f"Never reached by these users: {listed(never)}.")
    return "\n".join(lines)


def _people(cast: Cast) -> list[str]:
    """The users, those of a kind together, with what they are."""
    kinds: dict[int, list[User]] = {}
    for user in cast.users:
        kinds.setdefault(cast.kinds[user.id], []).append(user)
    people = []
    for users in kinds.values():
        about = ["the $sink"] if cast.sink == users[0].id != "sink" else []
        for word, handles in (
            ("group", users[0].groups),
            ("label", users[0].labels),
            ("role", users[0].roles),
        ):
            about += [f"{word} {handle}" for handle in handles]
        names = " and ".join(user.id for user in users)
        people.append(f"{names} ({', '.join(about)})" if about else names)
    return people


def _report(report: Report, cast: Cast, found: Places) -> str:
    line, column = found.of(report.pointer)
    at = f" ({line}:{column})"
    word = "note: " if report.note else ""
    colour = "cyan" if report.note else "red"
    head = click.style(f"{word}{KINDS[report.kind]}", fg=colour, bold=True)
    route = route_text(report.route, cast.sink)
    return f"{head} at {report.pointer or 'the top'}{at}\n  {report.text}\n  {route}"


def _last(result: Result) -> str:
    notes = len(result.reports) - result.problems
    if not result.reports:
        return "Nothing found." if result.stopped is None else "Nothing found so far."
    parts = [_many(result.problems, "problem")] + ([_many(notes, "note")] if notes else [])
    return f"{', '.join(parts)}."


def _as_json(report: Report, cast: Cast, found: Places) -> dict[str, Any]:
    line, column = found.of(report.pointer)
    return {
        "kind": report.kind,
        "severity": "note" if report.note else "problem",
        "pointer": report.pointer,
        "line": line,
        "column": column,
        "text": report.text,
        "route": [
            {"user": move.user or None, "step": move.step or None, "path": move.path}
            for move in report.route
        ],
        "routeText": route_text(report.route, cast.sink),
    }


def _never(part: Part, result: Result) -> tuple[list[str], list[tuple[str, str]]]:
    """The steps and paths (step, label) that no route reached, in their order."""
    nodes = part.definition.nodes
    steps = [key for key in nodes if key not in result.steps]
    paths = [
        (key, path.label)
        for key, node in nodes.items()
        for path in node.step.paths
        if (key, path.label) not in result.paths
    ]
    return steps, paths


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
