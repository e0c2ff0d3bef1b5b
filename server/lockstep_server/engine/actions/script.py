"""``script``: have a script run once the change is durable."""

from typing import TYPE_CHECKING

from lockstep_protocol.definition import Action

from .arguments import argument, failed, named, rendered

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation


def script(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """Once for each user in scope; without a scope once, as the activating user."""
    handle = argument(action, "handle", "script")
    if not isinstance(handle, str) or not handle:
        raise failed(f"{pointer}/args", "A script action names the script's handle.")
    scope = action.scope if action.scope is not None else "$source"
    users = activation.users(scope)
    if users is not None and not users:
        return
    body = {
        "handle": handle,
        "users": None if users is None else sorted(users),
        "source": activation.source,
        "step": step,
        "body": rendered(activation, named(action, "body"), f"{pointer}/args/body"),
    }
    activation.effect("script", body, handle)
