"""Reading an action's ``args``: one value as it is, or several by name."""

from typing import Any

from lockstep_protocol.definition import Action
from lockstep_protocol.refusals import Refused, refused


def argument(action: Action, *names: str) -> Any:
    """The first of ``names`` that is given; a single value counts as the first name's."""
    if isinstance(action.args, dict):
        return next((action.args[name] for name in names if name in action.args), None)
    return action.args


def named(action: Action, name: str) -> Any:
    """The argument ``name``, which a single value does not stand for."""
    return action.args.get(name) if isinstance(action.args, dict) else None


def failed(pointer: str, message: str) -> Refused:
    """The refusal of the whole command because the action at ``pointer`` cannot be done."""
    return refused("action_failed", message, details={"pointer": pointer})
