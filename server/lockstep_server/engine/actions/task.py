"""``task``: set the task state of the entry's dispatch."""

from typing import TYPE_CHECKING

from lockstep_protocol.definition import Action
from lockstep_server.engine.facts import TaskSet

from .arguments import argument, failed

if TYPE_CHECKING:
    from lockstep_server.engine.activation import Activation


def task(activation: "Activation", action: Action, step: str, pointer: str) -> None:
    """Fails for an entry that no dispatch started."""
    state = argument(action, "state", "task", "status")
    if not isinstance(state, str) or not state:
        raise failed(f"{pointer}/args", "A task state is a text that is not empty.")
    if activation.draft.head.dispatch is None:
        raise failed(pointer, f"The step {step!r} sets a task state, but no dispatch started this.")
    activation.apply(TaskSet(activation.text(state, f"{pointer}/args"), activation.context.now))
