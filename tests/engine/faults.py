"""Faults as authors make them: small edits of real workflows, and what the checker says of each.

A caret, ``‸``, in an edit marks the place that the finding must name; it is taken out.
"""

from pathlib import Path
from typing import NamedTuple

WORKFLOWS = Path(__file__).parents[1] / "workflows"
CARET = "‸"
SIGN_OFF = """\
        "data": {
          "call": "{id}"
        },
        "templates": [
          "data.call"
        ]"""
"""How the behavior ends with which a call is signed off."""


class Fault(NamedTuple):
    """``old`` stands but once in the workflow's text, and is replaced by ``new``."""

    name: str
    workflow: str
    code: str
    pointer: str
    hint: str
    old: str
    new: str
    other: tuple[str, str] = ("", "")
    """A second edit."""
    alone: bool = False
    """Whether it keeps the rest of the definition from being read."""

    def text(self) -> tuple[str, tuple[int, int]]:
        """The workflow with the fault, and the line and column of the caret."""
        text = source(self.workflow)
        for old, new in filter(any, ((self.old, self.new), self.other)):
            assert text.count(old) == 1, (self.name, old)
            text = text.replace(old, new)
        assert text.count(CARET) == 1, self.name
        before = text[: text.index(CARET)]
        line = before.count("\n")
        return text.replace(CARET, ""), (line + 1, len(before) - (before.rfind("\n") + 1) + 1)


def source(workflow: str) -> str:
    """The text of a workflow that has no fault."""
    return (WORKFLOWS / f"{workflow}.json").read_text(encoding="utf-8")


def call(name: str, code: str, pointer: str, hint: str, old: str, new: str) -> Fault:
    """A fault in the service call."""
    return Fault(name, "service-call", code, pointer, hint, old, new)


def claim(name: str, code: str, pointer: str, hint: str, old: str, new: str) -> Fault:
    """A fault in the expense claim."""
    return Fault(name, "expense", code, pointer, hint, old, new)


def incident(name: str, code: str, pointer: str, hint: str, old: str, new: str) -> Fault:
    """A fault in the incident."""
    return Fault(name, "incident", code, pointer, hint, old, new)


MEMBERS = [
    call(
        "misspelt member of a step",
        "unknown_member",
        "/claimed/step/descripton",
        "`description`",
        '"description": "{{ source.name }} is on the way"',
        '‸"descripton": "{{ source.name }} is on the way"',
    ),
    call(
        "misspelt member of a node",
        "unknown_member",
        "/start/behaviours",
        "`behaviors`",
        '"behaviors": [\n      {\n        "handle": "open-item",',
        '‸"behaviours": [\n      {\n        "handle": "open-item",',
    ),
    call(
        "misspelt member of a path",
        "unknown_member",
        "/claimed/step/paths/0/lable",
        "`label`",
        '"label": "Log visit",',
        '"label": "Log visit", ‸"lable": "Log",',
    ),
    call(
        "misspelt member of a behavior",
        "unknown_member",
        "/claimed/behaviors/0/feilds",
        "`fields`",
        '"handle": "log-visit",',
        '"handle": "log-visit", ‸"feilds": 1,',
    ),
    call(
        "misspelt member of an action",
        "unknown_member",
        "/done/actions/2/arg",
        "`args`",
        '"args": "service-call-closed"',
        '"args": "service-call-closed", ‸"arg": 1',
    ),
    incident(
        "misspelt argument",
        "unknown_member",
        "/start/actions/1/args/tittle",
        "`title`",
        '"title": "Incident",',
        '‸"tittle": "Incident",',
    ),
    call(
        "same member twice with other values",
        "conflicting_member",
        "/released/scope",
        "/released/step/scope",
        '"released": {\n',
        '"released": {\n    "scope": ‸"$sink",\n',
    ),
    call(
        "the same key twice",
        "duplicate_member",
        "/claimed/step/name",
        "another name",
        '"name": "Claimed",',
        '"name": "Claimed", ‸"name": "Taken",',
    ),
    call(
        "path without a label",
        "missing_member",
        "/claimed/step/paths/3",
        "`label`",
        '{\n          "label": "Release",',
        "‸{",
    ),
    call(
        "path without a step",
        "missing_member",
        "/claimed/step/paths/1",
        "`step`",
        '{\n          "label": "Plan another visit",\n          "step": "claimed",',
        '‸{\n          "label": "Plan another visit",',
    ),
    call(
        "behavior without its word",
        "missing_member",
        "/claimed/behaviors/2",
        "`behavior`",
        '{\n        "handle": "talk",\n        "behavior": "chat"\n',
        '‸{\n        "handle": "talk"\n',
    ),
    incident(
        "trigger of nothing",
        "missing_member",
        "/escalated/actions/5",
        "`args`",
        '{\n        "action": "trigger",\n        "scope": "$all",\n        "args": "with-manager"',
        '‸{\n        "action": "trigger",\n        "scope": "$all"',
    ),
]

WORDS = [
    call(
        "unknown action",
        "unknown_action",
        "/start/actions/1/action",
        "`notify`",
        '"action": "notify",\n        "scope": "$all",\n        "args": "New',
        '"action": ‸"notifi",\n        "scope": "$all",\n        "args": "New',
    ),
    call(
        "unknown behavior",
        "unknown_behavior",
        "/claimed/behaviors/1/behavior",
        "`schedule`",
        '"behavior": "schedule"',
        '"behavior": ‸"shedule"',
    ),
    call(
        "unknown status",
        "unknown_status",
        "/done/step/status",
        "`retired`",
        '"status": "retired"',
        '"status": ‸"retierd"',
    ),
    call(
        "unknown style",
        "unknown_name_style",
        "/claimed/step/nameStyle",
        "`warning`",
        '"nameStyle": "warning"',
        '"nameStyle": ‸"warn"',
    ),
    incident(
        "unknown status set by an action",
        "bad_argument",
        "/returned/actions/0/args",
        "`active`",
        '"args": "active"',
        '"args": ‸"activ"',
    ),
    call(
        "handle of no behavior",
        "undefined_behavior",
        "/claimed/step/paths/4/behavior",
        "`sign-off`",
        '"step": "done",\n          "behavior": "sign-off",',
        '"step": "done",\n          "behavior": ‸"signoff",',
    ),
    call(
        "handle twice",
        "duplicate_handle",
        "/claimed/behaviors/2/handle",
        "different",
        '"handle": "talk",',
        '"handle": ‸"plan-visit",',
    ),
    call(
        "label twice",
        "duplicate_label",
        "/claimed/step/paths/1/label",
        "different",
        '"label": "Plan another visit"',
        '"label": ‸"Log visit"',
    ),
    call(
        "label of spaces",
        "bad_argument",
        "/claimed/step/paths/0/label",
        "letter",
        '"label": "Log visit"',
        '"label": ‸"  "',
    ),
    call(
        "template in a label",
        "template_in_label",
        "/claimed/step/paths/2/label",
        "`description`",
        '"label": "Message the requester"',
        '"label": ‸"Message {{ dispatch.userName }}"',
    ),
    call(
        "unused behavior",
        "unused_behavior",
        "/claimed/behaviors/4",
        "path",
        f"{SIGN_OFF}\n      }}",
        f'{SIGN_OFF}\n      }}, ‸{{"handle": "later", "behavior": "chat"}}',
    ),
]
