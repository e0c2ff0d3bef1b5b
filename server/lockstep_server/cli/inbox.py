"""`lockstep inbox`: the list once, or followed as it changes."""

import asyncio
import json
import os
import sys
from typing import Any

import click

from lockstep_client import (
    Arrived,
    Changed,
    Client,
    ConnectionEnded,
    Event,
    Left,
    Said,
    Synced,
    View,
)

from .remote import Remote, server_options, unreachable
from .trouble import Trouble


@click.command()
@click.option(
    "--follow", is_flag=True, help="Stay, and show each change; on a terminal, act by keys."
)
@click.option("--plain", is_flag=True, help="With --follow: print lines on a terminal, too.")
@server_options
def inbox(follow: bool, plain: bool, remote: Remote) -> None:
    """Print your inbox: one entry a line, with the ways out of its step."""
    if not follow:
        entries, _ = remote.inbox()
        if not remote.tell_each(entries, line) and not remote.as_json:
            click.echo("Your inbox is empty.", err=True)
    elif plain or remote.as_json or not _can_draw():
        _print(remote)
    else:
        _show(remote)


def _can_draw() -> bool:
    """Whether there is a terminal on which more than lines can be written."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return os.environ.get("TERM", "dumb") != "dumb" and all(one.isatty() for one in streams)


def _show(remote: Remote) -> None:
    # Here, since all other commands do without it.
    from .live.app import Live

    ended = Live(remote).run(mouse=False)
    if isinstance(ended, Trouble):
        raise ended
    sys.exit(ended or 0)


def _print(remote: Remote) -> None:
    try:
        asyncio.run(_follow(remote))
    except KeyboardInterrupt:
        return
    except ConnectionEnded as ended:
        raise Trouble(f"{ended}", "unauthorized" if ended.code == 4100 else "ended") from None
    except (OSError, ValueError) as failure:
        raise unreachable(remote.url, failure) from None


async def _follow(remote: Remote) -> None:
    client = Client(remote.url, remote.token, name="lockstep-cli")
    changes = client.changes()
    async with client:
        async for event in changes:
            text = _json(event, client) if remote.as_json else _text(event, client)
            if text:
                click.echo(text)
        await client.ready()


def line(view: View) -> str:
    """One entry for people."""
    labels = [path["label"] for path in view.get("paths", ())]
    ways = f"  ({' | '.join(labels)})" if labels else ""
    held = f"  locked by {', '.join(view['locked']['by'])}" if view.get("locked") else ""
    subtitle = f" — {view['description']}" if view.get("description") else ""
    name = view.get("name") or ("chat" if view.get("guest") else "")
    return f"{view['id']}  [{name}] {view['title']}{subtitle}{held}{ways}"


def _text(event: Event, client: Client) -> str:
    match event:
        case Synced():
            listed = [line(view) for view in client.entries.values()]
            return "\n".join(listed or ["Your inbox is empty."])
        case Arrived(view=view):
            return f"+ {line(view)}"
        case Changed(view=view, fields=fields) if "step" in fields or "visit" in fields:
            return f"~ {line(view)}  by {_name(client, event.by)}"
        case Changed(view=view, fields=fields) if set(fields) - {"seen", "chat", "updatedAt"}:
            return f"~ {line(view)}"
        case Left(entry=entry, reason=reason):
            return f"- {entry}  {reason}"
        case Said(place=place, message=message):
            return f"  {place}  {_name(client, message['from'])}: {message['body']}"
        case _:
            return ""


def _json(event: Event, client: Client) -> str:
    said: dict[str, Any] | None
    match event:
        case Synced(n=n):
            said = {"event": "synced", "n": n, "entries": list(client.entries.values())}
        case Arrived(entry=entry, view=view):
            said = {"event": "entry", "entry": entry, "view": view}
        case Changed(entry=entry, view=view, fields=fields, by=by, cause=cause):
            said = {
                "event": "changed",
                "entry": entry,
                "fields": list(fields),
                "by": by,
                "cause": cause,
                "view": view,
            }
        case Left(entry=entry, reason=reason):
            said = {"event": "gone", "entry": entry, "reason": reason}
        case Said(place=place, message=message):
            said = {"event": "chat", "place": place, "message": message}
        case _:
            said = None
    return json.dumps(said, ensure_ascii=False) if said else ""


def _name(client: Client, user: str) -> str:
    person = client.mirror.people.get(user)
    return str(person["name"]) if person else user
