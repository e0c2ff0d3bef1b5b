"""The HTTP doors as data. `openapi` makes its document of them; a test holds them against the
server's routes. How `query`, `body` and `answer` are written is said at `openapi.shape`.
"""

from .administration import ADMINISTRATION
from .door import Door
from .overseeing import OVERSEEING
from .work import WORK

DOORS = (*WORK, *ADMINISTRATION, *OVERSEEING)

__all__ = ["DOORS", "Door"]
