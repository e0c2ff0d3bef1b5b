"""`lockstep load compare`: reports of load tests beside each other."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from .trouble import Trouble

FILE = click.Path(path_type=Path, dir_okay=False)
WIDTH = 120
"""Letters in a line where there is no terminal that says."""


class Unusable(Trouble):
    """What was given cannot be compared; its exit code differs from that of a worse report."""

    exit_code = 2


def _share(_context: click.Context, _option: click.Parameter, given: str | None) -> float | None:
    from lockstep_load.comparing import BadShare, share

    try:
        return None if given is None else share(given)
    except BadShare as wrong:
        raise click.BadParameter(str(wrong)) from None


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="A.json B.json…")
@click.option("--report", "html_file", type=FILE, metavar="FILE.html", help="Write it as a page.")
@click.option(
    "--within",
    callback=_share,
    metavar="SHARE",
    help="Exit 1 when a figure became worse by more than this, such as 10%.",
)
@click.pass_context
def compare(
    context: click.Context, files: tuple[Path, ...], html_file: Path | None, within: float | None
) -> None:
    """Compare reports that `lockstep load --json` wrote to the first of them.

    Each figure with its ratio, and whether it is better or worse; different plans are pointed out.
    Exit 2 when a file cannot be read as a report.
    """
    from rich.console import Console

    from lockstep_load.comparing import WITHIN, comparison_page, write
    from lockstep_load.comparing import compare as compared_of
    from lockstep_load.reading import NoReport, read

    if len(files) < 2:
        raise Unusable("Give two reports or more: the first is what the others are compared to.")
    try:
        reports: list[tuple[str, Any]] = [
            (name, read(file)) for name, file in zip(_names(files), files, strict=True)
        ]
    except NoReport as wrong:
        raise Unusable(str(wrong)) from None
    compared = compared_of(reports, WITHIN if within is None else within)
    width = None if sys.stdout.isatty() else WIDTH
    write(Console(highlight=False, width=width), compared)
    if html_file is not None:
        page = comparison_page(reports, compared)
        try:
            html_file.write_text(page, encoding="utf-8")
        except OSError as failure:
            raise Unusable(f"{html_file} cannot be written: {failure.strerror}.") from None
        click.echo(f"Written: {html_file}")
    if within is not None and not compared.passed:
        context.exit(1)


def _names(files: tuple[Path, ...]) -> list[str]:
    """What to call each: its file's name, with as many folders as it takes to tell them apart."""
    parts = [file.with_suffix("").absolute().parts for file in files]
    for kept in range(1, max(map(len, parts)) + 1):
        names = [os.sep.join(each[-kept:]) for each in parts]
        if len(set(names)) == len(names):
            return names
    return [f"{file.stem} ({number})" for number, file in enumerate(files, 1)]
