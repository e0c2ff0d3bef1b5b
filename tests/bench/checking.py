"""How long checking a definition takes: ``python -m tests.bench.checking [STEPS]``.

The median of twenty runs, and how often the JSON parser alone could have read the same text.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from lockstep_server.engine.definition.check import check

RUNS = 20
SCOPES = (
    "$all",
    "given groups [team-{0}], given user-labels [standby-{0}]",
    "$all",
    "$all",
    "given groups [team-{0}] and given roles [engineer], except users [ivo, ana]",
    "$all",
    "$source",
    "$all",
)
TEAMS = 12
URGENT = "{% if values.urgent %}Urgent: {% endif %}{{ source.name }}"


def definition(steps: int) -> dict[str, Any]:
    """A workflow of so many steps: each with a template or two, paths, behaviors and actions.

    Its keys are ``start``, ``s1``, …; the last is retired and every step leads there.
    """
    return {key(number, steps): node(number, steps) for number in range(steps)}


def key(number: int, steps: int) -> str:
    """The key of a step; they go round."""
    return f"s{number % steps}" if number % steps else "start"


def node(number: int, steps: int) -> dict[str, Any]:
    """One step."""
    last = number == steps - 1
    near = (number + 1, number * 7 + 3, number + 5)
    labels = dict.fromkeys((*(key(each, steps) for each in near), key(steps - 1, steps)))
    paths = [
        {"label": f"To {step}", "step": step, "behavior": "fill" if index == 0 else None}
        for index, step in enumerate(labels)
    ]
    scope = SCOPES[number % len(SCOPES)].format(number % TEAMS)
    step = {
        "name": f"Step {number}",
        "nameStyle": "info",
        "description": f"{URGENT} has number {number}",
        "scope": scope if number else "given groups [team-1]",
        "status": "retired" if last else "active",
        "paths": [] if last else paths,
    }
    if number == 0:
        step["template"] = "Call {{ dispatch.displayName | default('unnamed') }}"
    behaviors = [
        {
            "handle": "fill",
            "behavior": "form",
            "target": "given groups [desk], except user-labels [on-leave]",
            "fields": f"tracker-{number}",
            "data": {"by": "{profile.name}", "call": "{id}", "parts": ["{a}", "{b|upper}"]},
            "templates": ["data.by", "data.call", "data.parts.0"],
        }
    ]
    actions: list[dict[str, Any]] = [
        {"action": "unlock" if last else "lock", "scope": "$all"},
        {"action": "task", "scope": "$source", "args": f"state-{number % 7}"},
        {
            "action": "notify",
            "scope": "$all",
            "args": {"title": "Step {{ values.number }}", "body": "{{ source.name }}: look"},
        },
    ]
    if number % 10 == 5:
        actions.append({"action": "trigger", "args": key(number + 1, steps)})
    return {"step": step, "behaviors": [] if last else behaviors, "actions": actions}


def median(run: Callable[[], object]) -> float:
    """Milliseconds of a run; the middle one of twenty."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def main() -> None:
    """Print the times, as a definition comes and with all that is said of it."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    text = json.dumps(definition(steps), indent=1)
    body = text.encode()
    findings = check(body)[1]
    checked, parsed = median(lambda: check(body)), median(lambda: json.loads(text))
    print(f"{steps} steps, {len(body)} bytes, {len(findings)} findings")
    print(f"check       {checked:8.2f} ms")
    print(f"json.loads  {parsed:8.2f} ms")
    print(f"ratio       {checked / parsed:8.1f}")


if __name__ == "__main__":
    main()
