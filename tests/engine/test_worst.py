"""However hard a definition within the bounds is to check, the work stays bounded."""

import json
import sys
from collections.abc import Callable

import pytest

from lockstep_protocol.definition import Finding
from lockstep_server.engine.definition.bounds import DEFINITION_BYTES
from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.findings import FINDINGS_KEPT

from .worst import WORST, Document

CALLS = 12_000_000
"""Calls and returns of functions while one is checked: about a second's work."""
CHARACTERS = 1_000_000
"""What all findings of one say together."""


@pytest.mark.parametrize("make", WORST, ids=lambda make: make.__name__)
def test_the_worst_definition_is_checked_with_bounded_work(make: Callable[[], Document]) -> None:
    text = json.dumps(make(), separators=(",", ":"))
    assert len(text) <= DEFINITION_BYTES
    calls, findings = counted(text)
    assert calls < CALLS
    assert not any(finding.code == "too_large" for finding in findings)
    assert len(findings) <= 2 * FINDINGS_KEPT
    assert (
        sum(len(each.text) + len(each.hint) + len(each.pointer) for each in findings) < CHARACTERS
    )


def test_warnings_leave_room_for_errors() -> None:
    steps: Document = {f"s{number}": {"status": "retired"} for number in range(400)}
    steps["start"] = {"scope": "$sink", "paths": {"nowhere": "Go"}}
    findings = check(steps)[1]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    assert len(warnings) == FINDINGS_KEPT
    assert [finding.code for finding in findings[:1]] == ["missing_step"]


def counted(text: str) -> tuple[int, list[Finding]]:
    """How many functions were called, which does not depend on how fast they are."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        findings = check(text)[1]
    finally:
        sys.setprofile(before)
    return calls, findings
