"""`lockstep choose`: take a path, with the values of its form."""

from typing import Any

import click

from . import completing
from .acting import DATA
from .asking import filled_in, on_terminal, schema_of
from .fields import given_of
from .finding import find, path_of
from .remote import Remote, data_object, server_options
from .trouble import Refused, Trouble


@click.command()
@click.argument("entry", shell_complete=completing.entries)
@click.argument("path", shell_complete=completing.paths)
@click.option("--data", help=DATA + " Goes with the choice, as a form's values do.")
@server_options
def choose(entry: str, path: str, data: str | None, remote: Remote) -> None:
    """Choose the way out labelled PATH where you stand in ENTRY.

    ENTRY is an id, the start or end of one, or a part of the title; PATH may be cut short.
    """
    given = data_object(data)
    view = find(remote, entry)
    if "title" not in view:
        view = remote.view(view["id"])
    if "step" not in view:
        raise Trouble(
            "You are a guest in this entry: you may write in its chat, not choose.", "forbidden"
        )
    chosen = path_of(view, path)

    def take(values: dict[str, Any] | None) -> dict[str, Any]:
        return remote.command(
            "choose",
            entry=view["id"],
            step=view["step"],
            visit=view["visit"],
            path=chosen["label"],
            data=values,
        )

    behavior = chosen.get("behavior") or {}
    form = given is None and behavior.get("behavior") == "form"
    try:
        if form and not remote.as_json and on_terminal():
            schema = schema_of(remote, str(behavior["fields"]))
            click.echo(f"{chosen['label']}: {view['title']}", err=True)
            result = filled_in(schema, given_of(behavior), take)
        else:
            result = take(given)
    except Refused as refused:
        raise _explained(refused) from None
    label = chosen["label"]
    remote.tell({"entry": view["id"], "path": label, **result}, f"{view['id']}: {label}")


def _explained(refused: Refused) -> Refused:
    """A refusal with what the user needs in order to go on: the entry as it is now."""
    now = refused.refusal.get("entry")
    if now is None or "step" not in now:
        return refused
    labels = ", ".join(path["label"] for path in now.get("paths") or ()) or "no path"
    shows = f"  It shows [{now['name']}] {now['title']} now, with {labels}."
    return Refused(refused.refusal, f"{refused.format_message()}\n{shows}")
