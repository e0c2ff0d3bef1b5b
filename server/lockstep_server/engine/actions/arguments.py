"""Reading an action's ``args``: one value as it is, or several by name."""

from typing import TYPE_CHECKING, Any

from lockstep_protocol.definition import Action
from lockstep_protocol.refusals import Refused, refused

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation


def argument(action: Action, *names: str) -> Any:
    """The first of ``names`` that is given; a single value counts as the first name's."""
    if isinstance(action.args, dict):
        return next((action.args[name] for name in names if name in action.args), None)
    return action.args


def named(action: Action, name: str) -> Any:
    """The argument ``name``, which a single value does not stand for."""
    return action.args.get(name) if isinstance(action.args, dict) else None


def rendered(activation: "Activation", value: Any, pointer: str) -> Any:
    """``value`` with every text in it rendered; its keys are taken as they are."""
    match value:
        case str():
            return activation.text(value, pointer)
        case list():
            return [rendered(activation, part, f"{pointer}/{i}") for i, part in enumerate(value)]
        case dict():
            return {
                key: rendered(activation, part, f"{pointer}/{escape(key)}")
                for key, part in value.items()
            }
        case _:
            return value


def escape(key: str) -> str:
    """``key`` as a token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def failed(pointer: str, message: str) -> Refused:
    """The refusal of the whole command because the action at ``pointer`` cannot be done."""
    return refused("action_failed", message, details={"pointer": pointer})
