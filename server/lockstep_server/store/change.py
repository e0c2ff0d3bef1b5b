"""What is given to a store to keep, and what became of it."""

import msgspec

from lockstep_server.engine.state import ChatMessage, Guest, Head, Place

from .effects import EffectEnd, EffectWrite, IncidentWrite, ScriptRun


class EntryWrite(msgspec.Struct, frozen=True):
    """What one change does to the rows of one entry.

    ``places``: replaced or new ones (None: the place is empty now and goes). ``placed``: only
    the users who came into the entry or changed their place. ``messages``: new ones, or revised
    ones that replace those of the same number. ``event``: the JSON of the facts,
    for the journal.
    """

    head: Head
    event: bytes
    places: dict[int, Place | None] = {}
    placed: dict[str, int] = {}
    messages: tuple[ChatMessage, ...] = ()
    guests: tuple[Guest, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """The first answer to a command: ``digest`` of the command's body, ``result`` as JSON."""

    actor: str
    id: str
    digest: bytes
    result: bytes


class RecordWrite(msgspec.Struct, frozen=True):
    """A directory user, tracker, script, dispatch: ``body`` JSON, None deletes it."""

    kind: str
    id: str
    body: bytes | None


class DefinitionWrite(msgspec.Struct, frozen=True):
    """A new immutable version of a workflow; ``body`` is the canonical JSON.

    ``warnings``: how many findings its author published it with.
    """

    name: str
    version: int
    hash: str
    body: bytes
    warnings: int = 0


class Change(msgspec.Struct, frozen=True):
    """One command's whole effect on the database: stored together, numbered once.

    ``ended``: effects that are over by it. ``closed``: incidents that are open no more.
    ``starts``: how many entries it starts in the chain of triggers with that root (or how many
    runs of scripts it queues there, under a name of their own). ``dropped``: workflows all of
    whose versions go. ``run``: the run of a script that it tells of.
    """

    at: float
    by: str
    cause: str
    entries: tuple[EntryWrite, ...] = ()
    answer: Answer | None = None
    unique: str | None = None
    effects: tuple[EffectWrite, ...] = ()
    records: tuple[RecordWrite, ...] = ()
    definitions: tuple[DefinitionWrite, ...] = ()
    ended: tuple[EffectEnd, ...] = ()
    incidents: tuple[IncidentWrite, ...] = ()
    closed: tuple[str, ...] = ()
    starts: tuple[str, int] | None = None
    dropped: tuple[str, ...] = ()
    run: ScriptRun | None = None


class Committed(msgspec.Struct, frozen=True):
    """The change is durable as change ``n``."""

    n: int


class Duplicate(msgspec.Struct, frozen=True):
    """The change was left out. ``answer``: the one stored earlier (for a unique key: of the
    change that took the key)."""

    answer: Answer | None
    n: int


Outcome = Committed | Duplicate
