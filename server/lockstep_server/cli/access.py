"""`lockstep revoke` and `lockstep keys`: who is let in, for administrators."""

import json
from typing import Any

import click

from . import completing
from .remote import Remote, segment, server_options


@click.command()
@click.argument("user", shell_complete=completing.users)
@click.option("--lift", is_flag=True, help="Accept again what is refused.")
@click.option("--reason", help="Why; administrators can read it.")
@server_options
def revoke(user: str, lift: bool, reason: str | None, remote: Remote) -> None:
    """Refuse what USER signs in with, and end the user's sessions. Needs the role admin.

    Tokens that are made from now on are good again.
    """
    body: dict[str, Any] = {"lift": lift} | ({"reason": reason} if reason else {})
    remote.ask("POST", f"/v1/users/{segment(user)}/revoke", json.dumps(body).encode())
    remote.tell(
        {"user": user, "revoked": not lift}, f"{user}: {'is let in again' if lift else 'revoked'}"
    )


@click.group()
def keys() -> None:
    """API keys of programs: list, create and delete them. Needs the role admin."""


@keys.command("list")
@click.option("--user", help="Only the keys of this user.", shell_complete=completing.users)
@server_options
def list_keys(user: str | None, remote: Remote) -> None:
    """List the keys, the oldest first."""
    params = {"user": user} if user else None
    remote.tell_each(remote.ask("GET", "/v1/keys", params=params).json()["keys"], _line)


@keys.command()
@click.argument("user", shell_complete=completing.users)
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["read", "act", "admin"]),
    help="What it is for; may be given repeatedly. `read` by default.",
)
@click.option("--expires", help="When it ends, like 2027-01-31T09:00:00Z; never by default.")
@server_options
def create(
    user: str,
    name: str,
    scopes: tuple[str, ...],
    expires: str | None,
    remote: Remote,
) -> None:
    """Make a key called NAME that signs in as USER, and print it: it is shown this once."""
    body: dict[str, Any] = {"user": user, "name": name, "scopes": list(scopes) or ["read"]}
    if expires:
        body["expiresAt"] = expires
    made = remote.ask("POST", "/v1/keys", json.dumps(body).encode()).json()
    if not remote.as_json:
        click.echo(f"key {made['id']} of {user}, for {', '.join(made['scopes'])}", err=True)
    remote.tell(made, made["key"])


@keys.command()
@click.argument("id", shell_complete=completing.keys)
@server_options
def delete(id: str, remote: Remote) -> None:
    """Delete the key ID; its sessions end."""
    remote.ask("DELETE", f"/v1/keys/{segment(id)}")
    remote.tell({"key": id, "deleted": True}, f"{id}: deleted")


def _line(key: dict[str, Any]) -> str:
    used = f"used {_short(key['lastUsedAt'])}" if "lastUsedAt" in key else "never used"
    ends = f"  ends {_short(key['expiresAt'])}" if "expiresAt" in key else ""
    return f"{key['id']}  {key['user']}  {key['name']!r}  {','.join(key['scopes'])}  {used}{ends}"


def _short(time: str) -> str:
    return time[:16].replace("T", " ")
