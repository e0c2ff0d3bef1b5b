"""`lockstep workflows`: what is published, and closing or deleting it."""

import click

from .remote import Remote, segment, server_options


@click.group(invoke_without_command=True)
@server_options
@click.pass_context
def workflows(context: click.Context, url: str, token: str | None) -> None:
    """List the published workflows; `close`, `open` or `delete` one (these need the role admin)."""
    context.obj = (url, token)
    if context.invoked_subcommand is not None:
        return
    for each in Remote(url, token).ask("GET", "/v1/workflows").json()["workflows"]:
        closed = "  closed for starts" if each["closed"] else ""
        click.echo(f"{each['name']}  version {each['version']}  {each['hash'][:12]}{closed}")


@workflows.command()
@click.argument("name")
@click.pass_context
def close(context: click.Context, name: str) -> None:
    """Let nobody start NAME any more; what runs goes on."""
    Remote(*context.obj).ask("POST", f"/v1/workflows/{segment(name)}/close")
    click.echo(f"{name}: closed for starts")


@workflows.command("open")
@click.argument("name")
@click.pass_context
def reopen(context: click.Context, name: str) -> None:
    """Let people start NAME again."""
    Remote(*context.obj).ask("POST", f"/v1/workflows/{segment(name)}/open")
    click.echo(f"{name}: open for starts")


@workflows.command()
@click.argument("name")
@click.pass_context
def delete(context: click.Context, name: str) -> None:
    """Delete NAME with all its versions; only while no entry was started with it."""
    Remote(*context.obj).ask("DELETE", f"/v1/workflows/{segment(name)}")
    click.echo(f"{name}: deleted")
