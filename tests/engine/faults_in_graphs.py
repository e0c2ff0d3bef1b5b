"""Faults of the graph, of bounds, and of the JSON itself."""

from lockstep_server.engine.definition.bounds import NAME_CHARACTERS, PATHS

from .faults import Fault, call, claim, incident

LAST = '"service-call-closed"\n      }\n    ]\n  }\n}'
"""How the service call ends."""
LEFT = LAST.removesuffix("\n}")


def added(name: str, code: str, pointer: str, hint: str, steps: str) -> Fault:
    """A fault in steps that are added to the service call."""
    return call(name, code, pointer, hint, LAST, f"{LEFT},\n{steps}\n}}")


def alone(fault: Fault) -> Fault:
    """A fault that keeps the rest from being read, or changes what it means."""
    return fault._replace(alone=True)


RETIRED = '"scope": "$all", "status": "retired"'

GRAPH = [
    alone(call("no start", "no_start", "", "`Start`", '{\n  "start": {', '‸{\n  "Start": {')),
    alone(
        call(
            "path to a misspelt step",
            "missing_step",
            "/start/step/paths/0/step",
            "`claimed`",
            '"label": "Claim",\n          "step": "claimed",\n          "behavior"',
            '"label": "Claim",\n          "step": ‸"Claimed",\n          "behavior"',
        )
    ),
    call(
        "path to no step",
        "missing_step",
        "/claimed/step/paths/1/step",
        "Add a step",
        '"label": "Plan another visit",\n          "step": "claimed"',
        '"label": "Plan another visit",\n          "step": ‸"nowhere at all"',
    ),
    incident(
        "trigger of a misspelt step",
        "missing_step",
        "/escalated/actions/5/args",
        "`with-manager`",
        '"args": "with-manager"',
        '"args": ‸"with-manger"',
    ),
    incident(
        "trigger of no step by name",
        "missing_step",
        "/escalated/actions/5/args/step",
        "`rule`",
        '"args": "with-manager"',
        '"args": {"step": ‸"xyzzy"}',
    ),
    alone(
        call(
            "everybody before anybody",
            "all_at_start",
            "/start/step/scope",
            "`$sink`",
            '"scope": "given groups [field-team], given user-labels [standby-engineer]"',
            '"scope": ‸" $all "',
        )
    ),
    added(
        "step that triggers itself",
        "trigger_cycle",
        "/a/actions/0/args",
        "path",
        f'"a": {{{RETIRED}, "actions": [{{"action": "trigger", "args": ‸"a"}}]}}',
    ),
    added(
        "two steps that trigger each other",
        "trigger_cycle",
        "/b/actions/args",
        "path",
        f'"a": {{{RETIRED}, "actions": {{"action": "trigger", "args": "b"}}}},\n'
        f'"b": {{{RETIRED}, "actions": {{"action": "trigger", "args": ‸"a"}}}}',
    ),
    added(
        "three steps that trigger one another",
        "trigger_cycle",
        "/c/actions/trigger/args/step",
        "path",
        f'"a": {{{RETIRED}, "actions": {{"trigger": {{"args": {{"step": "b"}}}}}}}},\n'
        f'"b": {{{RETIRED}, "actions": {{"trigger": {{"args": {{"step": "c"}}}}}}}},\n'
        f'"c": {{{RETIRED}, "actions": {{"trigger": {{"args": {{"step": ‸"a"}}}}}}}}',
    ),
    added(
        "chain of eleven triggers",
        "long_trigger_chain",
        "/c0/actions",
        "Leave out",
        ",\n".join(
            f'"c{n}": {{{RETIRED}, "actions": {"‸" if n == 0 else ""}'
            f'[{{"action": "trigger", "args": "c{n + 1}"}}]}}'
            for n in range(11)
        )
        + f',\n"c11": {{{RETIRED}}}',
    ),
    added(
        "step that is never reached",
        "unreachable_step",
        "/aside",
        "lead to it",
        f'‸"aside": {{"step": {{{RETIRED}}}}}',
    ),
    call(
        "step that is never left",
        "dead_end",
        "/done/step",
        "`retired`",
        '"done": {\n    "step": {\n      "name": "Done",\n      "nameStyle": "success",\n'
        '      "description": "Finished and signed off",\n      "scope": "$all",\n'
        '      "status": "retired"',
        '"done": {\n    "step": ‸{\n      "name": "Done",\n      "nameStyle": "success",\n'
        '      "description": "Finished and signed off",\n      "scope": "$all",\n'
        '      "status": "active"',
    ),
    claim(
        "retired step with paths",
        "retired_with_paths",
        "/rejected/step/paths",
        "active",
        '"description": "Rejected; you can still change your mind",\n      "scope": "$sink",\n'
        '      "status": "active",\n      "paths": [',
        '"description": "Rejected; you can still change your mind",\n      "scope": "$sink",\n'
        '      "status": "retired",\n      "paths": ‸[',
    ),
    added(
        "lock that one route never frees",
        "lock_never_freed",
        "/held/actions/0",
        "`unlock`",
        f'"held": {{"scope": "$all", "actions": [‸{{"action": "lock"}}],\n "paths":'
        ' {"gone": "Go", "done": "Finish"}},\n'
        f'"gone": {{{RETIRED.replace("$all", "$source")}}}',
    )._replace(
        other=(
            '"label": "Release",\n          "step": "released"',
            '"label": "Release",\n          "step": "held"',
        )
    ),
    call(
        "users who drift apart",
        "users_drift_apart",
        "/start/step/paths/0",
        "`$all`",
        '{{ source.name }} is on the way",\n      "scope": "$all"',
        '{{ source.name }} is on the way",\n      "scope": "$source"',
    )._replace(
        other=(
            '{\n          "label": "Claim",\n          "step": "claimed",\n          "beh',
            '‸{\n          "label": "Claim",\n          "step": "claimed",\n          "beh',
        )
    ),
    call(
        "step without a scope",
        "missing_scope",
        "/released/step",
        "`$all`",
        '"released": {\n    "step": {\n      "name": "Open again",\n      "nameStyle": "danger",\n'
        '      "description": "Given back, waiting for someone else",\n      "scope": "$all",',
        '"released": {\n    "step": ‸{\n      "name": "Open again",\n      "nameStyle": "danger",\n'
        '      "description": "Given back, waiting for someone else",',
    ),
    incident(
        "action without a scope",
        "missing_scope",
        "/solved/actions/2",
        "`$sink`",
        '{\n        "action": "notify",\n        "scope": "$sink",\n        "args": "Solved',
        '‸{\n        "action": "notify",\n        "args": "Solved',
    ),
]

BOUNDS = [
    call(
        "label that is too long",
        "too_large",
        "/claimed/step/paths/3/label",
        "Shorten",
        '"label": "Release"',
        f'"label": ‸"{"x" * (NAME_CHARACTERS + 1)}"',
    ),
    added(
        "key that is too long",
        "too_large",
        f"/{'k' * 201}",
        "Shorten",
        f'‸"{"k" * 201}": {{{RETIRED}}}',
    ),
    added(
        "too many paths",
        "too_many",
        "/aside/paths",
        "several steps",
        '"aside": {"scope": "$all", "paths": ‸['
        + ", ".join(f'{{"label": "{n}", "step": "done"}}' for n in range(PATHS + 1))
        + "]}",
    ),
    call(
        "scope that is too long",
        "too_large",
        "/released/actions/2/scope",
        "group",
        '"scope": "$all",\n        "args": "A service',
        f'"scope": ‸"given users [{", ".join(["abcdefgh"] * 500)}]",\n        "args": "A service',
    ),
]

DOCUMENT = [
    alone(call(name, "not_json", "", hint, old, new))
    for name, hint, old, new in (
        ("comma at the end", "comma", LAST, LAST.replace("]\n  }\n}", "]‸,\n  }\n}")),
        ("brace that is missing", "`{` of line 1, column 1,", LAST, f"{LEFT}‸"),
        ("comment", "comments", '"claimed": {', '‸// next\n  "claimed": {'),
        ("no number", "null", '"minutes": 60', '"minutes": ‸NaN'),
        ("single quotation marks", "double", '"name": "New"', "‸'name': 'New'"),
        ("comma that is missing", "commas", '"name": "New",\n      ', '"name": "New"\n      ‸'),
        ("line end in a text", "quotation", '"name": "New",', '"name": "New‸\n",'),
    )
]
DOCUMENT.append(
    alone(
        call(
            "bracket that is missing",
            "not_json",
            "",
            "Check",
            '"paths": [\n        {\n          "label": "Log visit"',
            '"paths": \n        {\n          "label": "Log visit"',
        )
    )._replace(
        other=(
            '{\n          "label": "Plan another visit"',
            '‸{\n          "label": "Plan another visit"',
        )
    )
)
