"""Talking to a server over HTTP, as the commands do that need one."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import click
import httpx

from lockstep_client import new_id

from .trouble import Trouble

DEFAULT_URL = "http://127.0.0.1:8420"
SECONDS = 30.0
COPY_SECONDS = 3600.0
"""How long a server may take until it has made what is downloaded."""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def server_options(function: Decorated) -> Decorated:
    """Adds ``--url`` and ``--token`` to a command."""
    url = click.option(
        "--url", envvar="LOCKSTEP_URL", default=DEFAULT_URL, show_default=True, help="The server."
    )
    token = click.option(
        "--token", envvar="LOCKSTEP_TOKEN", help="Who you are, e.g. demo:dana on a demo server."
    )
    return url(token(function))


class Remote:
    """A server, spoken to as the bearer of ``token``. Every failure is a ``Trouble``."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            self._http = httpx.Client(base_url=self.url, headers=headers, timeout=SECONDS)
        except (httpx.InvalidURL, UnicodeEncodeError) as wrong:
            raise Trouble(f"{url!r} is no address of a server: {wrong}") from None

    def ask(
        self,
        method: str,
        url_path: str,
        body: bytes | None = None,
        *,
        params: dict[str, str] | None = None,
        accept: tuple[int, ...] = (),
    ) -> httpx.Response:
        """One request. A refusal is ``Trouble`` unless its status is one of ``accept``."""
        headers = {"Content-Type": "application/json"} if body is not None else None
        with self._reached():
            answer = self._http.request(
                method, url_path, content=body, params=params, headers=headers
            )
        if answer.is_success or answer.status_code in accept:
            return answer
        raise Trouble(refusal_text(answer))

    @contextmanager
    def download(self, method: str, url_path: str) -> Iterator[tuple[int, Iterator[bytes]]]:
        """One request whose answer is large: its size in bytes (0: not told), and its pieces."""
        timeout = httpx.Timeout(SECONDS, read=COPY_SECONDS)
        with (
            self._reached(),
            self._http.stream(method, url_path, timeout=timeout) as answer,
        ):
            if not answer.is_success:
                answer.read()
                raise Trouble(refusal_text(answer))
            yield int(answer.headers.get("content-length", 0)), answer.iter_raw()

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except httpx.UnsupportedProtocol:
            raise Trouble(
                f"{self.url!r} is no address of a server; write http://host:port"
            ) from None
        except httpx.TimeoutException:
            raise Trouble(f"The server at {self.url} did not answer in time.") from None
        except httpx.HTTPError as failure:
            raise Trouble(f"The server at {self.url} cannot be reached: {failure}") from None

    def command(self, type: str, **members: Any) -> dict[str, Any]:
        """Give a command with a new id; its ``result``. Members that are None are left out."""
        given = {name: value for name, value in members.items() if value is not None}
        body = json.dumps({"type": type, "id": new_id(), **given}).encode()
        result: dict[str, Any] = self.ask("POST", "/v1/commands", body).json().get("result") or {}
        return result

    def view(self, entry: str) -> dict[str, Any]:
        """An entry as this user sees it."""
        view: dict[str, Any] = self.ask("GET", f"/v1/entries/{segment(entry)}").json()
        return view


def segment(text: str) -> str:
    """``text`` as one segment of a URL path."""
    return quote(text, safe="")


def data_object(given: str | None) -> dict[str, Any] | None:
    """What ``--data`` names: a JSON object written out, or a file that holds one."""
    if given is None:
        return None
    text = given
    if not given.lstrip().startswith("{"):
        try:
            text = Path(given).read_text()
        except OSError as failure:
            raise Trouble(
                f"--data: {given!r} is neither a JSON object nor a file that can be read "
                f"({failure.strerror})."
            ) from None
    try:
        data = json.loads(text)
    except ValueError as wrong:
        raise Trouble(f"--data is not JSON: {wrong}") from None
    if not isinstance(data, dict):
        raise Trouble("--data has to be a JSON object.")
    return data


def refusal_text(answer: httpx.Response) -> str:
    """What the server said, with its code, for people."""
    try:
        refusal = answer.json()
        text, code = refusal["message"], refusal["code"]
    except (ValueError, KeyError, TypeError):
        return f"The server answered {answer.status_code} {answer.reason_phrase}."
    details = refusal.get("details") or {}
    more = ", ".join(f"{name}: {_shown(value)}" for name, value in details.items())
    return f"{text} [{code}{'; ' + more if more else ''}]"


def _shown(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " and ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
