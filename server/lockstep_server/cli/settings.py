"""`lockstep config show`, and the flags that settings have wherever a server is named by them."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lockstep_server.config import ConfigError
from lockstep_server.sources import Given, gather, is_secret, settings_of

from .trouble import Trouble

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")


def settings_options(function: Decorated) -> Decorated:
    """Adds ``--config`` and the flags that are settings."""
    for option in (
        click.option("--port", type=int, help="The port to listen on; 0 picks a free one."),
        click.option("--host", help="The address to listen on."),
        click.option("--db", help="The database file; made when it is not there."),
        click.option("--config", type=click.Path(path_type=Path), help="A TOML file of settings."),
    ):
        function = option(function)
    return function


def gathered(config: Path | None, **flags: Any) -> dict[str, Given]:
    """Every setting with its source. Raises ``Trouble``."""
    try:
        return gather(flags, os.environ, config)
    except ConfigError as wrong:
        raise Trouble(str(wrong)) from None


@click.group()
def config() -> None:
    """What the server's settings are."""


@config.command()
@settings_options
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def show(config: Path | None, as_json: bool, **flags: Any) -> None:
    """Every setting, its value and where that comes from. Secrets are not shown.

    Exit 1 when a server could not start with them.
    """
    given = gathered(config, **flags)
    if as_json:
        told = {
            name: {"value": _shown(name, one), "from": one.source} for name, one in given.items()
        }
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        rows = [(name, _text(_shown(name, one)), one.source) for name, one in given.items()]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        for name, value, source in rows:
            click.echo(f"{name:{widths[0]}}  {value:{widths[1]}}  {source}")
    try:
        settings_of(given).checked()
    except ConfigError as wrong:
        raise Trouble(str(wrong)) from None


def _shown(name: str, one: Given) -> Any:
    if one.value is not None and is_secret(name):
        return "(set)"
    return CREDENTIALS.sub("…", one.value) if isinstance(one.value, str) else one.value


def _text(value: Any) -> str:
    match value:
        case None | ():
            return "none"
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
