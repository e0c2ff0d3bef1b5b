"""What a server says, read once however many sessions of a process are told the same bytes."""

from typing import Any

import msgspec

KEPT = 1_024
"""Frames that are remembered as read."""
LARGE = 16_384
"""Bytes; larger frames are for one session (pages of a snapshot) and are not remembered."""
ALONE = (b'{"type":"reply"', b'{"type":"welcome"', b'{"type":"refusal"', b'{"type":"snapshot"')
"""How frames begin that are for one session."""


class Said(msgspec.Struct):
    """Of any message of a server, what a simulated user looks at."""

    type: str
    n: int | None = None
    id: str | None = None
    entry: Any = None
    """An id; a view in ``entry`` and ``refusal``."""
    base: int = 0
    version: int = 0
    set: dict[str, Any] = {}
    unset: list[str] = []
    user: Any = None
    m: int | None = None
    seen: bool = False
    visit: int | None = None
    result: dict[str, Any] = {}
    code: int | str | None = None
    after_ms: int = 0
    digest: str | None = None
    epoch: str = ""
    resumed: bool = False
    server: dict[str, str] = {}
    page: int = 0
    pages: int = 0
    entries: list[dict[str, Any]] = []


_many = msgspec.json.Decoder(list[Said]).decode
_one = msgspec.json.Decoder(Said).decode


class Reader:
    """Reads frames. What it gives is shared: nobody may change it."""

    def __init__(self) -> None:
        self._new: dict[bytes, list[Said]] = {}
        self._old: dict[bytes, list[Said]] = {}

    def read(self, payload: bytes) -> list[Said]:
        """The messages of a frame. Raises ``msgspec.DecodeError``."""
        said = self._new.get(payload)
        if said is not None:
            return said
        said = self._old.get(payload)
        if said is None:
            said = _many(payload) if payload[:1] == b"[" else [_one(payload)]
            if len(payload) > LARGE or payload.startswith(ALONE):
                return said
        if len(self._new) >= KEPT:
            self._old, self._new = self._new, {}
        self._new[payload] = said
        return said
