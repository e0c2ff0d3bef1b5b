"""``status``: set the status of the scope's items."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from lockstep_protocol.definition import Action
from lockstep_server.engine.facts import StatusSet
from lockstep_server.engine.standing import stand
from lockstep_server.engine.state import Moved, Place

from .arguments import argument, failed

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation


def status(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """Users of the scope who never received the entry are passed over."""
    wanted = argument(action, "status")
    if wanted not in ("active", "retired"):
        raise failed(f"{pointer}/args", f"A status is active or retired, not {wanted!r}.")
    draft, users = activation.draft, activation.users(action.scope)
    moved = Moved(activation.source, activation.context.now, step)

    def restand(old: Place | None) -> Place | None:
        if old is None or old.status == wanted:
            return None
        return replace(old, status=wanted, version=draft.head.change, moved=moved)

    if users is not None and not users:
        return
    moving = stand(draft, users, restand)
    activation.apply(StatusSet(wanted, moving, action.scope or "$sink"))
