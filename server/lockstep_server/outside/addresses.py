"""Which addresses may be asked: users name them, and the server stands where users do not.

A name is resolved once, every address found is checked, and the connection goes to the very
address that was checked: an answer that changes between check and use (DNS rebinding) gains
nothing.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable

import httpcore
import httpx

from .outcomes import AddressRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, as text, best first. Raises ``OSError`` if there are none."""

LONGEST_URL = 2048
"""Characters of a URL."""

MOST_ATTEMPTS = 4
"""Addresses of one host that are tried."""

GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""All that is global unicast so far (RFC 4291, section 2.4)."""

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""An IPv4 address behind a translator (RFC 6052): what counts is the address inside."""

SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        # Special purposes that `ipaddress` does not know in every Python that runs this.
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2002::/16",
        "3fff::/20",
        # A public address that within one cloud leads to the host's own agent.
        "168.63.129.16/32",
    )
)

_NAME = re.compile(r"(?=.*[a-z])[a-z0-9_.-]+", re.IGNORECASE)
_NUMERIC_LABEL = re.compile(r"(\d+|0x[0-9a-f]*)", re.IGNORECASE)


async def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Addresses:
    """The rule of which addresses may be asked: public ones, and those in ``allow``.

    ``allow`` holds host names (all their addresses are then allowed, also without TLS) and
    networks in CIDR notation or single addresses. Raises ``ValueError`` for one it cannot read.
    """

    def __init__(self, allow: Iterable[str] = (), resolve: Resolve = system_resolve) -> None:
        self._names: set[str] = set()
        self._networks: list[Network] = []
        self._resolve = resolve
        for allowed in allow:
            try:
                self._networks.append(ipaddress.ip_network(allowed))
            except ValueError:
                # A network with a slip in it must not turn into a name that nobody has.
                if not _NAME.fullmatch(allowed):
                    raise ValueError(f"neither a host name nor a network: {allowed!r}") from None
                self._names.add(_plain(allowed))

    def check(self, url: str) -> httpx.URL:
        """The URL, read, if it may be asked as far as can be said without resolving its host.

        Without TLS only a host that is named in ``allow``, or an address in a network there.
        Raises ``AddressRefused``.
        """
        try:
            read = read_url(url)
        except ValueError as error:
            raise AddressRefused(str(error)) from None
        host = read.raw_host.decode("ascii")
        literal = _literal(host)
        if literal is not None and not self.permits(literal):
            raise AddressRefused(f"{literal} is not a public address")
        if read.scheme == "http" and not (
            _plain(host) in self._names or (literal is not None and self._listed(literal))
        ):
            raise AddressRefused("only https is asked")
        return read

    def permits(self, address: Address) -> bool:
        """Whether this address may be connected to."""
        return self._listed(address) or _is_public(address)

    def _listed(self, address: Address) -> bool:
        return any(address in network for network in self._networks)

    async def find(self, host: str, port: int) -> list[Address]:
        """The addresses of a host that may be connected to, best first.

        Raises ``AddressRefused`` if one of them may not, and ``OSError`` if there are none.
        """
        literal = _literal(host)
        try:
            texts = [str(literal)] if literal is not None else await self._resolve(host, port)
        except UnicodeError as error:
            raise AddressRefused(f"{host!r} is not a host name: {error}") from None
        found = [ipaddress.ip_address(text) for text in texts]
        if not found:
            raise OSError(f"{host} has no address")
        if _plain(host) not in self._names:
            for address in found:
                # One bad address condemns the name: nobody honest mixes the two.
                if not self.permits(address):
                    raise AddressRefused(f"{host} leads to {address}, which is not public")
        return found[:MOST_ATTEMPTS]


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to nothing but what ``Addresses`` permits, for every request of a pool."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check, and connect to the first address that answers."""
        try:
            async with asyncio.timeout(timeout):
                found = await self._addresses.find(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from error
        except OSError as error:
            raise httpcore.ConnectError(f"{host} was not resolved: {error}") from error
        share = None if timeout is None else timeout / len(found)
        last: Exception | None = None
        for address in found:
            try:
                return await self._inner.connect_tcp(
                    str(address), port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        assert last is not None
        raise last

    async def sleep(self, seconds: float) -> None:
        """Wait, on the loop."""
        await self._inner.sleep(seconds)


def read_url(url: str) -> httpx.URL:
    """A URL of the web with a host and no credentials. Raises ``ValueError``."""
    if len(url) > LONGEST_URL:
        raise ValueError(f"a URL has at most {LONGEST_URL} characters")
    try:
        read = httpx.URL(url)
        host = read.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ValueError(f"not a URL: {error}") from None
    if read.scheme not in {"https", "http"} or not host:
        raise ValueError("a URL begins with https:// and a host")
    if read.userinfo:
        raise ValueError("a URL with a user name or a password is not asked")
    if read.port is not None and not 0 < read.port < 65_536:
        raise ValueError(f"{read.port} is not a port")
    if _literal(host) is None:
        if not _NAME.fullmatch(host):
            raise ValueError(f"{host!r} is not a host name")
        if _NUMERIC_LABEL.fullmatch(_plain(host).rpartition(".")[2]):
            # 127.1, 0177.0.0.1 and 2130706433 are addresses to a resolver and names to a reader.
            raise ValueError(f"{host} is not how an address is written")
    return read


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return _is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in GLOBAL_V6 or address.scope_id is not None:
            return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in SPECIAL)
