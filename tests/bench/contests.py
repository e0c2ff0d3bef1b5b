"""All contests, in the order of the table."""

from .contest import Contest
from .durable import DURABLE, STEADY
from .fanout import FANOUT, JOINED, LAST_VIEWER
from .handshakes import HANDSHAKES
from .idle_memory import IDLE_MEMORY

CONTESTS: tuple[Contest, ...] = (
    FANOUT,
    JOINED,
    DURABLE,
    STEADY,
    LAST_VIEWER,
    IDLE_MEMORY,
    HANDSHAKES,
)
