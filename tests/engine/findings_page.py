"""The page of findings, each with what the checker says of a planted fault.

``python -m tests.engine.findings_page > protocol/spec/findings.md`` writes it anew.
"""

import sys

from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.findings import CODES
from tests.engine.faults import MEMBERS, WORDS
from tests.engine.faults_in_graphs import BOUNDS, DOCUMENT, GRAPH
from tests.engine.faults_in_texts import KINDS, QUERIES, TEMPLATES

FAULTS = (*MEMBERS, *WORDS, *QUERIES, *TEMPLATES, *KINDS, *GRAPH, *BOUNDS, *DOCUMENT)
"""Every planted fault."""


def page() -> str:
    """The page as Markdown."""
    lines = [
        "# What the checker finds",
        "",
        "Made from planted faults by `python -m tests.engine.findings_page`. `lockstep check FILE`",
        "and `PUT /v1/workflows/NAME?dry=1` report all of these at once, each with a JSON pointer",
        "and the line and column in the text. A definition with an error cannot be published.",
    ]
    for severity in ("error", "warning"):
        lines += [
            "",
            f"## {severity.title()}s",
            "",
            "| code | for example | hint |",
            "|---|---|---|",
        ]
        for code in sorted(name for name, kind in CODES.items() if kind == severity):
            text, hint = _example(code)
            lines.append(f"| `{code}` | {_cell(text)} | {_cell(hint)} |")
    return "\n".join(lines) + "\n"


def _example(code: str) -> tuple[str, str]:
    fault = next(fault for fault in FAULTS if fault.code == code)
    _, findings = check(fault.text()[0])
    found = next(each for each in findings if each.code == code)
    return found.text, found.hint


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


if __name__ == "__main__":
    sys.stdout.write(page())
