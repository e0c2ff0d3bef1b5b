"""`lockstep graph`: a definition as a picture."""

from pathlib import Path

import click

from lockstep_server.engine.picture.mermaid import mermaid
from lockstep_server.engine.picture.svg import svg

from .reading import read_definition
from .trouble import Trouble

OUT = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--svg", "svg_file", type=OUT, metavar="OUT.svg", help="Write an SVG picture here.")
@click.option("--mermaid", "mermaid_file", type=OUT, metavar="OUT.mmd", help="Write Mermaid here.")
@click.option(
    "--format",
    "printed",
    type=click.Choice(["mermaid", "svg"]),
    help="What to print; Mermaid, if no file is to be written.",
)
def graph(
    file: Path, svg_file: Path | None, mermaid_file: Path | None, printed: str | None
) -> None:
    """Draw the workflow in FILE: its steps, paths and triggers.

    Retired steps have round ends, triggers are dashed, behaviors stand in brackets.
    """
    definition = read_definition(file)
    if printed is None and svg_file is None and mermaid_file is None:
        printed = "mermaid"
    if svg_file is not None:
        _write(svg_file, svg(definition, file.stem))
    if mermaid_file is not None:
        _write(mermaid_file, mermaid(definition))
    if printed is not None:
        # As bytes, since a picture is UTF-8 whatever the terminal is.
        drawn = mermaid(definition) if printed == "mermaid" else svg(definition, file.stem)
        click.echo(drawn.encode(), nl=False)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as failure:
        raise Trouble(f"{file} cannot be written: {failure.strerror or failure}.") from None
