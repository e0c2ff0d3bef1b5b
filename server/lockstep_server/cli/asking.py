"""A form on a terminal: its fields one after the other, and those that were wrong again."""

import sys
from collections.abc import Callable
from typing import Any

import click

from .fields import Field, Unreadable, errors_of, fields_of
from .remote import Remote, segment
from .trouble import Refused

Data = dict[str, Any]


def on_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def schema_of(remote: Remote, tracker: str) -> dict[str, Any]:
    """The JSON Schema of a tracker's data."""
    schema: dict[str, Any] = remote.ask("GET", f"/v1/trackers/{segment(tracker)}").json()["schema"]
    return schema


def filled_in(
    schema: dict[str, Any], given: Data, send: Callable[[Data], dict[str, Any]]
) -> dict[str, Any]:
    """Ask for all fields, and for those that the server refuses again; the result of ``send``.

    ``given``: what is in the fields at first, and what goes along if no field shows it.
    """
    fields = fields_of(schema)
    names = {field.name for field in fields}
    closed = schema.get("additionalProperties") is False
    data = {name: value for name, value in given.items() if name in names or not closed}
    again = fields
    while True:
        for field in again:
            value = _asked(field, data.get(field.name, field.default))
            if value is None:
                data.pop(field.name, None)
            else:
                data[field.name] = value
        try:
            return send(data)
        except Refused as refused:
            wrong = errors_of(refused.refusal, fields)
            again = [field for field in fields if field.name in wrong]
            if refused.code != "invalid" or not again:
                raise
            for field in again:
                click.secho(f"{field.title}: {wrong[field.name]}", fg="red", err=True)


def _asked(field: Field, before: Any) -> Any:
    if field.about:
        click.echo(click.style(field.about, dim=True), err=True)
    hint = f" ({field.hint})" if field.hint else ""
    shown = field.shown(before)
    while True:
        typed = click.prompt(
            f"{field.title}{hint}", default=shown, show_default=bool(shown), err=True
        )
        try:
            return field.read(typed)
        except Unreadable as wrong:
            click.secho(str(wrong), fg="red", err=True)
