"""The digest by which a client finds out whether it has what the server has."""

from collections.abc import Mapping
from zlib import crc32


def digest(versions: Mapping[str, int]) -> str:
    """The digest of an inbox: its entries, guest views included and rooms not, by id.

    The sum modulo 2^32 of the CRC-32 (zlib's) of the UTF-8 text ``ID:VERSION`` over all entries,
    as 8 lower-case hex digits. A sum, so that it can be kept up to date entry by entry.
    """
    total = sum(crc32(f"{id}:{version}".encode()) for id, version in versions.items())
    return f"{total % 2**32:08x}"
