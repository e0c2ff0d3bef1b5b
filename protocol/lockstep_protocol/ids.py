"""Command ids: UUIDs of version 7 (RFC 9562), made by whoever gives the command."""

import re

UUID7_PATTERN = (
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
)
UUID7_CHARACTERS = 36
_UUID7 = re.compile(UUID7_PATTERN)


def uuid7(ms: int, random_bytes: bytes) -> str:
    """The id of the Unix time ``ms`` (milliseconds) with ten random bytes."""
    if not 0 <= ms < 1 << 48:
        raise ValueError("ms must fit 48 bits")
    if len(random_bytes) != 10:
        raise ValueError("ten random bytes are needed")
    random = int.from_bytes(random_bytes, "big")
    number = ms << 80 | 0x7 << 76 | (random >> 64 & 0xFFF) << 64
    number |= 0b10 << 62 | random & (1 << 62) - 1
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_uuid7(text: str) -> bool:
    """Whether ``text`` is written as a UUID of version 7."""
    return len(text) == UUID7_CHARACTERS and _UUID7.match(text) is not None


def uuid7_ms(text: str) -> int:
    """When the id was made: Unix time in milliseconds. ``text`` must be a UUID of version 7."""
    return int(text[:8] + text[9:13], 16)
