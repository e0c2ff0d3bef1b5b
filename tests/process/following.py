"""Waiting for what a client is told, and comparing it with what is read afresh."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from lockstep_client import Client, View

PATIENCE = 30.0
"""Seconds after which something is not slow but broken."""


def demo_client(url: str, user: str) -> Client:
    """A client signed in by name."""
    return Client(url, f"demo:{user}", name="tests")


async def enter_all(stack: AsyncExitStack, url: str, users: list[str]) -> dict[str, Client]:
    """One live client for each user."""
    clients = await asyncio.gather(
        *(stack.enter_async_context(demo_client(url, user)) for user in users)
    )
    return dict(zip(users, clients, strict=True))


async def until(client: Client, condition: Callable[[], bool]) -> None:
    """Wait for events of ``client`` until ``condition`` holds."""
    changes = client.changes()
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await anext(changes)


async def reached(client: Client, n: int) -> None:
    """Wait until ``client`` has applied change ``n``."""

    def there() -> bool:
        position = client.mirror.position
        return client.mirror.synced and position is not None and position.n >= n

    await until(client, there)


async def fresh_inbox(url: str, user: str) -> dict[str, View]:
    """The inbox as a new client is given it."""
    async with demo_client(url, user) as client:
        return client.entries
