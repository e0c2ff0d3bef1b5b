"""Which pages may connect: the server's own, and those an operator allowed.

A browser tells the page's origin (RFC 6454) when it opens a socket, and lets every page open one:
without this check any page could speak for a user in whose browser it is shown.
"""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers

_HOST = re.compile(r"^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?\Z")
_ORIGIN = re.compile(
    r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?\Z", re.IGNORECASE
)
PORTS = {"http": "80", "https": "443"}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def own_host(headers: Headers) -> str | None:
    """The host and port by which this server was called; None: absent or no host at all."""
    host = headers.get("host", "")
    return host if _HOST.match(host) else None


def may_connect(headers: Headers, scheme: str, allowed: Iterable[str]) -> bool:
    """Whether a page of this ``Origin`` may open a socket; what is no browser sends none."""
    origins = headers.getlist("origin")
    if not origins:
        return True
    if len(origins) > 1:
        return False
    theirs = _parts(origins[0])
    host = own_host(headers) or ""
    own = _parts(f"{'https' if scheme in ('https', 'wss') else 'http'}://{host}")
    return theirs is not None and theirs in (own, *map(_parts, allowed))


def _parts(origin: str) -> tuple[str, str, str] | None:
    """Scheme, host and port of an origin as browsers write it (RFC 6454), the port always told."""
    found = _ORIGIN.match(origin)
    if found is None:
        return None
    scheme, host, port = found[1].lower(), found[2].lower(), found[3]
    return scheme, host, str(int(port)) if port else PORTS[scheme]


def is_loopback(host: str | None) -> bool:
    """Whether a host header names this machine itself.

    The demo answers to no other name, or else a page elsewhere whose name is made to point here
    (DNS rebinding) would have the same origin as the demo.
    """
    return host is not None and re.sub(r":[0-9]+$", "", host).lower() in LOOPBACK
