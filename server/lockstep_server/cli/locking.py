"""The commands about the lock of an entry: take it or wait for it, ask for it, give it back."""

import click

from . import completing
from .finding import find_id
from .remote import Remote, server_options


@click.command()
@click.argument("entry", shell_complete=completing.entries)
@click.option("--ttl", type=float, help="Seconds until it ends by itself; 900 by default.")
@click.option("--wait", is_flag=True, help="Get in line when somebody else holds it.")
@server_options
def lock(entry: str, ttl: float | None, wait: bool, remote: Remote) -> None:
    """Take the lock of ENTRY, or renew it."""
    entry = find_id(remote, entry)
    result = remote.command("lock", entry=entry, ttl=ttl, wait=wait or None)
    if "waiting" in result:
        line = f"{entry}: number {result['waiting']} in line"
    else:
        until = f", until {result['until']}" if "until" in result else ""
        line = f"{entry}: locked (fence {result['fence']}){until}"
    remote.tell({"entry": entry, **result}, line)


@click.command()
@click.argument("entry", shell_complete=completing.entries)
@click.option("--reason", help="Why an administrator takes it from others; they are told.")
@server_options
def unlock(entry: str, reason: str | None, remote: Remote) -> None:
    """Give the lock of ENTRY back, or leave the line for it. Administrators free anybody's."""
    entry = find_id(remote, entry)
    remote.command("unlock", entry=entry, reason=reason)
    remote.tell({"entry": entry, "unlocked": True}, f"{entry}: unlocked")


@click.command()
@click.argument("entry", shell_complete=completing.entries)
@click.argument("text", required=False)
@server_options
def ask(entry: str, text: str | None, remote: Remote) -> None:
    """Ask those who hold the lock of ENTRY for it, with TEXT if you like."""
    entry = find_id(remote, entry)
    remote.command("ask", entry=entry, body=text)
    remote.tell({"entry": entry, "asked": True}, f"{entry}: asked")
