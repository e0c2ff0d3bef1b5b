"""Checking a definition: everything an author should hear about, at once."""

from lockstep_protocol.definition import Definition, Finding

from .document import Unreadable, parse_json
from .drift import check_drift
from .findings import Findings
from .graph import Graph, check_reach, check_targets, check_triggers
from .locks import check_locks
from .read import read_document
from .rules import check_rules
from .texts import check_texts


def check(raw: object) -> tuple[Definition | None, list[Finding]]:
    """The canonical definition and all findings, errors first, each in the order of the steps.

    ``raw`` is JSON as bytes or text, or the document itself. The definition is None when one of
    the findings is an error. Pointers lead into the document as its author wrote it; line and
    column are those of the JSON for ``not_json``, and else those within the text pointed at.
    """
    findings = Findings()
    try:
        document = parse_json(raw, findings) if isinstance(raw, bytes | str) else raw
        definition = read_document(document, findings)
    except Unreadable:
        return None, findings.all
    check_rules(definition, findings)
    check_texts(definition, findings)
    check_targets(definition, findings)
    graph = Graph(definition)
    check_triggers(graph, findings)
    check_reach(graph, findings)
    check_locks(graph, findings)
    check_drift(graph, findings)
    order = {key: number for number, key in enumerate(definition)}
    ordered = sorted(
        findings.all,
        key=lambda each: (each.severity != "error", order.get(each.step or "", -1)),
    )
    return (None if findings.errors else definition), ordered
