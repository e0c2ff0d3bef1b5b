"""`lockstep serve`: the server with an operator's settings."""

import os
from pathlib import Path

import click

from lockstep_server.config import ConfigError, read_settings

from .trouble import Trouble


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="A TOML file with settings.")
@click.option("--db", help="The database file; made when it is not there.")
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on; 0 picks a free one.")
def serve(config: Path | None, db: str | None, host: str | None, port: int | None) -> None:
    """Serve until SIGTERM. Settings come from the flags, LOCKSTEP_… variables and --config."""
    try:
        settings = read_settings({"db": db, "host": host, "port": port}, os.environ, config)
    except ConfigError as wrong:
        raise Trouble(str(wrong)) from None
    # Here, so that the commands that only ask a server start without loading one.
    from .listening import run

    run(settings)
