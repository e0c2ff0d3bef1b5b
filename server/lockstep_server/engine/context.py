"""What a decision is handed: the time, who acts, the directory, and where new ids come from."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from .scopes.directory import Directory
from .state import Head


class Renderer(Protocol):
    """Renders a server template; raises ``RenderError`` when it cannot."""

    def render(self, text: str, context: dict[str, Any], limit: int) -> str: ...


class Context(msgspec.Struct, frozen=True):
    """The world at the moment of a decision. ``now`` in Unix seconds; ``actor`` a user id.

    ``session``: the actor speaks over a session, and loses what is tied to it some time after it.
    """

    now: float
    actor: str
    directory: Directory
    renderer: Renderer
    new_id: Callable[[], str]
    admin: bool = False
    session: bool = False


class Chain(msgspec.Struct, frozen=True):
    """What led here without a user: ``root`` is the first effect, ``depth`` counts from it."""

    root: str
    depth: int


class Effect(msgspec.Struct, frozen=True):
    """To be done after the commit. ``body`` is what its performer needs, as JSON."""

    id: str
    kind: str
    body: dict[str, Any]
    chain: Chain


def template_context(context: Context, head: Head, source: str) -> dict[str, Any]:
    """What server templates see: the data at the root, ``dispatch``, ``source``, ``sink``, …"""
    names: dict[str, Any] = dict(head.data)
    names["data"] = names["values"] = head.data
    names["source"] = profile(context.directory, source)
    names["sink"] = profile(context.directory, head.sink) if head.sink else None
    names["entry"] = {"id": head.id, "title": head.title, "workflow": head.workflow}
    card = head.dispatch
    if card is not None:
        names["dispatch"] = {
            **card.data,
            "id": card.id,
            "tracker": card.tracker,
            "author": card.author,
            "user": card.user,
            "displayName": card.display_name,
            "userName": card.user_name,
            "authorName": card.author_name,
            "taskState": card.task_state,
            "serviceId": card.service_id,
            "data": card.data,
        }
    return names


def profile(directory: Directory, id: str) -> dict[str, Any]:
    """A user as templates see one; somebody who is not in the directory has an id alone."""
    user = directory.get(id)
    return {"id": id, "name": id} if user is None else msgspec.to_builtins(user)
