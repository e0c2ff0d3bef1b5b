"""Faults that are planted to see that the histories find them."""

HEAD_END = b"\r\n\r\n"


class FrameLoss:
    """Deletes the first frame with a message of the type ``kind``, in either subprotocol."""

    def __init__(self, kind: str) -> None:
        self.lost = 0
        packed = b"\xa4type" + bytes([0xA0 + len(kind)]) + kind.encode()
        self._marks = (f'"type":"{kind}"'.encode(), packed)
        self._rest = b""
        self._open = False

    def __call__(self, data: bytes) -> bytes:
        """The bytes that go on to the client."""
        self._rest += data
        out = b""
        if self._rest.startswith(b"HTTP/1.1 "):
            # A new connection: its upgrade is answered first.
            head, found, rest = self._rest.partition(HEAD_END)
            if not found:
                return out
            out, self._rest = head + found, rest
        while (size := _frame_size(self._rest)) is not None and len(self._rest) >= size:
            frame, self._rest = self._rest[:size], self._rest[size:]
            if not self.lost and any(mark in frame for mark in self._marks):
                self.lost += 1
                continue
            out += frame
        return out


def _frame_size(data: bytes) -> int | None:
    """Bytes of the frame (RFC 6455, section 5.2) at the start; None: it is not there yet."""
    if len(data) < 2:
        return None
    short = data[1] & 0x7F
    more = {126: 2, 127: 8}.get(short, 0)
    if len(data) < 2 + more:
        return None
    return 2 + more + (int.from_bytes(data[2 : 2 + more], "big") if more else short)
