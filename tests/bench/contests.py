"""All contests, in the order of the table."""

from .beside import BESIDE
from .contest import Contest
from .durable import DURABLE, STEADY
from .everybody import EVERYBODY
from .fanout import FANOUT, JOINED, LAST_VIEWER
from .handshakes import HANDSHAKES
from .idle_memory import IDLE_MEMORY
from .starting import START

CONTESTS: tuple[Contest, ...] = (
    FANOUT,
    JOINED,
    DURABLE,
    STEADY,
    LAST_VIEWER,
    IDLE_MEMORY,
    HANDSHAKES,
    START,
    BESIDE,
    EVERYBODY,
)
