"""`lockstep check`: what is wrong with definitions, without a server."""

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from lockstep_protocol.definition import Finding
from lockstep_server.engine.definition.check import check as check_definition


def findings_of(file: Path) -> list[dict[str, Any]]:
    """All findings of a definition's file, each with ``file``, and its line and column in it.

    A file that cannot be read is itself a finding.
    """
    try:
        body = file.read_bytes()
    except OSError as failure:
        reason = failure.strerror or str(failure)
        findings = [Finding("unreadable", "error", "", f"The file cannot be read: {reason}.")]
    else:
        _, findings = check_definition(body)
    return [{"file": str(file), **msgspec.to_builtins(finding)} for finding in findings]


def has_errors(findings: list[dict[str, Any]]) -> bool:
    """Whether one of the findings keeps the definition from being published."""
    return any(finding["severity"] == "error" for finding in findings)


def sentence(finding: dict[str, Any]) -> str:
    """A finding for people: ``file: error code at /pointer (line:col): text — hint``."""
    pointer = finding.get("pointer") or "the top"
    place = ""
    if "line" in finding:
        place = f" ({finding['line']}:{finding.get('column', 1)})"
    hint = f" — {finding['hint']}" if finding.get("hint") else ""
    head = f"{finding['file']}: {finding['severity']} {finding['code']} at {pointer}{place}"
    return f"{head}: {finding['text']}{hint}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of all findings.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Check workflow definitions and print what is wrong. Exit code 1 if anything is an error."""
    findings = [finding for file in files for finding in findings_of(file)]
    if as_json:
        click.echo(json.dumps(findings, indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(sentence(finding))
        errors = sum(finding["severity"] == "error" for finding in findings)
        warnings = len(findings) - errors
        counts = (_many(errors, "error"), _many(warnings, "warning"))
        click.echo(f"{_many(len(files), 'file')}: {', '.join(counts)}", err=True)
    sys.exit(1 if has_errors(findings) else 0)
