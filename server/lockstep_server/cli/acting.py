"""The commands that begin something or say something: start, dispatch, say."""

import sys

import click

from . import completing
from .finding import find
from .remote import Remote, data_object, server_options
from .trouble import Trouble

DATA = "A JSON object, or a file that holds one."


@click.command()
@click.argument("workflow", shell_complete=completing.workflows)
@click.option(
    "--to",
    multiple=True,
    metavar="USER",
    help="Who gets it; may be given repeatedly.",
    shell_complete=completing.users,
)
@click.option("--data", help=DATA)
@click.option("--key", help="Starting twice with one key gives the same entry.")
@server_options
def start(
    workflow: str,
    to: tuple[str, ...],
    data: str | None,
    key: str | None,
    remote: Remote,
) -> None:
    """Start WORKFLOW and print the ids of its entries."""
    result = remote.command(
        "start", workflow=workflow, to=list(to) or None, data=data_object(data), key=key
    )
    remote.tell(result, *result["entries"])


@click.command()
@click.argument("tracker", shell_complete=completing.trackers)
@click.option("--data", default="{}", help=DATA)
@click.option("--user", help="Whom it is about; you by default.", shell_complete=completing.users)
@click.option("--service-id", help="Dispatching twice with one id makes one dispatch.")
@server_options
def dispatch(
    tracker: str,
    data: str,
    user: str | None,
    service_id: str | None,
    remote: Remote,
) -> None:
    """Make a dispatch of TRACKER; print its id and those of the entries it started."""
    result = remote.command(
        "dispatch", tracker=tracker, data=data_object(data), user=user, serviceId=service_id
    )
    remote.tell(result, f"dispatch {result['dispatch']}", *result["entries"])


@click.command()
@click.argument("entry", shell_complete=completing.places)
@click.argument("text")
@server_options
def say(entry: str, text: str, remote: Remote) -> None:
    """Write TEXT in the conversation of ENTRY, or of a room; `-` reads it from standard input."""
    if text == "-":
        text = sys.stdin.read().rstrip("\n")
        if not text.strip():
            raise Trouble("There is nothing to say on standard input.", "usage")
    place = find(remote, entry, rooms=True)
    where = {"room" if "members" in place else "entry": place["id"]}
    result = remote.command("say", **where, body=text)
    remote.tell({**where, **result}, f"{place['id']}: message {result['m']}")
