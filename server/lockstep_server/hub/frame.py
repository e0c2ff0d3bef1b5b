"""A frame: what one change tells one kind of receiver, encoded once however many receive it."""

from lockstep_protocol.codec import encode_frame
from lockstep_protocol.pushes import ServerMessage


class Frame:
    """Messages that travel together. Each subprotocol's bytes are made when first asked for."""

    __slots__ = ("_payloads", "_text", "messages")

    def __init__(self, messages: tuple[ServerMessage, ...]) -> None:
        assert messages, "a frame carries at least one message"
        self.messages = messages
        self._payloads: dict[str, bytes] = {}
        self._text: str | None = None

    def payload(self, subprotocol: str) -> bytes:
        """The frame's bytes for ``subprotocol``."""
        payload = self._payloads.get(subprotocol)
        if payload is None:
            payload = self._payloads[subprotocol] = encode_frame(self.messages, subprotocol)
        return payload

    def text(self, subprotocol: str) -> str:
        """The JSON frame as text, for a transport that frames text itself."""
        if self._text is None:
            self._text = self.payload(subprotocol).decode()
        return self._text
