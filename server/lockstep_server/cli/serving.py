"""`lockstep serve`: the server with an operator's settings."""

import os
from pathlib import Path
from typing import Any

import click

from lockstep_server.config import ConfigError
from lockstep_server.sources import read_settings

from .settings import settings_options
from .trouble import Trouble


@click.command()
@settings_options
def serve(config: Path | None, **flags: Any) -> None:
    """Serve until SIGTERM. Settings come from the flags, LOCKSTEP_… variables and --config."""
    try:
        settings = read_settings(flags, os.environ, config)
    except ConfigError as wrong:
        raise Trouble(str(wrong)) from None
    # Here, so that the commands that only ask a server start without loading one.
    from .listening import run

    run(settings)
