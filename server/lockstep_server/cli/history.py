"""`lockstep history`: everything that happened to an entry."""

import json
from typing import Any

import click

from . import completing
from .finding import find_id
from .remote import Remote, segment, server_options


@click.command()
@click.argument("entry", shell_complete=completing.entries)
@server_options
def history(entry: str, remote: Remote) -> None:
    """Print what happened to ENTRY, oldest first, as far as you may see it.

    With --json it comes as JSON lines, to keep.
    """
    url_path = f"/v1/entries/{segment(find_id(remote, entry))}/history.jsonl"
    lines = remote.ask("GET", url_path).text
    if remote.as_json:
        click.echo(lines, nl=False)
        return
    for line in lines.splitlines():
        event = json.loads(line)
        at = event["at"][:19].replace("T", " ")
        click.echo(f"{at}  {event['by']}  {event['cause']}")
        for fact in event["facts"]:
            click.echo(f"    {sentence(fact)}")


def sentence(fact: dict[str, Any]) -> str:
    """One fact of a history in words."""
    match fact["fact"]:
        case "activated":
            came = f" from {fact['origin']}" if fact.get("origin") else ""
            chosen = f" by {fact['path']!r}" if fact.get("path") else ""
            return f"step {fact['step']} ({fact['name']}){came}{chosen}"
        case "lock" | "waits" | "waits_no_more" | "asked":
            return _of_lock(fact)
        case "status":
            whom = f" for {fact['scope']} ({fact['users']})" if fact.get("scope") else ""
            return f"status {fact['status']}{whom}"
        case "dispatch":
            return "the dispatch was changed"
        case "task":
            return f"task state {fact['state']}"
        case "data":
            return f"data {', '.join(fact['data'])}"
        case "chat" | "edited" | "deleted" as what:
            message = fact["message"]
            done = "" if what == "chat" else f" {what}"
            text = "(changed since)" if message.get("revised") else message["body"]
            return (
                f"message {message['m']}{done}: {text}" if text else f"message {message['m']}{done}"
            )
        case "guest":
            return f"guest {fact['user']}"
        case "effect":
            outcome = fact.get("outcome") or {}
            ended = f": {outcome['state']}" if outcome else ""
            text = f" ({outcome['text']})" if outcome.get("text") else ""
            return f"{fact['kind']} {fact.get('text', '')!r}{ended}{text}"
        case "script":
            log = "".join(f"\n        {line}" for line in fact.get("log", ()))
            return f"script {fact['script']} for {fact['user']}{log}"
        case "incident":
            return f"incident: {fact['text']}"
        case "incident_closed":
            return f"incident {fact['how']}"
        case other:
            return str(other)


def _of_lock(fact: dict[str, Any]) -> str:
    match fact["fact"]:
        case "waits":
            return f"{fact['waiter']['user']} waits for the lock"
        case "waits_no_more":
            return f"waits no more: {', '.join(fact['users'])} ({fact['reason']})"
        case "asked":
            return f"{fact['user']} asks for the lock"
    held, why = fact.get("lock"), f" ({fact['text']})" if fact.get("text") else ""
    return f"locked by {', '.join(held['by'])}{why}" if held else f"unlocked: {fact['reason']}{why}"
