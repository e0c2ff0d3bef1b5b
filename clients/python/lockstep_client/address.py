"""Where a server's socket is."""

from urllib.parse import urlsplit, urlunsplit


def socket_url(url: str) -> str:
    """The socket's address of a server given as ``http(s)://host[:port]`` (or ``ws(s)://``)."""
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in ("ws", "wss"):
        raise ValueError(f"{url!r} is no address of a server; write http://host:port")
    url_path = parts.path.rstrip("/")
    if not url_path.endswith("/v1/ws"):
        url_path += "/v1/ws"
    return urlunsplit((scheme, parts.netloc, url_path, "", ""))
