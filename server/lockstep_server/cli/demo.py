"""`lockstep demo`: a server to try things on, with everybody of a directory let in by name."""

import os
import secrets
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import click

from lockstep_server.config import ConfigError, Settings
from lockstep_server.sources import read_settings

from .checking import findings_of, has_errors, sentence
from .folder import BUNDLED, Folder, read_folder
from .loading import Loader, start_samples
from .trouble import Trouble

LOOPBACK = "127.0.0.1"

TRY = """\
Try: open the links of Omar and Mei side by side and let one of them claim the service call;
acknowledge the incident as the other; decide Ruth's expense claim. Sam may administer."""


@click.command()
@click.argument("dir", required=False, type=click.Path(path_type=Path))
@click.option("--db", help="Keep the database in this file instead of a temporary one.")
@click.option("--port", type=int, help="The port to listen on; 0 picks a free one.")
def demo(dir: Path | None, db: str | None, port: int | None) -> None:
    """Serve the bundled demo, or the directory.json and workflows of DIR, on loopback only."""
    # Here, so that the commands that only ask a server start without loading one.
    from .listening import run

    folder = read_folder(dir or BUNDLED)
    _check(folder, bundled=dir is None)
    with tempfile.TemporaryDirectory(prefix="lockstep-demo-") as temporary:
        settings = _settings(db or str(Path(temporary) / "lockstep.db"), port)

        async def prepare(url: str) -> str:
            async with Loader(url, settings, folder) as loader:
                await loader.load()
            if dir is None:
                await start_samples(url, folder)
            return _welcome(url, folder, bundled=dir is None)

        run(settings, prepare)


def _check(folder: Folder, *, bundled: bool) -> None:
    """Print what is wrong with the definitions and stop if one could not be published."""
    stop = False
    for name, file in folder.workflows.items():
        findings = findings_of(file)
        errors = has_errors(findings)
        stop = stop or errors
        if errors:
            for finding in findings:
                click.echo(sentence(finding), err=True)
        elif findings and not bundled:
            count = f"{len(findings)} warning{'s' if len(findings) > 1 else ''}"
            click.echo(f"{name}: {count}; `lockstep check {file}` shows them", err=True)
    if stop:
        sys.exit(1)


def _settings(db: str, port: int | None) -> Settings:
    flags = {
        "host": LOOPBACK,
        "port": port,
        "db": db,
        "demo": True,
        # Known to this process alone: the demo's own administrator signs in with it.
        "jwt_secret": secrets.token_hex(32),
    }
    try:
        # The links are what one wants to see; whoever asks for the log gets it as well.
        return read_settings(flags, {"LOCKSTEP_LOG_LEVEL": "warning", **os.environ})
    except ConfigError as wrong:
        raise Trouble(str(wrong)) from None


def _welcome(url: str, folder: Folder, *, bundled: bool) -> str:
    width = max(len(user["name"]) for user in folder.users)
    links = [
        f"  {user['name']:{width}}  {url}/#token=demo:{quote(user['id'], safe='@:')}"
        for user in folder.users
    ]
    loaded = f"Workflows: {', '.join(folder.workflows) or 'none'}"
    return "\n".join(["Sign in as", *links, TRY if bundled else loaded])
