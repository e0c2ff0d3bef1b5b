"""What the Tab key offers: entries, paths, workflows, trackers, users, as the server has them.

Nothing here is ever said to the user: without a server, or a right, nothing is offered.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from .finding import View, matching, short
from .remote import DEFAULT_URL, Remote
from .trouble import Trouble

SECONDS = 1.5
"""How long a server may take; whoever pressed Tab waits."""

Offer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _offers(ask: Callable[[Remote, click.Context, str], Iterable[CompletionItem]]) -> Offer:
    def offer(
        context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        try:
            return list(ask(_remote(context), context, incomplete))
        except (Trouble, KeyError, TypeError, ValueError):
            return []

    return offer


@_offers
def entries(remote: Remote, _context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Entries of the inbox, by the shortest end of their ids that is enough."""
    return _places(remote.inbox()[0], incomplete)


@_offers
def places(remote: Remote, _context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Entries and rooms."""
    inbox, rooms = remote.inbox()
    return _places(inbox + rooms, incomplete)


@_offers
def paths(remote: Remote, context: click.Context, incomplete: str) -> list[CompletionItem]:
    """The paths of the entry that was named before."""
    found = matching(remote.inbox()[0], context.params["entry"])
    if len(found) != 1:
        return []
    wanted = incomplete.casefold()
    return [
        _item(path["label"], "asks for its form" if _has_form(path) else "")
        for path in found[0].get("paths") or ()
        if path["label"].casefold().startswith(wanted)
    ]


@_offers
def workflows(remote: Remote, _context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Workflows by name."""
    found = remote.ask("GET", "/v1/workflows").json()["workflows"]
    return _named(
        (
            (each["name"], f"version {each['version']}" + (", closed" * bool(each["closed"])))
            for each in found
        ),
        incomplete,
    )


@_offers
def trackers(remote: Remote, _context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Trackers by handle."""
    found = remote.ask("GET", "/v1/trackers").json()["trackers"]
    return _named(
        (
            (each["handle"], f"starts {each['workflow']}" if each.get("workflow") else "")
            for each in found
        ),
        incomplete,
    )


@_offers
def users(remote: Remote, _context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Users by id: all of them for an administrator, otherwise those one shares entries with."""
    try:
        params = {"query": "all users"}
        found = remote.ask("GET", "/v1/users", params=params).json()["users"]
    except Trouble:
        found = [person for page in remote.inbox_pages() for person in page["people"]]
    named = ((each["id"], each.get("name") or "") for each in found)
    return _named(named, incomplete)


@_offers
def incidents(remote: Remote, _context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Open incidents by id."""
    found = remote.ask("GET", "/v1/incidents").json()["incidents"]
    return _named(((str(each["id"]), each["text"]) for each in found), incomplete)


@_offers
def keys(remote: Remote, _context: click.Context, incomplete: str) -> list[CompletionItem]:
    """API keys by id."""
    found = remote.ask("GET", "/v1/keys").json()["keys"]
    return _named(((each["id"], f"{each['name']} of {each['user']}") for each in found), incomplete)


def _remote(context: click.Context) -> Remote:
    asked: click.Context | None = context
    given: dict[str, Any] = {}
    while asked is not None:
        given = {**asked.params, **{name: value for name, value in given.items() if value}}
        asked = asked.parent
    url = given.get("url") or os.environ.get("LOCKSTEP_URL") or DEFAULT_URL
    token = given.get("token") or os.environ.get("LOCKSTEP_TOKEN")
    return Remote(url, token, seconds=SECONDS)


def _places(among: list[View], incomplete: str) -> list[CompletionItem]:
    wanted = incomplete.casefold()
    found = []
    for one in among:
        about = f"{one['title']} [{one['name']}]" if one.get("name") else one["title"]
        ending = short(one, among)
        if wanted and one["id"].startswith(wanted) and not ending.startswith(wanted):
            found.append(_item(one["id"], about))
        elif ending.startswith(wanted) or wanted in one["title"].casefold():
            found.append(_item(ending, about))
    return found


def _named(named: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    return [_item(name, about) for name, about in named if name.startswith(incomplete)]


def _item(value: str, about: str) -> CompletionItem:
    # Shells read one offer a line.
    return CompletionItem(" ".join(value.split()), help=" ".join(about.split()) or None)


def _has_form(path: View) -> bool:
    return bool((path.get("behavior") or {}).get("behavior") == "form")
