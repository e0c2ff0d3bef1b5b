"""`lockstep incidents`: what went wrong behind entries, for administrators."""

from collections.abc import Iterator
from typing import Any

import click

from . import completing
from .finding import find_id
from .remote import Remote, segment, server_options

ALL = 200
"""Incidents asked for at a time."""


@click.group(invoke_without_command=True)
@click.option("--entry", help="Only those of this entry.", shell_complete=completing.entries)
@server_options
@click.pass_context
def incidents(context: click.Context, entry: str | None, remote: Remote) -> None:
    """List open incidents, newest first; `retry` or `dismiss` one. Needs the role admin."""
    if context.invoked_subcommand is not None:
        return
    params = {"entry": find_id(remote, entry)} if entry else {}
    if not remote.tell_each(_all(remote, params), _line) and not remote.as_json:
        click.echo("no open incidents")


def _all(remote: Remote, params: dict[str, str]) -> Iterator[dict[str, Any]]:
    params = {**params, "limit": str(ALL)}
    while True:
        page = remote.ask("GET", "/v1/incidents", params=params).json()
        yield from page["incidents"]
        if "before" not in page:
            break
        params["before"] = str(page["before"])


@incidents.command()
@click.argument("id", shell_complete=completing.incidents)
@server_options
def retry(id: str, remote: Remote) -> None:
    """Have what was given up in the incident ID tried again."""
    remote.ask("POST", f"/v1/incidents/{segment(id)}/retry")
    remote.tell({"incident": id, "retried": True}, f"{id}: is tried again")


@incidents.command()
@click.argument("id", shell_complete=completing.incidents)
@server_options
def dismiss(id: str, remote: Remote) -> None:
    """Close the incident ID without doing anything else."""
    remote.ask("DELETE", f"/v1/incidents/{segment(id)}")
    remote.tell({"incident": id, "dismissed": True}, f"{id}: dismissed")


def _line(incident: dict[str, Any]) -> str:
    at = incident["at"][:19].replace("T", " ")
    where = f" at {incident['pointer']}" if incident.get("pointer") else ""
    again = "  (can be tried again)" if incident["retry"] else ""
    return f"{incident['id']}  {at}  {incident['title']!r}: {incident['text']}{where}{again}"
