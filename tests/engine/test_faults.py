"""Planted faults: each is found at its place, with a hint, among others too."""

import json

import pytest

from lockstep_protocol.definition import Finding
from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.findings import CODES

from .faults import MEMBERS, WORDS, Fault, source

FAULTS = [*MEMBERS, *WORDS]
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
