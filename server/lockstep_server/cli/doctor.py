"""`lockstep doctor`: what could go wrong with this server, before it does."""

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import click
import httpx
import msgspec

from lockstep_server.config import ConfigError, Settings
from lockstep_server.sources import gather, settings_of
from lockstep_server.store import copying
from lockstep_server.store.interface import StoreFailed

from .settings import settings_options

LITTLE_BYTES = 256 * 1024 * 1024
LARGE_LOG_BYTES = 256 * 1024 * 1024
SAFE_SQLITE = (3, 51, 3)
"""Older ones may damage a file when one process checkpoints while another commits."""


class Finding(msgspec.Struct, frozen=True):
    """One line of the report."""

    about: str
    state: Literal["ok", "warning", "error"]
    text: str


@click.command()
@settings_options
@click.option("--url", help="Ask the server at this address whether it is ready.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
def doctor(config: Path | None, url: str | None, as_json: bool, **flags: Any) -> None:
    """Look at settings, database, disk and versions; exit 1 when one of them is an error."""
    found = list(_findings(config, url, flags))
    if as_json:
        click.echo(json.dumps([msgspec.to_builtins(one) for one in found], indent=2))
    else:
        for one in found:
            click.echo(f"{one.state:7}  {one.about}: {one.text}")
    if any(one.state == "error" for one in found):
        sys.exit(1)


def _findings(config: Path | None, url: str | None, flags: dict[str, Any]) -> Iterator[Finding]:
    try:
        settings = settings_of(gather(flags, os.environ, config))
    except ConfigError as wrong:
        yield Finding("settings", "error", str(wrong))
        settings = Settings(db=flags.get("db") or Settings().db)
    else:
        yield _checked(settings)
    yield from _versions()
    if settings.db != ":memory:":
        yield from _database(Path(settings.db))
        yield _disk(Path(settings.db))
    # Here, so that other commands start without loading a server.
    from lockstep_server.web.page import INBOX

    built = (INBOX / "index.html").is_file()
    missing = "it is not built; run `make web` if people are to use it"
    yield Finding("web page", "ok" if built else "warning", "built" if built else missing)
    if url is not None:
        yield _server(url)


def _checked(settings: Settings) -> Finding:
    try:
        settings.checked()
    except ConfigError as wrong:
        return Finding("settings", "error", str(wrong))
    return Finding("settings", "ok", "a server can start with them")


def _versions() -> Iterator[Finding]:
    yield Finding("Python", "ok", sys.version.split()[0])
    safe = sqlite3.sqlite_version_info >= SAFE_SQLITE
    text = sqlite3.sqlite_version
    if not safe:
        text += ": do not open the database with other programs while it is served"
    yield Finding("SQLite", "ok" if safe else "warning", text)


def _database(path: Path) -> Iterator[Finding]:
    if not path.is_file():
        yield Finding("database", "warning", f"{path} is not there; a server would make it")
        return
    try:
        facts = copying.checked(path)
    except StoreFailed as failure:
        yield Finding("database", "error", f"{failure}; restore a backup")
        return
    if facts.version > copying.NEWEST:
        text = f"version {facts.version}; this program knows up to {copying.NEWEST}: update it"
        yield Finding("database", "error", text)
        return
    size = path.stat().st_size
    text = f"{size} bytes, version {facts.version}, up to change {facts.n}, nothing damaged"
    yield Finding("database", "ok", text)
    log = Path(f"{path}-wal")
    size = log.stat().st_size if log.is_file() else 0
    state: Literal["ok", "warning"] = "warning" if size > LARGE_LOG_BYTES else "ok"
    yield Finding(
        "log of the database", state, f"{size} bytes; it shrinks when the server is quiet"
    )
    with closing(copying.reading(path)) as file:
        effects = file.execute("SELECT count(*) FROM effects").fetchone()[0]
        incidents = file.execute("SELECT count(*) FROM incidents").fetchone()[0]
    yield Finding("effects", "ok", f"{effects} not done yet")
    text = f"{incidents} open" + ("; `lockstep incidents` lists them" if incidents else "")
    yield Finding("incidents", "warning" if incidents else "ok", text)


def _disk(path: Path) -> Finding:
    folder = path.absolute().parent
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        return Finding("disk", "error", f"{path} cannot be written by this user")
    free = shutil.disk_usage(folder).free
    if free < LITTLE_BYTES:
        return Finding("disk", "warning", f"only {free} bytes are free in {folder}")
    return Finding("disk", "ok", f"{free} bytes free")


def _server(url: str) -> Finding:
    try:
        answer = httpx.get(f"{url.rstrip('/')}/readyz", timeout=5)
    except (httpx.HTTPError, httpx.InvalidURL) as failure:
        return Finding("server", "error", f"{url} cannot be reached: {failure}")
    if answer.status_code == 200:
        return Finding("server", "ok", "ready")
    return Finding("server", "error", f"not ready: {answer.text[:200]}")
