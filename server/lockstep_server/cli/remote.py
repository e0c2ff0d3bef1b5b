"""Talking to a server over HTTP, as the commands do that need one."""

import functools
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import httpx
from click.core import ParameterSource

from lockstep_client import new_id

from .trouble import Refused, Trouble, sentence

DEFAULT_URL = "http://127.0.0.1:8420"
SECONDS = 30.0
COPY_SECONDS = 3600.0
"""How long a server may take until it has made what is downloaded."""


def server_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--url``, ``--token`` and ``--json``; the command is given a ``remote`` by them.

    What a group was given holds for its commands unless they are given it themselves.
    """

    @functools.wraps(function)
    def with_remote(*arguments: Any, **given: Any) -> Any:
        context = click.get_current_context()
        names = ("url", "token", "as_json")
        for name in names:
            del given[name]
        url, token, as_json = (_nearest(context, name) for name in names)
        # A group's --json holds below it, and so does it for what goes wrong.
        context.params["as_json"] = as_json
        return function(*arguments, remote=Remote(url, token, as_json=as_json), **given)

    as_json = click.option("--json", "as_json", is_flag=True, help="For programs: JSON.")
    url = click.option(
        "--url", envvar="LOCKSTEP_URL", default=DEFAULT_URL, show_default=True, help="The server."
    )
    token = click.option(
        "--token", envvar="LOCKSTEP_TOKEN", help="Who you are, e.g. demo:dana on a demo server."
    )
    return as_json(url(token(with_remote)))


def _nearest(context: click.Context, name: str) -> Any:
    """An option as it was given to the command, or else to a group above it."""
    own, above = context.params[name], context.parent
    while above is not None and name in above.params:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            return context.params[name]
        context, above = above, above.parent
    return context.params.get(name, own)


class Remote:
    """A server, spoken to as the bearer of ``token``. Every failure is a ``Trouble``.

    ``as_json``: what comes of it is told to a program.
    """

    def __init__(
        self,
        url: str,
        token: str | None,
        *,
        as_json: bool = False,
        seconds: float = SECONDS,
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self.as_json = as_json
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            self._http = httpx.Client(base_url=self.url, headers=headers, timeout=seconds)
        except (httpx.InvalidURL, UnicodeEncodeError) as wrong:
            raise Trouble(f"{url!r} is no address of a server: {wrong}", "usage") from None

    def ask(
        self,
        method: str,
        url_path: str,
        body: bytes | None = None,
        *,
        params: dict[str, str] | None = None,
        accept: tuple[int, ...] = (),
    ) -> httpx.Response:
        """One request. A refusal is ``Refused`` unless its status is one of ``accept``."""
        headers = {"Content-Type": "application/json"} if body is not None else None
        with self._reached():
            answer = self._http.request(
                method, url_path, content=body, params=params, headers=headers
            )
        if answer.is_success or answer.status_code in accept:
            return answer
        raise _refused(answer)

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
                raise _refused(answer)
            yield int(answer.headers.get("content-length", 0)), answer.iter_raw()

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except httpx.UnsupportedProtocol:
            raise Trouble(
                f"{self.url!r} is no address of a server; write http://host:port", "usage"
            ) from None
        except httpx.TimeoutException:
            raise Trouble(
                f"The server at {self.url} did not answer in time.", "unreachable"
            ) from None
        except httpx.HTTPError as failure:
            raise unreachable(self.url, failure) from None

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

    def inbox(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The entries of the inbox and the rooms."""
        pages = self.inbox_pages()
        entries = [view for page in pages for view in page["entries"]]
        return entries, [room for page in pages for room in page["rooms"]]

    def inbox_pages(self) -> list[dict[str, Any]]:
        """The inbox as a snapshot has it, without the user's own read marks that follow it."""
        told = self.ask("GET", "/v1/inbox").json()
        return [message for message in told if message["type"] == "snapshot"]

    def tell(self, document: dict[str, Any], *lines: str) -> None:
        """Print what was done: the document to a program, the lines to a person."""
        for line in [_as_json(document)] if self.as_json else lines:
            click.echo(line)

    def tell_each(
        self, documents: Iterable[dict[str, Any]], line: Callable[[dict[str, Any]], str]
    ) -> int:
        """Print a list, one a line, and say how many there were."""
        count = 0
        for document in documents:
            click.echo(_as_json(document) if self.as_json else line(document))
            count += 1
        return count


def segment(text: str) -> str:
    """``text`` as one segment of a URL path."""
    return quote(text, safe="")


def unreachable(url: str, failure: Exception) -> Trouble:
    """Nobody is there at this address."""
    return Trouble(f"The server at {url} cannot be reached: {failure}", "unreachable")


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
                f"({failure.strerror}).",
                "usage",
            ) from None
    try:
        data = json.loads(text)
    except ValueError as wrong:
        raise Trouble(f"--data is not JSON: {wrong}", "usage") from None
    if not isinstance(data, dict):
        raise Trouble("--data has to be a JSON object.", "usage")
    return data


def refusal_text(answer: httpx.Response) -> str:
    """What the server said, with its code, for people."""
    return _refused(answer).format_message()


def _refused(answer: httpx.Response) -> Trouble:
    try:
        refusal = answer.json()
        sentence(refusal)
    except (ValueError, KeyError, TypeError):
        text = f"The server answered {answer.status_code} {answer.reason_phrase}."
        return Trouble(text, "unexpected", status=answer.status_code)
    return Refused(refusal)


def _as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)
