"""Planted faults: each is found at its place, with a hint, among others too."""

import pytest

from lockstep_protocol.definition import Finding
from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.findings import CODES

from .faults import CARET, WORKFLOWS, Fault, source
from .faults_in_graphs import DOCUMENT, GRAPH
from .findings_page import FAULTS, page

UNTOUCHED = {
    "expense": [],
    "incident": [("users_drift_apart", "/start/step/paths/2")],
    "service-call": [],
}


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.pointer) for finding in findings]


def at(fault: Fault, findings: list[Finding]) -> Finding:
    [found] = [each for each in findings if said([each]) == [(fault.code, fault.pointer)]]
    return found


@pytest.mark.parametrize("workflow", UNTOUCHED)
def test_a_real_workflow_has_no_fault(workflow: str) -> None:
    assert said(check(source(workflow))[1]) == UNTOUCHED[workflow]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_at_its_place(fault: Fault) -> None:
    text, place = fault.text()
    definition, findings = check(text)
    found = at(fault, findings)
    assert (found.line, found.column) == place
    assert found.severity == CODES[fault.code]
    assert found.text
    assert fault.hint in found.hint
    assert (definition is None) == any(each.severity == "error" for each in findings)
    assert all(each.text and each.hint and each.line and each.column for each in findings)


CROWD = """\
  "crowd": {
    "step": {"scope": "$al", "nmae": "x", "nameStyle": "red", "template": "{{ a b }}",
             "paths":
             [{"label": "Go", "step": "nowhere at all"}, {"label": "Go", "step": "start"}]},
    "actions": [{"action": "sms"}, {"action": "status", "args": "gone"}, {"action": "script"}]
  }
"""
IN_THE_CROWD = {
    ("bad_query", "/crowd/step/scope"),
    ("unknown_member", "/crowd/step/nmae"),
    ("unknown_name_style", "/crowd/step/nameStyle"),
    ("template_outside_start", "/crowd/step/template"),
    ("bad_template", "/crowd/step/template"),
    ("missing_step", "/crowd/step/paths/0/step"),
    ("duplicate_label", "/crowd/step/paths/1/label"),
    ("unknown_action", "/crowd/actions/0/action"),
    ("bad_argument", "/crowd/actions/1/args"),
    ("missing_scope", "/crowd/actions/1"),
    ("missing_member", "/crowd/actions/2"),
    ("unreachable_step", "/crowd"),
}


@pytest.mark.parametrize(
    "fault",
    [fault for fault in FAULTS if fault not in DOCUMENT],
    ids=lambda fault: fault.name,
)
def test_a_fault_is_found_among_others(fault: Fault) -> None:
    text, place = fault.text()
    crowded = text.rstrip().removesuffix("}").rstrip() + ",\n" + CROWD + "}"
    definition, findings = check(crowded)
    assert definition is None
    found = at(fault, findings)
    assert (found.line, found.column) == place
    missing = IN_THE_CROWD - set(said(findings))
    # Without a start there is nothing from which a step could be reached.
    assert missing == ({("unreachable_step", "/crowd")} if fault.code == "no_start" else set())


@pytest.mark.parametrize(
    ("workflow", "least"), [("service-call", 30), ("incident", 8), ("expense", 5)]
)
def test_many_faults_are_all_found(workflow: str, least: int) -> None:
    text = source(workflow)
    planted: list[tuple[int, Fault]] = []
    for fault in FAULTS:
        if fault in (*GRAPH, *DOCUMENT) or fault.workflow != workflow or any(fault.other):
            continue
        begin = text.index(fault.old)
        end = begin + len(fault.old)
        if all(end <= at or begin >= at + len(each.old) for at, each in planted):
            planted.append((begin, fault))
    for begin, fault in sorted(planted, key=lambda each: -each[0]):
        text = text[:begin] + fault.new.replace(CARET, "") + text[begin + len(fault.old) :]
    assert len(planted) >= least
    found = said(check(text)[1])
    assert {(fault.code, fault.pointer) for _, fault in planted} <= set(found)
    assert len(found) == len(set(found))


def test_the_page_of_findings_is_current() -> None:
    committed = WORKFLOWS.parents[1] / "protocol/spec/findings.md"
    hint = "run python -m tests.engine.findings_page > protocol/spec/findings.md"
    assert committed.read_text(encoding="utf-8") == page(), hint
