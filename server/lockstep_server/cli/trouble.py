"""How a command says that it could not do what was asked."""

from typing import IO, Any

import click


class Trouble(click.ClickException):
    """One clear sentence on standard error and exit code 1; never a traceback."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence."""
        click.echo(f"lockstep: {self.format_message()}", err=True, file=file)
