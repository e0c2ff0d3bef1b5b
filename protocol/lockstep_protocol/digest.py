"""The digest by which a client finds out whether it has what the server has."""

from collections.abc import Mapping
from zlib import crc32


def digest(versions: Mapping[str, int]) -> str:
    """The digest of an inbox: its entries, guest views included and rooms not, by id.

    The sum modulo 2^32 of the CRC-32 (zlib's) of the UTF-8 text ``ID:VERSION`` over all entries,
    as 8 lower-case hex digits. A sum, so that it can be kept up to date entry by entry.
    """
    return written(sum(term(id, version) for id, version in versions.items()))


def term(id: str, version: int) -> int:
    """What one entry adds to the sum."""
    return crc32(f"{id}:{version}".encode())


def written(total: int) -> str:
    """A sum of terms as the digest has it."""
    return f"{total % 2**32:08x}"
