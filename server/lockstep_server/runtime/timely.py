"""How old the id of a command may be, so that nothing is done twice after its answer is forgotten.

An id tells when it was made (RFC 9562, 5.7). One that is older than answers are kept might have
been done and forgotten; one that is far ahead of the clock would be taken for longer than that.
"""

from lockstep_protocol.commands import Command, Question
from lockstep_protocol.ids import uuid7_ms
from lockstep_protocol.limits import AHEAD_SECONDS, ANSWER_HOURS
from lockstep_protocol.refusals import invalid, refused


def require_timely(command: Command, now: float) -> None:
    """Refuse a command that changes something by an id that is not of our time (``expired``,
    ``invalid``). A stored answer goes before this refusal, as it does before any other."""
    if isinstance(command, Question):
        return
    age = now - uuid7_ms(command.id) / 1000
    if age > ANSWER_HOURS * 3600:
        raise refused("expired")
    if age < -AHEAD_SECONDS:
        raise invalid("/id", "The id's time is too far ahead of the server's clock.")
