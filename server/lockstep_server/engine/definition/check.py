"""Checking a definition: everything an author should hear about, at once."""

from lockstep_protocol.definition import Definition, Finding

from .client_templates import check_client_templates
from .document import Unreadable, parse_json, require_size
from .drift import check_drift
from .findings import Findings
from .graph import Graph
from .locks import check_locks
from .meaning import check_meaning
from .reach import check_reach, check_targets
from .read import read_document
from .rules import check_rules
from .texts import check_texts
from .triggers import check_triggers


def check(raw: object) -> tuple[Definition | None, list[Finding]]:
    """The canonical definition and all findings, errors first, each in the order of the steps.

    ``raw`` is JSON as bytes or text, or the document itself. The definition is None when one of
    the findings is an error. Pointers lead into the document as its author wrote it; line and
    column are in its text, when ``raw`` is one, and exact to the character in queries and
    templates.
    """
    findings = Findings()
    text: str | None = None
    definition: Definition = {}
    try:
        document = raw
        if isinstance(raw, bytes | str):
            document, text = parse_json(raw, findings)
        definition = read_document(document, findings)
        require_size(definition, findings)
        _check(definition, findings)
    except Unreadable:
        pass
    if text is not None:
        findings.locate(text)
    order = {key: number for number, key in enumerate(definition)}
    ordered = sorted(
        findings.all,
        key=lambda each: (each.severity != "error", order.get(each.step or "", -1)),
    )
    return (None if findings.errors else definition), ordered


def _check(definition: Definition, findings: Findings) -> None:
    check_rules(definition, findings)
    check_texts(definition, findings)
    check_client_templates(definition, findings)
    check_meaning(definition, findings)
    check_targets(definition, findings)
    graph = Graph(definition, findings.mentioned, findings.unread)
    check_triggers(graph, findings)
    check_reach(graph, findings)
    check_locks(graph, findings)
    check_drift(graph, findings)
