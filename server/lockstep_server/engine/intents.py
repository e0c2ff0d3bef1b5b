"""What a script wants to have done: gathered while it runs, carried out together afterwards."""

from typing import Any

import msgspec


class _Intent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="intent"):
    """What all intents share; ``to`` and ``users`` are user ids, None means everybody."""


class SendChat(_Intent, frozen=True, kw_only=True, tag="chat"):
    """A message in the entry's conversation, open to ``to`` alone if that is given."""

    body: str
    kind: str | None = None
    data: Any = None
    schema: str = "text.json"
    to: tuple[str, ...] | None = None


class NotifyUsers(_Intent, frozen=True, kw_only=True, tag="notify"):
    """A notification about the entry."""

    body: str
    title: str | None = None
    url: str | None = None
    to: tuple[str, ...] | None = None


class StartWorkflow(_Intent, frozen=True, kw_only=True, tag="start"):
    """Another workflow, at ``step`` (its start unless named), for the users ``to``."""

    workflow: str
    step: str | None = None
    to: tuple[str, ...] = ()
    data: dict[str, Any] = {}


class TriggerStep(_Intent, frozen=True, kw_only=True, tag="trigger"):
    """A step of this entry."""

    step: str


class SetTask(_Intent, frozen=True, kw_only=True, tag="task"):
    """The task state of the entry's dispatch."""

    state: str


class SetData(_Intent, frozen=True, kw_only=True, tag="data"):
    """Members of the entry's data."""

    data: dict[str, Any]


Intent = SendChat | NotifyUsers | StartWorkflow | TriggerStep | SetTask | SetData
