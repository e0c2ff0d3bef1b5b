"""`lockstep restore`: a database from a copy, beside the one that was there."""

import os
import secrets
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from lockstep_server.store.copying import NEWEST, checked, copy, reading, sync
from lockstep_server.store.holding import Hold
from lockstep_server.store.interface import StoreFailed

from .backing_up import told
from .parts import finish, part_of, part_path
from .trouble import Trouble

LOGS = ("-wal", "-shm")
"""What SQLite keeps beside a database that is open."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--db",
    help="The server's database file.",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
)
@click.option("--force", is_flag=True, help="Replace --db if it is there; it is kept beside.")
def restore(file: Path, db: Path, force: bool) -> None:
    """Make the database --db from FILE, a copy that `lockstep backup` wrote, and check it.

    No server may have --db open. What was there is kept under a dated name. Clients that come back
    are sent everything anew, since they may have seen what the copy does not have.
    """
    db = Path(os.path.realpath(db))
    try:
        hold = Hold(db)
        try:
            _restore(file, db, force)
        finally:
            hold.release()
    except StoreFailed as failure:
        raise Trouble(str(failure)) from None
    except OSError as failure:
        raise Trouble(f"{db} cannot be restored: {failure}.") from None


def _restore(file: Path, db: Path, force: bool) -> None:
    if db.exists() and not force:
        raise Trouble(f"{db} is there already; --force replaces it, and keeps it beside.")
    found = checked(file)
    if found.version > NEWEST:
        raise Trouble(
            f"{file} has schema {found.version}, this program knows up to {NEWEST}: "
            "take the program that made it, or a newer one."
        )
    with part_of(db) as part:
        path = part_path(db)
        copy(reading(file), path)
        _begin_anew(path)
        checked(path)
        if db.exists():
            _as_before(db, path)
            kept = _keep(db)
            click.echo(f"what was there is kept as {kept}")
        for log in LOGS:
            db.with_name(db.name + log).unlink(missing_ok=True)
        finish(part, db)
    click.echo(f"{db}: {told(found, db)}")


def _begin_anew(path: Path) -> None:
    """Another lineage: positions of clients in the old one mean nothing in it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        new = (secrets.token_hex(8),)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", new)


def _as_before(db: Path, path: Path) -> None:
    """The new file belongs to whom the old one did, so that the server may write to it."""
    was = db.stat()
    shutil.copymode(db, path)
    with suppress(PermissionError):
        os.chown(path, was.st_uid, was.st_gid)


def _keep(db: Path) -> Path:
    """The old database under a second, dated name, its log with it."""
    # One file can be replaced in one step. If it is too damaged for that, the log is kept as well.
    with suppress(sqlite3.Error), closing(sqlite3.connect(db, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode = DELETE").fetchall()
    date = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = db.with_name(f"{db.name}.before-{date}")
    number = 1
    while kept.exists():
        number += 1
        kept = db.with_name(f"{db.name}.before-{date}-{number}")
    for end in ("", "-wal"):
        source = db.with_name(db.name + end)
        if source.exists():
            _second_name(source, kept.with_name(kept.name + end))
    sync(db.parent)
    return kept


def _second_name(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:  # a file system without links
        shutil.copy2(file, name)
        sync(name)
