"""A Python client for a Lockstep server: a pure mirror of one inbox and an asyncio shell."""

from .changes import Changes
from .client import Client
from .core import Mirror
from .errors import CommandRefused, ConnectionEnded, FellBehind, TooManyPending
from .events import (
    Answered,
    Arrived,
    Changed,
    Declined,
    Differed,
    Event,
    Left,
    Marked,
    Opened,
    Other,
    Present,
    Said,
    Synced,
    View,
    Welcomed,
)
from .verbs import Result, new_id

__all__ = [
    "Answered",
    "Arrived",
    "Changed",
    "Changes",
    "Client",
    "CommandRefused",
    "ConnectionEnded",
    "Declined",
    "Differed",
    "Event",
    "FellBehind",
    "Left",
    "Marked",
    "Mirror",
    "Opened",
    "Other",
    "Present",
    "Result",
    "Said",
    "Synced",
    "TooManyPending",
    "View",
    "Welcomed",
    "new_id",
]
