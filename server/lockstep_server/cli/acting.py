"""The commands that do something with entries: start, dispatch, choose, say."""

import click

from .remote import Remote, data_object, server_options
from .trouble import Trouble

DATA = "A JSON object, or a file that holds one."


@click.command()
@click.argument("workflow")
@click.option("--to", multiple=True, metavar="USER", help="Who gets it; may be given repeatedly.")
@click.option("--data", help=DATA)
@click.option("--key", help="Starting twice with one key gives the same entry.")
@server_options
def start(
    workflow: str,
    to: tuple[str, ...],
    data: str | None,
    key: str | None,
    url: str,
    token: str | None,
) -> None:
    """Start WORKFLOW and print the ids of its entries."""
    result = Remote(url, token).command(
        "start", workflow=workflow, to=list(to) or None, data=data_object(data), key=key
    )
    for entry in result["entries"]:
        click.echo(entry)


@click.command()
@click.argument("tracker")
@click.option("--data", default="{}", help=DATA)
@click.option("--user", help="Whom it is about; you by default.")
@click.option("--service-id", help="Dispatching twice with one id makes one dispatch.")
@server_options
def dispatch(
    tracker: str,
    data: str,
    user: str | None,
    service_id: str | None,
    url: str,
    token: str | None,
) -> None:
    """Make a dispatch of TRACKER; print its id and those of the entries it started."""
    result = Remote(url, token).command(
        "dispatch", tracker=tracker, data=data_object(data), user=user, serviceId=service_id
    )
    click.echo(f"dispatch {result['dispatch']}")
    for entry in result["entries"]:
        click.echo(entry)


@click.command()
@click.argument("entry")
@click.argument("path")
@click.option("--data", help=DATA + " Goes with the choice, as a form's values do.")
@server_options
def choose(entry: str, path: str, data: str | None, url: str, token: str | None) -> None:
    """Choose the way out labelled PATH where you stand in ENTRY."""
    given = data_object(data)
    remote = Remote(url, token)
    view = remote.view(entry)
    if "step" not in view:
        raise Trouble("You are a guest in this entry: you may write in its chat, not choose.")
    remote.command(
        "choose", entry=entry, step=view["step"], visit=view["visit"], path=path, data=given
    )
    click.echo(f"{entry}: {path}")


@click.command()
@click.argument("entry")
@click.argument("text")
@server_options
def say(entry: str, text: str, url: str, token: str | None) -> None:
    """Write TEXT in the conversation of ENTRY."""
    result = Remote(url, token).command("say", entry=entry, body=text)
    click.echo(f"{entry}: message {result['m']}")
