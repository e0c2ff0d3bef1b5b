"""Where the token comes from: a text, or somebody who is asked each time."""

import inspect
from collections.abc import Awaitable, Callable

Token = str | Callable[[], str | Awaitable[str | None] | None] | None


async def fresh(token: Token) -> str | None:
    """The token to use now."""
    if not callable(token):
        return token
    given = token()
    return await given if inspect.isawaitable(given) else given
