"""The digest of an inbox: one number by which two sides see that they hold the same."""

import zlib
from collections.abc import Mapping


def digest(versions: Mapping[str, int]) -> str:
    """The sum modulo 2^32 of the CRC-32 of ``ID:VERSION`` over all entries, as 8 hex digits.

    A sum, so that the order does not matter and a change costs one step.
    """
    total = sum(zlib.crc32(f"{id}:{version}".encode()) for id, version in versions.items())
    return f"{total % 2**32:08x}"
