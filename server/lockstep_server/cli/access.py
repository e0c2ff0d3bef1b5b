"""`lockstep revoke` and `lockstep keys`: who is let in, for administrators."""

import json
from typing import Any

import click

from .remote import Remote, segment, server_options


@click.command()
@click.argument("user")
@click.option("--lift", is_flag=True, help="Accept again what is refused.")
@click.option("--reason", help="Why; administrators can read it.")
@server_options
def revoke(user: str, lift: bool, reason: str | None, url: str, token: str | None) -> None:
    """Refuse what USER signs in with, and end the user's sessions. Needs the role admin.

    Tokens that are made from now on are good again.
    """
    body: dict[str, Any] = {"lift": lift} | ({"reason": reason} if reason else {})
    Remote(url, token).ask("POST", f"/v1/users/{segment(user)}/revoke", json.dumps(body).encode())
    click.echo(f"{user}: {'is let in again' if lift else 'revoked'}")


@click.group()
def keys() -> None:
    """API keys of programs: list, create and delete them. Needs the role admin."""


@keys.command("list")
@click.option("--user", help="Only the keys of this user.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@server_options
def list_keys(user: str | None, as_json: bool, url: str, token: str | None) -> None:
    """List the keys, the oldest first."""
    params = {"user": user} if user else None
    for key in Remote(url, token).ask("GET", "/v1/keys", params=params).json()["keys"]:
        click.echo(json.dumps(key, ensure_ascii=False) if as_json else _line(key))


@keys.command()
@click.argument("user")
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
    url: str,
    token: str | None,
) -> None:
    """Make a key called NAME that signs in as USER, and print it: it is shown this once."""
    body: dict[str, Any] = {"user": user, "name": name, "scopes": list(scopes) or ["read"]}
    if expires:
        body["expiresAt"] = expires
    made = Remote(url, token).ask("POST", "/v1/keys", json.dumps(body).encode()).json()
    click.echo(f"key {made['id']} of {user}, for {', '.join(made['scopes'])}", err=True)
    click.echo(made["key"])


@keys.command()
@click.argument("id")
@server_options
def delete(id: str, url: str, token: str | None) -> None:
    """Delete the key ID; its sessions end."""
    Remote(url, token).ask("DELETE", f"/v1/keys/{segment(id)}")
    click.echo(f"{id}: deleted")


def _line(key: dict[str, Any]) -> str:
    used = f"used {_short(key['lastUsedAt'])}" if "lastUsedAt" in key else "never used"
    ends = f"  ends {_short(key['expiresAt'])}" if "expiresAt" in key else ""
    return f"{key['id']}  {key['user']}  {key['name']!r}  {','.join(key['scopes'])}  {used}{ends}"


def _short(time: str) -> str:
    return time[:16].replace("T", " ")
