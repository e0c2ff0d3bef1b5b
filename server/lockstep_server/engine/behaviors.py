"""The parts of a path's behavior that the server itself must read, filled in like a client does."""

from typing import Any

from lockstep_protocol.definition import Behavior
from lockstep_protocol.parse_template import apply_templates

from .context import Context, profile
from .state import Head


def behavior_context(context: Context, head: Head) -> dict[str, Any]:
    """What client templates see: the entry, its data at the root and by name, the profile."""
    return {
        "id": head.id,
        "title": head.title,
        "workflow": head.workflow,
        "source": context.actor,
        "sink": head.sink,
        **head.data,
        "data": head.data,
        "values": head.data,
        "profile": profile(context.directory, context.actor),
    }


def filled_in(behavior: Behavior, member: str, seen: dict[str, Any], now: float) -> Any:
    """``fields`` or ``data`` of a behavior with its templates filled in."""
    whole = {"fields": behavior.fields, "data": behavior.data}
    return apply_templates(whole, behavior.templates, seen, now)[member]
