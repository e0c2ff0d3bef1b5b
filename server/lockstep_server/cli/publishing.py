"""`lockstep publish`: send a definition to a server."""

import sys
from pathlib import Path

import click

from .checking import findings_of, has_errors, sentence
from .remote import Remote, segment, server_options
from .trouble import Trouble


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--name", help="The workflow's name; the file's name without .json by default.")
@click.option(
    "--base", help="The version or hash you started from: a conflict if it is not the newest."
)
@click.option("--dry-run", is_flag=True, help="Only let the server check it.")
@server_options
def publish(
    file: Path, name: str | None, base: str | None, dry_run: bool, url: str, token: str | None
) -> None:
    """Publish the workflow in FILE as the next version of its name."""
    findings = findings_of(file)
    for finding in findings:
        click.echo(sentence(finding), err=True)
    if has_errors(findings):
        sys.exit(1)
    name = name or file.stem
    params = {"dry": "1"} if dry_run else {}
    if base is not None:
        params["base"] = base
    answer = Remote(url, token).ask(
        "PUT",
        f"/v1/workflows/{segment(name)}",
        file.read_bytes(),
        params=params,
        accept=(422,),
    )
    read = answer.json()
    if answer.status_code == 422:
        if "findings" not in read:
            raise Trouble(read.get("message", "The server refused the definition."))
        # The server may know of more than this program does.
        for found in read["findings"]:
            click.echo(sentence({"file": str(file), **found}), err=True)
        sys.exit(1)
    if dry_run:
        click.echo(f"{name}: would be accepted")
    elif answer.status_code == 201:
        click.echo(f"{name}: published as version {read['version']}")
    else:
        click.echo(f"{name}: unchanged, version {read['version']}")
