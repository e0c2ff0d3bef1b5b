"""All contests, in the order of the table."""

from .contest import Contest
from .handshakes import HANDSHAKES
from .idle_memory import IDLE_MEMORY

CONTESTS: tuple[Contest, ...] = (IDLE_MEMORY, HANDSHAKES)
