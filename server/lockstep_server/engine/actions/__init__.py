"""What a step does on the server when it is activated: one file an action."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lockstep_protocol.definition import Action, ActionName

from .chat import chat
from .lock import lock, unlock
from .notify import notify
from .script import script
from .status import status
from .task import task
from .trigger import trigger

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation

Perform = Callable[["Activation", Action, str, str], None]
"""Does one action of the step with the given key; the last argument is its JSON pointer."""

ACTIONS: dict[ActionName, Perform] = {
    "status": status,
    "task": task,
    "lock": lock,
    "unlock": unlock,
    "script": script,
    "notify": notify,
    "trigger": trigger,
    "chat": chat,
}
