"""`lockstep workflows`: what is published, and closing or deleting it."""

from typing import Any

import click

from . import completing
from .remote import Remote, segment, server_options


@click.group(invoke_without_command=True)
@server_options
@click.pass_context
def workflows(context: click.Context, remote: Remote) -> None:
    """List the published workflows; `close`, `open` or `delete` one (these need the role admin)."""
    if context.invoked_subcommand is None:
        remote.tell_each(remote.ask("GET", "/v1/workflows").json()["workflows"], _line)


@workflows.command()
@click.argument("name", shell_complete=completing.workflows)
@server_options
def close(name: str, remote: Remote) -> None:
    """Let nobody start NAME any more; what runs goes on."""
    remote.ask("POST", f"/v1/workflows/{segment(name)}/close")
    remote.tell({"workflow": name, "closed": True}, f"{name}: closed for starts")


@workflows.command("open")
@click.argument("name", shell_complete=completing.workflows)
@server_options
def reopen(name: str, remote: Remote) -> None:
    """Let people start NAME again."""
    remote.ask("POST", f"/v1/workflows/{segment(name)}/open")
    remote.tell({"workflow": name, "closed": False}, f"{name}: open for starts")


@workflows.command()
@click.argument("name", shell_complete=completing.workflows)
@server_options
def delete(name: str, remote: Remote) -> None:
    """Delete NAME with all its versions; only while no entry was started with it."""
    remote.ask("DELETE", f"/v1/workflows/{segment(name)}")
    remote.tell({"workflow": name, "deleted": True}, f"{name}: deleted")


def _line(each: dict[str, Any]) -> str:
    closed = "  closed for starts" if each["closed"] else ""
    return f"{each['name']}  version {each['version']}  {each['hash'][:12]}{closed}"
