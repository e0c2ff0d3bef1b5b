"""Carrying out what a script wants: all of it as one change, or nothing."""

from collections.abc import Iterable
from typing import assert_never

from lockstep_protocol.limits import TITLE_CHARACTERS

from .actions.arguments import failed
from .activation import Activation
from .apply import apply
from .chat import cut, post
from .context import Chain, Context
from .decide import require_size
from .decision import Decision, finish, open_draft
from .definition.compiled import CompiledDefinition
from .entry import Entry
from .facts import DataMerged, ScriptRan, TaskSet
from .intents import (
    Intent,
    NotifyUsers,
    SendChat,
    SetData,
    SetTask,
    StartWorkflow,
    TriggerStep,
)

SCRIPT = "script"
"""Who a script's change is by."""


def carry_out(
    context: Context,
    definition: CompiledDefinition,
    entry: Entry,
    *,
    ran: ScriptRan,
    step: str,
    source: str,
    intents: Iterable[Intent],
    chain: Chain,
) -> Decision:
    """The intents in the order given; triggered steps follow when all the others are done.

    ``step`` is where the script was called, ``source`` the user whose choice led to it. A lock
    does not hold a script up. Raises ``Refused`` when one of them cannot be done.
    """
    draft = open_draft(context, entry)
    apply(draft, ran)
    activation = Activation(context, definition, draft, source, chain)
    for index, intent in enumerate(intents):
        _do(activation, intent, f"/{index}", step)
    activation.follow(step)
    return finish(context, draft, {})


def _do(activation: Activation, intent: Intent, pointer: str, step: str) -> None:
    draft, now = activation.draft, activation.context.now
    match intent:
        case SetData(data=data):
            require_size({**draft.head.data, **data})
            apply(draft, DataMerged(data, now))
        case SetTask(state=state):
            if draft.head.dispatch is None:
                raise failed(pointer, "The script sets a task state, but no dispatch started this.")
            apply(draft, TaskSet(state, now))
        case SendChat():
            post(
                draft,
                author=activation.source,
                at=now,
                body=cut(intent.body),
                data=intent.data,
                schema=intent.schema,
                kind=intent.kind,
                only=intent.to,
            )
        case TriggerStep(step=target):
            if target not in activation.definition.nodes:
                raise failed(pointer, f"The script triggers {target!r}, and there is no such step.")
            activation.trigger(target, step)
        case NotifyUsers():
            told = {
                "users": None if intent.to is None else sorted(set(intent.to)),
                "title": (intent.title or draft.head.title)[:TITLE_CHARACTERS],
                "body": intent.body,
            }
            if intent.url:
                told["url"] = intent.url
            activation.effect("notify", told, intent.body)
        case StartWorkflow():
            started = {
                "workflow": intent.workflow,
                "step": intent.step,
                "users": list(intent.to) or [activation.source],
                "source": activation.source,
                "data": intent.data,
            }
            activation.effect("start", started, intent.workflow)
        case _:
            assert_never(intent)
