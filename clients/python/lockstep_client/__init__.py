"""A Python client for a Lockstep server: a pure mirror of one inbox and an asyncio shell."""

from .changes import Changes
from .client import Client
from .core import Mirror
from .errors import CommandRefused, ConnectionEnded
from .events import (
    Answered,
    Arrived,
    Changed,
    Declined,
    Event,
    Left,
    Opened,
    Other,
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
    "Event",
    "Left",
    "Mirror",
    "Opened",
    "Other",
    "Result",
    "Said",
    "Synced",
    "View",
    "Welcomed",
    "new_id",
]
