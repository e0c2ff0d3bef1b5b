"""The two small languages that definitions hold, for the model: user queries and templates.

Only what `casts` writes is understood, by looking at every user and every placeholder in turn.
"""

import re
from typing import Any

User = dict[str, Any]
"""``id``, ``email``, ``groups``, ``labels``, ``roles``."""

_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
_GIVEN = re.compile(r"(?:given|except) (users|groups|user-labels|roles) \[(.*)\]")


class TemplateFails(Exception):
    """The template cannot be rendered; it is shown as written."""


def asked(query: str, users: list[User], source: str) -> set[str]:
    """Who a user query means: each user is asked whether it means them."""
    qualifiers = [each.strip() for each in re.split(r",(?![^\[]*\])", query)]
    positive = [each for each in qualifiers if not each.startswith("except ")]
    negative = [each for each in qualifiers if each.startswith("except ")]
    found = set()
    for user in users:
        wanted = not positive
        for term in positive:
            parts = term.split(" and ")
            wanted = wanted or all(_means(part.strip(), user, source) for part in parts)
        if wanted and not any(_means(each, user, source) for each in negative):
            found.add(user["id"])
    return found


def _means(qualifier: str, user: User, source: str) -> bool:
    if qualifier == "all users":
        return True
    if qualifier == "current user":
        return bool(user["id"] == source)
    given = _GIVEN.fullmatch(qualifier)
    assert given is not None, qualifier
    handles = [each.strip().strip("\"'") for each in given[2].split(",")]
    if given[1] == "users":
        has = [user["id"], user["email"]]
    else:
        has = user["labels" if given[1] == "user-labels" else given[1]]
    return any(handle in has for handle in handles)


def rendered(text: str, names: dict[str, Any]) -> str:
    """The text with each ``{{ a.b }}`` replaced by what ``names`` has there; nothing if it hasn't.

    Division by zero stands for every error at run time.
    """

    def value(placeholder: re.Match[str]) -> str:
        expression = placeholder[1].strip()
        if expression == "1 // 0":
            raise TemplateFails
        found: Any = names
        for name in expression.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return "" if found is None else str(found)

    return _PLACEHOLDER.sub(value, text)
