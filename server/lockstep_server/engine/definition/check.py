"""Checking a definition: everything an author should hear about, at once."""

from typing import Any

import msgspec

from lockstep_protocol.definition import Definition, Finding

from .drift import check_drift
from .findings import Findings
from .graph import check_graph
from .locks import check_locks
from .read import Reader
from .rules import check_rules
from .texts import check_texts

MAX_DEFINITION_BYTES = 512 * 1024
"""A definition as JSON at most."""


def check(raw: bytes | str | dict[str, Any]) -> tuple[Definition | None, list[Finding]]:
    """The canonical definition and all findings; no definition when an error is among them."""
    findings = Findings()
    try:
        document = _document(raw, findings)
    except _Unreadable:
        return None, findings.all
    definition = Reader(findings).definition(document)
    check_rules(definition, findings)
    check_texts(definition, findings)
    targets_known = check_graph(definition, findings)
    if targets_known and not findings.errors:
        check_locks(definition, findings)
        check_drift(definition, findings)
    return (None if findings.errors else definition), findings.all


class _Unreadable(Exception):
    """There is no document to look at."""


def _document(raw: bytes | str | dict[str, Any], findings: Findings) -> Any:
    if isinstance(raw, dict):
        return raw
    encoded = raw.encode() if isinstance(raw, str) else raw
    if len(encoded) > MAX_DEFINITION_BYTES:
        findings.error(
            "too_large",
            "",
            f"The definition has {len(encoded)} bytes; at most {MAX_DEFINITION_BYTES} are taken.",
            "Split it into workflows that start one another.",
        )
        raise _Unreadable
    try:
        return msgspec.json.decode(encoded)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        findings.error(
            "not_json", "", f"This is not JSON: {error}", "Check brackets, commas and quotes."
        )
        raise _Unreadable from error
