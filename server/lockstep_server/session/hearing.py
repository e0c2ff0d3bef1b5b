"""Reading what a client sent: a whole frame, or a refusal that names the place."""

from lockstep_protocol.codec import decode_client
from lockstep_protocol.commands import ClientMessage, Hello
from lockstep_protocol.refusals import invalid

from .rules import MESSAGES_A_FRAME


def first_frame(
    data: bytes | str, subprotocol: str, limit: int
) -> tuple[Hello, list[ClientMessage]]:
    """The ``hello`` and what came with it. Raises ``Refused``."""
    hello, *more = decode_client(data, subprotocol, limit)
    if not isinstance(hello, Hello):
        raise invalid("/type", "The first message is `hello`.")
    return hello, more


def later_frame(data: bytes | str, subprotocol: str, limit: int) -> list[ClientMessage]:
    """The messages of any other frame. Raises ``Refused``."""
    messages = decode_client(data, subprotocol, limit)
    if len(messages) > MESSAGES_A_FRAME:
        raise invalid("", f"A frame has {MESSAGES_A_FRAME} messages at most.")
    return messages


def size_of(frame: bytes | str) -> int:
    """The bytes of a frame, whose text is UTF-8 on the wire."""
    if isinstance(frame, bytes) or frame.isascii():
        return len(frame)
    return len(frame.encode("utf-8", "surrogatepass"))
