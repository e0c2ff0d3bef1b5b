"""A store that fails, as those who only read or administer are told."""

from collections.abc import Iterator
from contextlib import contextmanager

from lockstep_protocol.refusals import refused
from lockstep_server.store.interface import StoreFailed


@contextmanager
def store_faults() -> Iterator[None]:
    """Turns a store that fails into the refusal ``unavailable``."""
    try:
        yield
    except StoreFailed as failure:
        raise refused("unavailable") from failure
