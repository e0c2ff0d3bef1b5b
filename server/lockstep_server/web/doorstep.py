"""Those who have not signed in yet: how many of them one address may be, and how often wrong.

An address is an IPv4 address or the /64 of an IPv6 address, which is what one household has. The
bounds are wide: behind one address may be a whole company that comes back at the same time.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable

from lockstep_protocol.refusals import later
from lockstep_server.session.bucket import Bucket

MAX_ADDRESSES = 10_000
"""Addresses that are remembered for failing; whoever failed longest ago is forgotten first."""


class Doorstep:
    """Counts by address. ``sockets``: those at a time without a hello that was accepted;
    ``failures``: tokens a minute that are not."""

    def __init__(self, sockets: int, failures: int, clock: Callable[[], float]) -> None:
        self._sockets = sockets
        self._failures = failures
        self._clock = clock
        self._waiting: dict[str, int] = {}
        self._failed: OrderedDict[str, Bucket] = OrderedDict()

    def enter(self, address: str) -> bool:
        """A socket was opened; False: there are too many already, and it is not counted."""
        waiting = self._waiting.get(address, 0)
        if waiting >= self._sockets:
            return False
        self._waiting[address] = waiting + 1
        return True

    def leave(self, address: str) -> None:
        """A socket that was counted has signed in, or is gone."""
        left = self._waiting[address] - 1
        if left:
            self._waiting[address] = left
        else:
            del self._waiting[address]

    def check(self, address: str) -> None:
        """Raises ``Refused`` with ``rate_limited`` where too many tokens were wrong."""
        bucket = self._failed.get(address)
        if bucket is not None and (wait := bucket.wait(self._clock())) > 0:
            raise later("rate_limited", int(wait * 1000) + 1)

    def failed(self, address: str) -> None:
        """A token was not accepted."""
        now = self._clock()
        bucket = self._failed.get(address)
        if bucket is None:
            bucket = self._failed[address] = Bucket(self._failures / 60, self._failures, now)
        bucket.take(now)
        self._failed.move_to_end(address)
        while len(self._failed) > MAX_ADDRESSES:
            self._failed.popitem(last=False)


def counted_as(host: str | None) -> str:
    """The address under which a peer is counted."""
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
