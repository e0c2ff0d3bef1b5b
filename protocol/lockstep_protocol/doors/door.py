"""What one HTTP door is: method, path, who may use it, what it takes and what it answers."""

import msgspec

JSON, LINES, TEXT = "application/json", "application/x-ndjson", "text/plain"


class Door(msgspec.Struct, frozen=True):
    """One method of one path. ``who``: ``all`` who are signed in, ``everybody``, or in words.

    ``query``, ``body``, ``answer``: what it takes and gives (empty: nothing), ``takes`` and
    ``gives`` as which media type; ``status``: how it answers when it was done.
    """

    method: str
    path: str
    who: str
    does: str
    query: str = ""
    body: str = ""
    answer: str = ""
    status: tuple[int, ...] = (200,)
    takes: str = JSON
    gives: str = JSON
