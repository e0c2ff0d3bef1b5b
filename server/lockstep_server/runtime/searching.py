"""Finding an item by words, in all that its user is shown of it."""

from collections.abc import Iterator
from typing import Any

from lockstep_server.store.interface import InboxItem


def has_words(item: InboxItem, words: list[str]) -> bool:
    """Whether each of ``words`` (casefolded) is a part of something that the item shows."""
    if not words:
        return True
    text = "\n".join(_texts(item)).casefold()
    return all(word in text for word in words)


def _texts(item: InboxItem) -> Iterator[str]:
    head, place = item.head, item.place
    yield head.title
    yield head.workflow
    yield from filter(None, (head.summary_title, head.summary))
    if place is not None:
        yield place.name
        yield place.description or ""
    yield from _values(head.data)


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from _values(value)
    elif data is not None and not isinstance(data, bool):
        yield str(data)
