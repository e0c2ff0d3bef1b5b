"""The line at the top: who one is, what is new, and whether the view is live."""

from rich.text import Text

from lockstep_client import Client
from lockstep_protocol.commands import Get, History, Messages, Versions

from . import drawing
from .model import Model

READING = (Get, History, Messages, Versions)
"""Commands that the user has not given."""


def head(model: Model, width: int) -> Text:
    """The whole line."""
    state = _state(model.client)
    left = Text.assemble((" Lockstep ", "bold reverse"))
    if model.me:
        entries = len(model.client.entries)
        left.append(f" {model.name(model.me)}", "bold")
        left.append(f"  {entries} {'entry' if entries == 1 else 'entries'}", "dim")
    new = model.listing.waiting
    if new:
        left.append(f"  {new} new: n shows {'it' if new == 1 else 'them'} ", drawing.FRESH)
    left.truncate(max(0, width - state.cell_len - 1), overflow="ellipsis", pad=True)
    return Text.assemble(left, " ", state, no_wrap=True)


def _state(client: Client) -> Text:
    waiting = sum(not isinstance(one, READING) for one in client.mirror.pending)
    if client.connected:
        return Text("● live ", "green")
    queued = f" · {waiting} queued" if waiting else ""
    if not client.connections:
        return Text("connecting… ", "bold")
    left = client.next_try
    when = "connecting…" if left is None else f"next try in {left:.0f} s, r: now"
    return Text(f"○ offline, {when}{queued} ", drawing.WRONG)
