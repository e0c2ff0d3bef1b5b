"""All contests, in the order of the table."""

from .contest import Contest
from .durable import DURABLE, STEADY
from .handshakes import HANDSHAKES
from .idle_memory import IDLE_MEMORY

CONTESTS: tuple[Contest, ...] = (DURABLE, STEADY, IDLE_MEMORY, HANDSHAKES)
