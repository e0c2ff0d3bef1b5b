"""``trigger``: activate another step of this entry, or start another workflow."""

from typing import TYPE_CHECKING

from lockstep_protocol.definition import Action

from .arguments import argument, failed, named, rendered

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation


def trigger(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """A step of this entry follows within the change; another workflow starts after it.

    Without a scope that is for ``$sink``, and where there is none, for who led here.
    """
    workflow = named(action, "rule") or named(action, "workflow")
    target = argument(action, "step")
    if workflow is None:
        if not isinstance(target, str) or target not in activation.definition.nodes:
            raise failed(f"{pointer}/args", f"There is no step {target!r} to trigger.")
        activation.trigger(target, step)
        return
    users = activation.users(action.scope)
    if action.scope is None and not users:
        users = (activation.source,)
    if users is not None and not users:
        return
    body = {
        "workflow": workflow,
        "step": target,
        "users": None if users is None else sorted(users),
        "source": activation.source,
        "data": rendered(activation, named(action, "data"), f"{pointer}/args/data"),
    }
    activation.effect("start", body, str(workflow))
