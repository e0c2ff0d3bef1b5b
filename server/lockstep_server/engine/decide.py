"""Starting a workflow and choosing a path: the two commands that activate steps."""

from typing import Any

import msgspec

from lockstep_protocol.commands import Choose
from lockstep_protocol.definition import Behavior
from lockstep_protocol.entry import rfc3339
from lockstep_protocol.limits import ENTRY_DATA_BYTES, IDENTIFIER_CHARACTERS, TITLE_CHARACTERS
from lockstep_protocol.refusals import refused

from .activation import Activation
from .apply import apply
from .behaviors import behavior_context, filled_in
from .card import with_card
from .chat import join
from .context import Chain, Context, template_context
from .decision import (
    Decision,
    RoomOpening,
    finish,
    name_of,
    open_draft,
    present,
    require_fence,
    require_holder,
)
from .definition.compiled import CompiledDefinition
from .entry import Draft, Entry
from .facts import DataMerged, Incident, Started
from .render import RenderError
from .scopes.resolve import Sink, parse_scope
from .state import DispatchCard, Head, Place
from .views import version_of

START = "start"


def start(
    context: Context,
    definition: CompiledDefinition,
    *,
    entry_id: str,
    sink: str | None,
    data: dict[str, Any],
    dispatch: DispatchCard | None = None,
    step: str = START,
    chain: Chain | None = None,
) -> Decision:
    """A new entry of ``definition`` at ``step``, started by the actor for ``sink``.

    ``chain``: what led to it when no user asked for it.
    """
    if sink is None and needs_sink(definition):
        raise refused(
            "no_recipient",
            f"The workflow {definition.name!r} goes to $sink: name its recipient in `to`.",
        )
    require_size(data)
    draft = Draft(None)
    head = Head(
        id=entry_id,
        workflow=definition.name,
        workflow_version=definition.version,
        title="",
        starter=context.actor,
        sink=sink,
        created_at=context.now,
        shared_at=context.now,
        change=1,
        shared_version=1,
        data=data,
        dispatch=dispatch,
    )
    head = with_card(head)
    title, problem = _title(context, definition, head)
    apply(draft, Started(msgspec.structs.replace(head, title=title)))
    if problem:
        text = f"The title could not be rendered: {problem}"
        apply(draft, Incident(text, "/start/step/template", context.new_id()))
    activation = Activation(context, definition, draft, context.actor, chain)
    activation.run(step)
    return finish(context, draft, {"entries": [entry_id]})


def choose(
    context: Context, definition: CompiledDefinition, entry: Entry, command: Choose
) -> Decision:
    """Take a path: checks in the order that tells a loser of a race who won."""
    place = entry.place_of(context.actor)
    if place is None:
        raise refused("not_found")
    draft = open_draft(context, entry)
    standing = (place.status, place.step, place.visit)
    if standing != ("active", command.step, command.visit):
        raise _stale(context, definition, entry, place)
    # In this order: who held it and lost it is told so, not only that others hold it now.
    require_fence(context, entry, draft, definition, command.fence)
    require_holder(context, entry, draft, definition)
    path = next(
        (path for path in definition.nodes[place.step].step.paths if path.label == command.path),
        None,
    )
    if path is None:
        labels = [path.label for path in definition.nodes[place.step].step.paths]
        raise refused(
            "unknown_path",
            f"The step {place.step!r} has no path {command.path!r}.",
            details={"paths": labels},
        )
    if command.data:
        require_size({**draft.head.data, **command.data})
        apply(draft, DataMerged(command.data, context.now))
    activation = Activation(context, definition, draft, context.actor)
    result: dict[str, Any] = {}
    behavior = definition.behavior(place.step, path.behavior)
    room: RoomOpening | None = None
    if behavior is not None and behavior.target is not None:
        # As the chooser sees the entry: before the step that follows moves anybody.
        users = activation.users(behavior.target)
        result["target"] = sorted(draft.recipients() if users is None else users)
    if behavior is not None and behavior.behavior == "managedChat":
        room = _room(context, draft, behavior, result.get("target"))
        result["room"] = room.id
    activation.run(path.step, origin=place.step, path=path.label)
    if behavior is not None and behavior.behavior == "chat":
        _invite_initiator(context, draft)
    decision = finish(context, draft, result, room)
    after = draft.place_of(context.actor)
    assert after is not None
    result["version"] = version_of(draft.head, after)
    return decision


def needs_sink(definition: CompiledDefinition) -> bool:
    """Whether a step is delivered to ``$sink``, so that a start must have a recipient."""
    return any(isinstance(parse_scope(n.step.scope), Sink) for n in definition.nodes.values())


def starts_at_sink(definition: CompiledDefinition) -> bool:
    """Whether every recipient named at the start gets an entry of their own."""
    return isinstance(parse_scope(definition.nodes[START].step.scope), Sink)


def require_size(data: dict[str, Any]) -> None:
    """Refuse an entry's data that is larger than an entry may hold."""
    if len(msgspec.json.encode(data)) > ENTRY_DATA_BYTES:
        raise refused(
            "too_large",
            f"The data of an entry has at most {ENTRY_DATA_BYTES} bytes as JSON.",
            details={"pointer": "/data", "limit": ENTRY_DATA_BYTES},
        )


def _title(
    context: Context, definition: CompiledDefinition, head: Head
) -> tuple[str, RenderError | None]:
    step = definition.nodes[START].step
    template = step.template
    if not template:
        named = head.dispatch.display_name if head.dispatch else head.summary_title
        if named or not step.name:
            return (named or definition.name)[:TITLE_CHARACTERS], None
        template = step.name
    names = template_context(context, head, context.actor)
    try:
        title = context.renderer.render(template, names, TITLE_CHARACTERS * 4)
    except RenderError as error:
        return template[:TITLE_CHARACTERS], error
    return title[:TITLE_CHARACTERS], None


def _room(
    context: Context, draft: Draft, behavior: Behavior, target: list[str] | None
) -> RoomOpening:
    """The room that the behavior's ``fields`` name; without a name it is the entry's own."""
    head = draft.head
    seen = behavior_context(context, head)
    named = filled_in(behavior, "fields", seen, context.now)
    if isinstance(named, dict):
        named = named.get("room") or named.get("id")
    data = filled_in(behavior, "data", seen, context.now)
    title = data.get("title") if isinstance(data, dict) else None
    id = str(named).strip() if isinstance(named, str | int) else ""
    members = [context.actor] if target is None else target
    return RoomOpening(
        id[:IDENTIFIER_CHARACTERS] or head.id,
        str(title or head.title or id)[:TITLE_CHARACTERS],
        tuple(members),
    )


def _invite_initiator(context: Context, draft: Draft) -> None:
    """Who opens the chat wants to talk to whoever began all this."""
    card = draft.head.dispatch
    initiator = card.author if card is not None else draft.head.starter
    if context.directory.get(initiator) is not None:
        join(draft, initiator)


def _stale(
    context: Context, definition: CompiledDefinition, entry: Entry, place: Place
) -> Exception:
    moved = place.last_moved
    mover = name_of(context, moved.by)
    if place.status != "active":
        message = f"This entry has left your inbox: {mover} moved it on."
    else:
        message = f"{mover} moved this entry to {place.name!r}."
    return refused(
        "stale",
        message,
        details={"by": moved.by, "at": rfc3339(moved.at), "step": moved.step},
        entry=present(context, entry, definition),
    )
