"""`lockstep webpush-keys`: the keys by which push services know this server."""

import asyncio
import time

import click

from lockstep_server.outside.addresses import Addresses
from lockstep_server.runtime.committer import Committer
from lockstep_server.runtime.subscriptions import Subscriptions
from lockstep_server.store.interface import StoreFailed
from lockstep_server.store.sqlite import SqliteStore

from .trouble import Trouble


@click.command("webpush-keys")
@click.option(
    "--db",
    help="The server's database file.",
    envvar="LOCKSTEP_DB",
    default="lockstep.db",
    show_default=True,
)
@click.option(
    "--private", is_flag=True, help="The private key too. Whoever has it can push in your name."
)
def webpush_keys(db: str, private: bool) -> None:
    """Print the VAPID keys (RFC 8292) in the database, made now if there are none yet."""
    try:
        public, secret = asyncio.run(_keys(db))
    except StoreFailed as failure:
        raise Trouble(str(failure)) from None
    click.echo(f"public {public}")
    if private:
        click.echo(f"private {secret}")


async def _keys(db: str) -> tuple[str, str]:
    store = SqliteStore(db)
    committer = Committer(store, await store.open())
    writing = asyncio.create_task(committer.run())
    try:
        subscriptions = Subscriptions(store, committer, time.time, Addresses())
        await subscriptions.load()
        keys = await subscriptions.keys()
    finally:
        committer.close()
        await writing
        await store.close()
    return keys.public, keys.private
