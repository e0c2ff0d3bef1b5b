"""`lockstep backup` and `lockstep restore`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from lockstep_server.store import copying
from lockstep_server.store.interface import StoreFailed

from .remote import Remote, server_options
from .trouble import Trouble


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--db", help="Copy this database file itself, served or not; no server is asked.")
@server_options
def backup(file: Path, db: str | None, url: str, token: str | None) -> None:
    """Copy the database of a running server into FILE, which appears once it is whole."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)  # of one that was killed
        if db is not None:
            facts = copying.copy(db, part)
        else:
            Remote(url, token).download("/v1/backup", part)
            facts = copying.verify(part)
        part.replace(file)
    except StoreFailed as failure:
        raise Trouble(str(failure)) from None
    except OSError as failure:
        raise Trouble(f"{file} cannot be written: {failure.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{file}: {facts.bytes} bytes, checked, up to change {facts.n}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--db", required=True, help="The database file to be replaced or made.")
@click.option("--force", is_flag=True, help="Replace a database that is there.")
def restore(file: Path, db: str, force: bool) -> None:
    """Put the backup FILE in the place of a database that nobody serves; the old one is kept."""
    if Path(db).exists() and not force:
        raise Trouble(f"{db} is there already; --force puts it aside and restores {file}.")
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    try:
        facts = copying.restore(file, db, stamp)
    except StoreFailed as failure:
        raise Trouble(str(failure)) from None
    except OSError as failure:
        raise Trouble(f"{db} cannot be written: {failure.strerror}.") from None
    click.echo(f"{db}: restored up to change {facts.n}, epoch {facts.epoch}")
