"""Changes to store, short to write."""

from typing import Any

from msgspec.structs import replace

from lockstep_server.engine.state import ChatMessage, Head, Lock, Place
from lockstep_server.store.change import Answer, Change, EntryWrite


def head(id: str = "e", **more: Any) -> Head:
    made = Head(
        id=id,
        workflow="w",
        workflow_version=1,
        title="T",
        starter="ann",
        sink=None,
        created_at=1.0,
        shared_at=1.0,
        live=1,
    )
    return replace(made, **more)


def place(step: str = "start", status: str = "active", visit: int = 1, version: int = 1) -> Place:
    return Place(
        step=step, visit=visit, status=status, name=step, source="ann", at=1.0, version=version
    )


def entry(id: str = "e", users: tuple[str, ...] = ("ann",), **more: Any) -> EntryWrite:
    made = EntryWrite(
        head=head(id), event=b'[{"fact":"x"}]', places={1: place()}, placed=dict.fromkeys(users, 1)
    )
    return replace(made, **more)


def change(*entries: EntryWrite, **more: Any) -> Change:
    return Change(at=1.0, by="ann", cause="start", entries=entries, **more)


def answer(id: str = "c1", actor: str = "ann", result: bytes = b"{}") -> Answer:
    return Answer(actor, id, b"digest", result)


def message(m: int, body: str = "hello") -> ChatMessage:
    return ChatMessage(m=m, at=1.0, author="ann", body=body)


def lock(until: float | None) -> Lock:
    return Lock(by=("ann",), since=1.0, fence=1, until=until)
