"""``chat``: post a message in the entry's conversation."""

from typing import TYPE_CHECKING

from lockstep_protocol.definition import Action
from lockstep_server.engine.chat import cut, post

from .arguments import argument, failed, named, rendered

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation


def chat(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """From the activating user. A scope other than ``$all`` limits who sees the message."""
    place = f"{pointer}/args"
    body = argument(action, "body", "text")
    data = rendered(activation, named(action, "data"), f"{place}/data")
    if body is None and isinstance(data, dict):
        body = data.get("text")
    if not isinstance(body, str) or not body:
        raise failed(place, "A chat action has a body.")
    users = None if action.scope is None else activation.users(action.scope)
    if users is not None and not users:
        return
    kind = named(action, "kind")
    schema = named(action, "schema")
    post(
        activation.draft,
        author=activation.source,
        at=activation.context.now,
        body=cut(activation.text(body, f"{place}/body")),
        data=data,
        schema=str(schema) if schema else "text.json",
        kind=str(kind) if kind else None,
        only=users,
    )
