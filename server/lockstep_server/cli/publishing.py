"""`lockstep publish`: send a definition to a server."""

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from . import completing
from .checking import findings_of, has_errors, sentence
from .remote import Remote, segment, server_options
from .trouble import Refused, Trouble


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--name",
    help="The workflow's name; the file's name without .json by default.",
    shell_complete=completing.workflows,
)
@click.option(
    "--base", help="The version or hash you started from: a conflict if it is not the newest."
)
@click.option("--dry-run", is_flag=True, help="Only let the server check it.")
@server_options
def publish(file: Path, name: str | None, base: str | None, dry_run: bool, remote: Remote) -> None:
    """Publish the workflow in FILE as the next version of its name."""
    findings = findings_of(file)
    if has_errors(findings):
        _refuse(remote, findings)
    if not remote.as_json:
        _show(findings)
    name = name or file.stem
    params = {"dry": "1"} if dry_run else {}
    if base is not None:
        params["base"] = base
    answer = remote.ask(
        "PUT",
        f"/v1/workflows/{segment(name)}",
        file.read_bytes(),
        params=params,
        accept=(422,),
    )
    read = answer.json()
    if answer.status_code == 422:
        if "findings" not in read:
            raise Refused(read)
        # The server may know of more than this program does.
        _refuse(remote, [{"file": str(file), **found} for found in read["findings"]])
    published = answer.status_code == 201 and not dry_run
    if dry_run:
        line = f"{name}: would be accepted"
    elif published:
        line = f"{name}: published as version {read['version']}"
    else:
        line = f"{name}: unchanged, version {read['version']}"
    kept = {key: read[key] for key in ("name", "version", "hash", "findings") if key in read}
    remote.tell({"name": name, **kept, "published": published}, line)


def _refuse(remote: Remote, findings: list[dict[str, Any]]) -> NoReturn:
    if remote.as_json:
        raise Trouble("The definition has errors.", "invalid", findings=findings)
    _show(findings)
    sys.exit(1)


def _show(findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        click.echo(sentence(finding), err=True)
