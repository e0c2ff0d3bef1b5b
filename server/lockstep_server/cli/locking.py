"""The commands about the lock of an entry: take it or wait for it, ask for it, give it back."""

import click

from .remote import Remote, server_options


@click.command()
@click.argument("entry")
@click.option("--ttl", type=float, help="Seconds until it ends by itself; 900 by default.")
@click.option("--wait", is_flag=True, help="Get in line when somebody else holds it.")
@server_options
def lock(entry: str, ttl: float | None, wait: bool, url: str, token: str | None) -> None:
    """Take the lock of ENTRY, or renew it."""
    result = Remote(url, token).command("lock", entry=entry, ttl=ttl, wait=wait or None)
    if "waiting" in result:
        click.echo(f"{entry}: number {result['waiting']} in line")
        return
    until = f", until {result['until']}" if "until" in result else ""
    click.echo(f"{entry}: locked (fence {result['fence']}){until}")


@click.command()
@click.argument("entry")
@click.option("--reason", help="Why an administrator takes it from others; they are told.")
@server_options
def unlock(entry: str, reason: str | None, url: str, token: str | None) -> None:
    """Give the lock of ENTRY back, or leave the line for it. Administrators free anybody's."""
    Remote(url, token).command("unlock", entry=entry, reason=reason)
    click.echo(f"{entry}: unlocked")


@click.command()
@click.argument("entry")
@click.argument("text", required=False)
@server_options
def ask(entry: str, text: str | None, url: str, token: str | None) -> None:
    """Ask those who hold the lock of ENTRY for it, with TEXT if you like."""
    Remote(url, token).command("ask", entry=entry, body=text)
    click.echo(f"{entry}: asked")
