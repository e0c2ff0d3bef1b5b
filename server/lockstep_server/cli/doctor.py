"""`lockstep doctor`: what could go wrong with this server, before it does."""

import json
import os
import resource
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
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
OLD_SECONDS = 3600
"""An effect that waits for longer than this is worth a look."""
CLOCK_SECONDS = 5
"""Clocks that differ by more are told of; the server's is known to a second."""
MANY_FILES = 8192
ASK_SECONDS = 3

State = Literal["ok", "warning", "error"]


class Finding(msgspec.Struct, frozen=True):
    """One line of the report. ``todo``: what to do about it, empty where nothing is."""

    about: str
    state: State
    text: str
    todo: str = ""


@click.command()
@settings_options
@click.option("--url", envvar="LOCKSTEP_URL", help="The server; by default host and port.")
@click.option("--token", envvar="LOCKSTEP_TOKEN", help="An administrator's, to ask it for more.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
def doctor(
    config: Path | None, url: str | None, token: str | None, as_json: bool, **flags: Any
) -> None:
    """Look at settings, database, disk, server and versions; exit 1 when one is an error."""
    found = list(_findings(config, url, token, flags))
    if as_json:
        click.echo(json.dumps([msgspec.to_builtins(one) for one in found], indent=2))
    else:
        for one in found:
            todo = f"; {one.todo}" if one.todo else ""
            click.echo(f"{one.state:7}  {one.about}: {one.text}{todo}")
    if any(one.state == "error" for one in found):
        sys.exit(1)


def _findings(
    config: Path | None, url: str | None, token: str | None, flags: dict[str, Any]
) -> Iterator[Finding]:
    try:
        settings = settings_of(gather(flags, os.environ, config))
    except ConfigError as wrong:
        yield Finding("settings", "error", str(wrong))
        settings = Settings(db=flags.get("db") or Settings().db)
    else:
        yield _checked(settings)
    yield from _versions()
    yield _files()
    if settings.db != ":memory:":
        yield from _database(Path(settings.db))
        yield _disk(Path(settings.db))
    # Here, so that other commands start without loading a server.
    from lockstep_server.web.page import INBOX

    built = (INBOX / "index.html").is_file()
    missing = Finding("web page", "warning", "not built", "`make web`, if people are to use it")
    yield Finding("web page", "ok", "built") if built else missing
    if url is not None:
        yield from _server(url, token, needed=True)
    elif _listens(settings.host, settings.port):
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        yield from _server(f"http://{host}:{settings.port}", token, needed=False)
    else:
        yield Finding("port", "ok", f"{settings.port} is free")


def _checked(settings: Settings) -> Finding:
    try:
        settings.checked()
    except ConfigError as wrong:
        return Finding("settings", "error", str(wrong))
    return Finding("settings", "ok", "a server can start with them")


def _versions() -> Iterator[Finding]:
    yield Finding("Python", "ok", sys.version.split()[0])
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        yield Finding("SQLite", "ok", sqlite3.sqlite_version)
    else:
        todo = "do not open the database with other programs while it is served"
        yield Finding("SQLite", "warning", sqlite3.sqlite_version, todo)


def _files() -> Finding:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or hard >= MANY_FILES:
        return Finding("open files", "ok", "enough")
    todo = "raise it for more sockets than that (ulimit -Hn, LimitNOFILE= of systemd)"
    return Finding("open files", "warning", f"at most {hard}", todo)


def _database(path: Path) -> Iterator[Finding]:
    if not path.is_file():
        yield Finding("database", "warning", f"{path} is not there", "a server makes it")
        return
    try:
        holds = copying.checked(path)
    except StoreFailed as failure:
        yield Finding("database", "error", str(failure), "restore a backup (`lockstep restore`)")
        return
    version = f"version {holds.version}"
    if holds.version > copying.NEWEST:
        text = f"{version}, newer than the {copying.NEWEST} of this program"
        yield Finding("database", "error", text, "run the program that made it, or a newer one")
        return
    size = path.stat().st_size
    text = f"{size} bytes, {version}, {holds.entries} entries, {holds.n} changes, sound"
    yield Finding("database", "ok", text)
    log = Path(f"{path}-wal")
    size = log.stat().st_size if log.is_file() else 0
    if size > LARGE_LOG_BYTES:
        todo = "look for a program that has the database open, or a backup that does not end"
        yield Finding("log of the database", "warning", f"{size} bytes", todo)
    else:
        yield Finding("log of the database", "ok", f"{size} bytes")
    yield from _waiting(path)


def _waiting(path: Path) -> Iterator[Finding]:
    try:
        with closing(copying.reading(path)) as file:
            effects, oldest = file.execute(
                "SELECT (SELECT count(*) FROM effects),"
                " (SELECT at FROM journal WHERE n = (SELECT min(n) FROM effects))"
            ).fetchone()
            (incidents,) = file.execute("SELECT count(*) FROM incidents").fetchone()
    except sqlite3.Error as error:
        # A file of an older program may have less; a server adds it.
        yield Finding("effects", "warning", f"cannot be read: {error}", "start a server once")
        return
    age = max(0, int(time.time() - oldest)) if oldest is not None else 0
    text = f"{effects} wait, the oldest for {age} s" if effects else "none waits"
    if age > OLD_SECONDS:
        yield Finding("effects", "warning", text, "see whether mail, pushes and webhooks get out")
    else:
        yield Finding("effects", "ok", text)
    if incidents:
        yield Finding("incidents", "warning", f"{incidents} open", "see `lockstep incidents`")
    else:
        yield Finding("incidents", "ok", "none open")


def _disk(path: Path) -> Finding:
    folder = path.absolute().parent
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        text = f"{path} cannot be written by this user"
        return Finding("disk", "error", text, "give the file and its folder to the server's user")
    free = shutil.disk_usage(folder).free
    if free < LITTLE_BYTES:
        return Finding("disk", "warning", f"only {free} bytes are free in {folder}", "make room")
    return Finding("disk", "ok", f"{free} bytes free")


def _listens(host: str, port: int) -> bool:
    if port == 0:
        return False
    try:
        with socket.create_connection((host, port), ASK_SECONDS):
            return True
    except OSError:
        return False


def _server(url: str, token: str | None, needed: bool) -> Iterator[Finding]:
    try:
        answer = httpx.get(f"{url.rstrip('/')}/readyz", timeout=ASK_SECONDS)
        ours = answer.headers.get("content-type", "").startswith("application/json")
    except (httpx.HTTPError, httpx.InvalidURL) as failure:
        if needed:
            text = f"{url} cannot be reached: {failure}"
            yield Finding("server", "error", text, "start it, or name another --url")
            return
        ours = False
    if not ours:
        text = f"what answers at {url} is no server of Lockstep"
        yield Finding("port", "error", text, "name another --port, or stop that program")
        return
    if answer.status_code == 200:
        yield Finding("server", "ok", f"{url} is ready")
    else:
        yield Finding("server", "error", f"not ready: {answer.text[:200]}", "see its log")
    yield from _clock(answer.headers.get("date"))
    if token is not None:
        yield _asked(url, token)


def _clock(date: str | None) -> Iterator[Finding]:
    try:
        apart = abs(parsedate_to_datetime(date or "").timestamp() - time.time())
    except ValueError:
        return
    if apart > CLOCK_SECONDS:
        todo = "keep both clocks by NTP: tokens and ids of commands have times"
        yield Finding("clock", "warning", f"{apart:.0f} s from the server's", todo)
    else:
        yield Finding("clock", "ok", "as the server's")


def _asked(url: str, token: str) -> Finding:
    try:
        answer = httpx.get(
            f"{url.rstrip('/')}/v1/sessions",
            headers={"Authorization": f"Bearer {token}"},
            timeout=ASK_SECONDS,
        )
        sessions = len(answer.json()["sessions"])
    except (httpx.HTTPError, UnicodeEncodeError, ValueError, KeyError, TypeError):
        text = "the server does not take this token for an administrator's"
        return Finding("sessions", "warning", text, "name another --token")
    return Finding("sessions", "ok", f"{sessions} are connected")
