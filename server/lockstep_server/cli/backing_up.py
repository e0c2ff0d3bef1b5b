"""`lockstep backup`: a copy of everything, checked, from a running server or from its file."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from lockstep_server.store.copying import NEWEST, Contents, checked, copy, reading
from lockstep_server.store.interface import StoreFailed

from .parts import finish, part_of, part_path
from .remote import Remote, server_options
from .trouble import Trouble

LOOK_SECONDS = 0.2


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--db", help="Copy this database file, whether a server has it open or not.")
@server_options
def backup(file: Path, force: bool, db: str | None, remote: Remote) -> None:
    """Write a checked copy of everything to FILE. Needs the role admin, or --db.

    The server goes on meanwhile. `lockstep restore` makes a database of the copy again.
    """
    if file.exists() and not force:
        raise Trouble(f"{file} is there already; name another file, or replace it with --force.")
    try:
        with part_of(file) as part:
            if db is None:
                _receive(remote, part)
            else:
                _copy(db, part_path(file))
            found = checked(part_path(file))
            finish(part, file)
    except StoreFailed as failure:
        raise Trouble(str(failure)) from None
    size = file.stat().st_size
    counts = {"entries": found.entries, "changes": found.n, "bytes": size, "schema": found.version}
    remote.tell({"file": str(file), **counts}, f"{file}: {told(found, file)}")


def told(found: Contents, file: Path) -> str:
    """What a file that was checked holds, in words."""
    newer = (
        f"; its schema is {found.version}, newer than this program's {NEWEST}"
        if found.version > NEWEST
        else ""
    )
    size = file.stat().st_size
    return f"{found.entries} entries, {found.n} changes, {size} bytes, checked{newer}"


def _receive(server: Remote, part: IO[bytes]) -> None:
    with server.download("POST", "/v1/backup") as (total, pieces), progress(total) as done:
        written = 0
        for piece in pieces:
            part.write(piece)
            written += len(piece)
            done(written)
    part.flush()


def _copy(db: str, target: Path) -> None:
    connection = reading(db)
    total = sum(one.stat().st_size for one in (Path(db), Path(f"{db}-wal")) if one.exists())
    stop = threading.Event()
    with progress(total) as done:

        def watch() -> None:
            while not stop.wait(LOOK_SECONDS):
                done(target.stat().st_size)

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            copy(connection, target)
        finally:
            stop.set()
            watching.join()


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """Shows how far it is on a terminal, and nothing elsewhere; call with the bytes there are."""
    if not sys.stderr.isatty():
        yield lambda written: None
        return
    with click.progressbar(length=total, label="copying", file=sys.stderr) as bar:
        begun = 0

        def done(written: int) -> None:
            nonlocal begun
            bar.update(written - begun)
            begun = written

        yield done
