"""``notify``: tell the scope's users, outside the inbox too."""

from typing import TYPE_CHECKING

from lockstep_protocol.definition import Action
from lockstep_protocol.limits import TITLE_CHARACTERS

from .arguments import argument, named

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation


def notify(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """The text is a server template; without one, title and step name say it."""
    users = activation.users(action.scope)
    if users is not None and not users:
        return
    head = activation.draft.head
    body, title, url = (
        argument(action, "body", "text"),
        named(action, "title"),
        named(action, "url"),
    )
    place = f"{pointer}/args"
    told = {
        "users": None if users is None else sorted(users),
        "title": activation.text(str(title), place, TITLE_CHARACTERS) if title else head.title,
        "body": activation.text(str(body), place) if body else activation.step_name,
    }
    if url:
        told["url"] = activation.text(str(url), place)
    activation.effect("notify", told, str(told["body"]))
