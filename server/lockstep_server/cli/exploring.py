"""`lockstep explore`: all that can happen to a workflow's entries, played beforehand."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from lockstep_server.engine.definition.compiled import compile_definition
from lockstep_server.engine.exploring.cast import made_up, representatives
from lockstep_server.engine.exploring.exploring import Result
from lockstep_server.engine.exploring.exploring import explore as play
from lockstep_server.engine.exploring.runaway import Part
from lockstep_server.engine.exploring.searching import Bounds
from lockstep_server.engine.scopes.directory import User

from .folder import read_object
from .reading import read_definition
from .telling import document, told
from .trouble import Trouble

STATES, SECONDS = 20_000, 10.0
EVERY = 0.2
"""Seconds between two messages about the progress."""
READABLE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("files", nargs=-1, required=True, type=READABLE, metavar="FILE…")
@click.option("--directory", type=READABLE, help="Play with users of this directory.json.")
@click.option(
    "--states",
    type=click.IntRange(min=1),
    default=STATES,
    show_default=True,
    help="Stop after so many states of a file.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=SECONDS,
    show_default=True,
    help="Stop after so long with a file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def explore(
    files: tuple[Path, ...], directory: Path | None, states: int, seconds: float, as_json: bool
) -> None:
    """Play the workflow in FILE with a few users: everything that they can do, in every order.

    Says with a shortest route what should not happen: an entry that nobody can move on, a lock
    that is never freed, users who still hold what others have done, scopes without users,
    choices that are refused, workflows that start one another without end. Several files are
    workflows that may start each other, each known by its file's name.

    Exit code 0: nothing was found, or notes only. 1: something was. 2: the command was wrong.
    """
    users = _users(directory) if directory is not None else None
    if len({file.stem for file in files}) < len(files):
        raise click.UsageError("Two files have one name, so that a trigger could mean either.")
    parts = {file.stem: _part(file, users) for file in files}
    results: dict[Path, Result] = {}
    for file in files:
        part = parts[file.stem]
        bounds = Bounds(states, _out_of_time(seconds), _progress(file))
        results[file] = play(part.definition, part.cast, bounds, parts)
        _clear()
    if as_json:
        found = [document(file, parts[file.stem], result) for file, result in results.items()]
        click.echo(json.dumps({"workflows": found}, indent=2, ensure_ascii=False))
    else:
        texts = [told(file, parts[file.stem], result) for file, result in results.items()]
        click.echo("\n\n".join(texts))
    sys.exit(1 if any(result.problems for result in results.values()) else 0)


def _part(file: Path, users: tuple[User, ...] | None) -> Part:
    definition = read_definition(file)
    cast = made_up(definition) if users is None else representatives(users, definition)
    return Part(compile_definition(file.stem, 1, definition), cast)


def _users(file: Path) -> tuple[User, ...]:
    """The users of a directory's file. Raises ``click.UsageError``: the command was wrong."""
    try:
        found = msgspec.convert(read_object(file).get("users", []), tuple[User, ...])
    except Trouble as trouble:
        raise click.UsageError(trouble.format_message()) from None
    except msgspec.ValidationError as wrong:
        raise click.UsageError(f"{file}: `users` is no list of users: {wrong}") from None
    if not found:
        raise click.UsageError(f"{file} names no users.")
    return found


def _out_of_time(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _progress(file: Path) -> Callable[[int, int], None]:
    """Tells on standard error how far it is, a few times a second, if somebody is looking."""
    if not sys.stderr.isatty():
        return lambda states, waiting: None
    told_at = time.monotonic()

    def progress(states: int, waiting: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > EVERY:
            told_at = time.monotonic()
            click.echo(f"\r{file.name}: {states} states, {waiting} to go\x1b[K", err=True, nl=False)

    return progress


def _clear() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
