"""The card of an entry in an inbox: what its data says, else what its dispatch does."""

from typing import Any

from msgspec.structs import replace

from lockstep_protocol.limits import TITLE_CHARACTERS

from .state import Head


def with_card(head: Head) -> Head:
    """``head`` with the icon, summary title and summary that its data and dispatch give it."""
    data, dispatch = head.data, head.dispatch
    about: dict[str, Any] = dispatch.data if dispatch else {}
    display_name = dispatch.display_name if dispatch else None
    return replace(
        head,
        icon=_text(data.get("icon") or about.get("icon")),
        summary_title=_text(data.get("summaryTitle") or display_name),
        summary=_text(data.get("summary") or about.get("body")),
    )


def _text(value: Any) -> str | None:
    return str(value)[:TITLE_CHARACTERS] if value else None
