"""A frame: what one change tells one kind of receiver, encoded once however many receive it."""

from struct import pack

from lockstep_protocol.codec import JSON, encode_frame
from lockstep_protocol.pushes import ServerMessage


class Frame:
    """Messages that travel together. Each subprotocol's bytes are made when first asked for."""

    __slots__ = ("_mark", "_payloads", "_text", "_wires", "messages")

    def __init__(self, messages: tuple[ServerMessage, ...], mark: object = None) -> None:
        """``mark`` is held as long as the frame is: whoever made it sees the frame's end."""
        assert messages, "a frame carries at least one message"
        self._mark = mark
        self.messages = messages
        self._payloads: dict[str, bytes] = {}
        self._wires: dict[str, bytes] = {}
        self._text: str | None = None

    def payload(self, subprotocol: str) -> bytes:
        """The frame's bytes for ``subprotocol``."""
        payload = self._payloads.get(subprotocol)
        if payload is None:
            payload = self._payloads[subprotocol] = encode_frame(self.messages, subprotocol)
        return payload

    def wire(self, subprotocol: str) -> bytes:
        """The whole WebSocket frame (RFC 6455, 5.2), ready to be written to any connection.

        A server's frames are not masked, so they are the same bytes for everybody.
        """
        wire = self._wires.get(subprotocol)
        if wire is None:
            payload = self.payload(subprotocol)
            wire = self._wires[subprotocol] = header(len(payload), subprotocol) + payload
        return wire

    def text(self, subprotocol: str) -> str:
        """The JSON frame as text, for a transport that frames text itself."""
        if self._text is None:
            self._text = self.payload(subprotocol).decode()
        return self._text


class Burst:
    """Frames that are due to the same receivers at the same moment, of changes one after the other.

    ``told``: each with its ``n``, in order. The bytes of all of them are put together once.
    """

    __slots__ = ("_wires", "first", "last", "told")

    def __init__(self, told: tuple[tuple[int, Frame], ...]) -> None:
        self.told = told
        self.first = told[0][0]
        self.last = told[-1][0]
        self._wires: dict[str, bytes] = {}

    def wire(self, subprotocol: str) -> bytes:
        """All frames, ready to be written to any connection."""
        wire = self._wires.get(subprotocol)
        if wire is None:
            wires = [frame.wire(subprotocol) for _, frame in self.told]
            wire = self._wires[subprotocol] = wires[0] if len(wires) == 1 else b"".join(wires)
        return wire


def header(length: int, subprotocol: str) -> bytes:
    """What stands before a payload of so many bytes, for it to be a whole message."""
    first = 0x81 if subprotocol == JSON else 0x82  # the whole message in one frame: text, binary
    if length < 126:
        return pack("!BB", first, length)
    if length < 1 << 16:
        return pack("!BBH", first, 126, length)
    return pack("!BBQ", first, 127, length)
