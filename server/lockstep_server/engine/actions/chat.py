"""``chat``: post a message in the entry's conversation."""

from typing import TYPE_CHECKING, Any

from lockstep_protocol.definition import Action

from ..chat import post
from .arguments import argument, failed, named

if TYPE_CHECKING:
    from ..activation import Activation


def chat(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """From the activating user. A scope other than ``$all`` limits who sees the message."""
    place = f"{pointer}/args"
    body = argument(action, "body", "text")
    data = _rendered(activation, named(action, "data"), f"{place}/data")
    if body is None and isinstance(data, dict):
        body = data.get("text")
    if not isinstance(body, str) or not body:
        raise failed(place, "A chat action has a body.")
    users = None if action.scope is None else activation.users(action.scope)
    kind = named(action, "kind")
    schema = named(action, "schema")
    post(
        activation.draft,
        author=activation.source,
        at=activation.context.now,
        body=activation.text(body, f"{place}/body"),
        data=data,
        schema=str(schema) if schema else "text.json",
        kind=str(kind) if kind else None,
        only=users,
    )


def _rendered(activation: "Activation", data: Any, pointer: str) -> Any:
    match data:
        case str():
            return activation.text(data, pointer)
        case list():
            return [_rendered(activation, part, f"{pointer}/{i}") for i, part in enumerate(data)]
        case dict():
            return {k: _rendered(activation, part, f"{pointer}/{k}") for k, part in data.items()}
        case _:
            return data
