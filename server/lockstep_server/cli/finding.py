"""What a person means: an entry by a part of its id or title, a path by the start of its label."""

import re
from typing import Any

from .remote import Remote
from .trouble import Refused, Trouble

View = dict[str, Any]

WHOLE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PART = 4
"""Characters of an id that are at least needed; fewer may stand in any id by chance."""
SHORT = 8
"""Characters of its end by which an entry is usually told from all others."""


def find(remote: Remote, given: str, *, rooms: bool = False) -> View:
    """The one entry of the inbox that ``given`` means: with its ``id``, and whole where it was
    looked for. ``rooms``: it may be a room as well, which has ``members``.

    An id that is whole is left for the server to judge. Raises ``Trouble``: with the candidates
    when there are several.
    """
    if WHOLE.fullmatch(given) and not rooms:
        return {"id": given}
    entries, open_rooms = remote.inbox()
    among = entries + (open_rooms if rooms else [])
    found = matching(among, given)
    if len(found) > 1:
        raise Trouble(
            f"{given!r} may be any of\n" + "\n".join(f"  {candidate(one)}" for one in found),
            "ambiguous",
            candidates=[{"id": one["id"], "title": one["title"]} for one in found],
        )
    if not found and not WHOLE.fullmatch(given):
        text = f"No entry of your inbox has {given!r} in its title, or as a part of its id."
        raise Refused({"code": "not_found", "class": "fix", "message": text})
    return found[0] if found else {"id": given}


def find_id(remote: Remote, given: str) -> str:
    """The id of the one entry that ``given`` means."""
    return str(find(remote, given)["id"])


def matching(among: list[View], given: str) -> list[View]:
    """Those that ``given`` may mean: by the whole id or title, or else by a part of either."""
    wanted = given.casefold().strip()
    exactly = [one for one in among if wanted in (one["id"].casefold(), _title(one))]
    if exactly:
        return exactly
    return [one for one in among if _by_id(one, wanted) or (wanted and wanted in _title(one))]


def candidate(one: View) -> str:
    """An entry or a room in a list of such."""
    name = f"[{one['name']}] " if one.get("name") else ""
    return f"{one['id']}  {name}{one['title']}"


def short(one: View, among: list[View]) -> str:
    """The end of an id that none of the others has."""
    id: str = one["id"]
    for length in range(SHORT, len(id)):
        if sum(other["id"].endswith(id[-length:]) for other in among) == 1:
            return id[-length:]
    return id


def path_of(view: View, given: str) -> View:
    """The path of the step that ``given`` means: its label, in any case, or how it begins."""
    paths: list[View] = view.get("paths") or []
    wanted = given.casefold()
    for same in (
        [path for path in paths if path["label"] == given],
        [path for path in paths if path["label"].casefold() == wanted],
        [path for path in paths if path["label"].casefold().startswith(wanted)],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            labels = ", ".join(repr(path["label"]) for path in same)
            raise Trouble(f"{given!r} may be {labels}.", "ambiguous", candidates=_labels(same))
    labels = ", ".join(repr(label) for label in _labels(paths))
    there = f"there are {labels}" if labels else "there are none"
    raise Refused(
        {
            "code": "unknown_path",
            "class": "fix",
            "message": f"The step {view['name']!r} has no path {given!r}; {there}.",
            "candidates": _labels(paths),
        }
    )


def _labels(paths: list[View]) -> list[str]:
    return [path["label"] for path in paths]


def _title(one: View) -> str:
    return str(one["title"]).casefold()


def _by_id(one: View, wanted: str) -> bool:
    id = one["id"].casefold()
    return len(wanted) >= PART and (id.startswith(wanted) or id.endswith(wanted))
