"""`lockstep incidents`: what went wrong behind entries, for administrators."""

import json

import click

from .remote import Remote, segment, server_options

ALL = 200
"""Incidents asked for at a time."""


@click.group(invoke_without_command=True)
@click.option("--entry", help="Only those of this entry.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@server_options
@click.pass_context
def incidents(
    context: click.Context, entry: str | None, as_json: bool, url: str, token: str | None
) -> None:
    """List open incidents, newest first; `retry` or `dismiss` one. Needs the role admin."""
    context.obj = (url, token)
    if context.invoked_subcommand is not None:
        return
    remote, params = Remote(url, token), {"limit": str(ALL)}
    if entry:
        params["entry"] = entry
    count = 0
    while True:
        page = remote.ask("GET", "/v1/incidents", params=params).json()
        for each in page["incidents"]:
            count += 1
            click.echo(json.dumps(each, ensure_ascii=False) if as_json else _line(each))
        if "before" not in page:
            break
        params["before"] = str(page["before"])
    if not count and not as_json:
        click.echo("no open incidents")


@incidents.command()
@click.argument("id")
@click.pass_context
def retry(context: click.Context, id: str) -> None:
    """Have what was given up in the incident ID tried again."""
    Remote(*context.obj).ask("POST", f"/v1/incidents/{segment(id)}/retry")
    click.echo(f"{id}: is tried again")


@incidents.command()
@click.argument("id")
@click.pass_context
def dismiss(context: click.Context, id: str) -> None:
    """Close the incident ID without doing anything else."""
    Remote(*context.obj).ask("DELETE", f"/v1/incidents/{segment(id)}")
    click.echo(f"{id}: dismissed")


def _line(incident: dict[str, str]) -> str:
    at = incident["at"][:19].replace("T", " ")
    where = f" at {incident['pointer']}" if incident.get("pointer") else ""
    again = "  (can be tried again)" if incident["retry"] else ""
    return f"{incident['id']}  {at}  {incident['title']!r}: {incident['text']}{where}{again}"
