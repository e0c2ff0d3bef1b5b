"""Reading a definition that has to be right before anything can be done with it."""

import sys
from pathlib import Path

import click

from lockstep_protocol.definition import Definition
from lockstep_server.engine.definition.check import check as check_definition

from .checking import findings_of, has_errors, sentence


def read_definition(file: Path) -> Definition:
    """The definition in ``file``. With errors in it, prints all findings and exits with 1."""
    findings = findings_of(file)
    if not has_errors(findings):
        definition, _ = check_definition(file.read_bytes())
        if definition is not None:
            return definition
    for finding in findings:
        # Not on standard output: that is often on its way into a file.
        click.echo(sentence(finding), err=True)
    sys.exit(1)
