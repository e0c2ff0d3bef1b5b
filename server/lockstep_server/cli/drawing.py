"""`lockstep graph`: a definition as a picture."""

from pathlib import Path

import click

from lockstep_server.engine.picture.mermaid import mermaid

from .reading import read_definition
from .trouble import Trouble


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--mermaid", "as_mermaid", type=click.Path(path_type=Path), help="Write Mermaid.")
def graph(file: Path, as_mermaid: Path | None) -> None:
    """Draw the workflow in FILE."""
    drawn = mermaid(read_definition(file))
    if as_mermaid is None:
        click.echo(drawn, nl=False)
    else:
        _write(as_mermaid, drawn)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as failure:
        raise Trouble(f"{file} cannot be written: {failure.strerror or failure}.") from None
