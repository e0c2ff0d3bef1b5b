"""An entry among its users, for tests: every change of it is checked on its way.

After each change the views that clients hold (kept up to date by what they were told alone)
must equal fresh ones, the rows written must add up to the entry, and so must its journal.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from lockstep_protocol.commands import (
    AskForLock,
    Choose,
    Delete,
    Edit,
    LockEntry,
    Say,
    SetStatus,
    UnlockEntry,
)
from lockstep_protocol.definition import Definition, Status
from lockstep_protocol.entry import Person
from lockstep_protocol.ids import uuid7
from lockstep_protocol.refusals import Refusal, Refused
from lockstep_server.engine import claims, decide, items, revising
from lockstep_server.engine.apply import apply
from lockstep_server.engine.chat import may_read
from lockstep_server.engine.context import Context, Effect
from lockstep_server.engine.decision import Decision
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.entry import Draft, Entry
from lockstep_server.engine.facts import Fact
from lockstep_server.engine.render import Renderer
from lockstep_server.engine.scopes.directory import Directory, User
from lockstep_server.engine.state import ChatMessage, DispatchCard, StoredEntry
from lockstep_server.engine.telling import Telling, views_of

WORKFLOWS = Path(__file__).parent.parent / "workflows"
EXPENSE_DATA = json.loads((WORKFLOWS / "expense.data.json").read_text())
ID = uuid7(1_700_000_000_000, bytes(10))
BEGIN = 1_700_000_000.0


def people() -> Directory:
    """The six users of the example definitions."""
    document = json.loads((WORKFLOWS / "directory.json").read_text())
    return Directory(tuple(msgspec.convert(user, User) for user in document["users"]))


def compiled(document: dict[str, Any] | str, name: str = "") -> CompiledDefinition:
    """A definition from its canonical JSON, unchecked, or the example of that name."""
    if isinstance(document, str):
        name, document = document, json.loads((WORKFLOWS / f"{document}.json").read_text())
    return CompiledDefinition(name or "test", 1, msgspec.convert(document, Definition))


def card(tracker: str = "service-request", **data: Any) -> DispatchCard:
    """A dispatch of dana's about herself."""
    return DispatchCard(
        id="d1",
        tracker=tracker,
        author="dana",
        user="dana",
        display_name=str(next(iter(data.values()), "Something")),
        user_name="Dana Reyes",
        author_name="Dana Reyes",
        data=data,
        task_state="new",
        created_at=BEGIN,
    )


class World:
    """One entry, its definition, and what each user's client shows."""

    def __init__(self, definition: CompiledDefinition, directory: Directory | None = None) -> None:
        self.definition = definition
        self.directory = directory or people()
        self.now = BEGIN
        self.n = 0
        self.connected = dict.fromkeys(self.directory.all_ids())
        self.screens: dict[str, dict[str, Any]] = {}
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.effects: list[Effect] = []
        self.last: Draft | None = None
        self.messages: dict[int, ChatMessage] = {}
        self._entry: Entry | None = None
        self._replayed: Entry | None = None
        self._stored: StoredEntry | None = None

    @property
    def entry(self) -> Entry:
        """The entry as last committed."""
        assert self._entry is not None
        return self._entry

    def context(self, actor: str, *, session: bool = False) -> Context:
        """The moment, with ``actor`` acting."""
        user = self.directory.get(actor)
        return Context(
            now=self.now,
            actor=actor,
            directory=self.directory,
            renderer=Renderer(),
            new_id=lambda: f"effect-{self.n + 1}-{len(self.effects)}",
            admin=user is not None and "admin" in user.roles,
            session=session,
        )

    def start(
        self,
        actor: str,
        data: dict[str, Any] | None = None,
        *,
        sink: str | None = None,
        dispatch: DispatchCard | None = None,
    ) -> dict[str, Any]:
        """Start the workflow."""
        decision = decide.start(
            self.context(actor),
            self.definition,
            entry_id="e1",
            sink=sink,
            data=data or {},
            dispatch=dispatch,
        )
        return self.happen(decision, actor)

    def choose(
        self,
        actor: str,
        path: str,
        *,
        step: str | None = None,
        visit: int | None = None,
        data: dict[str, Any] | None = None,
        fence: int | None = None,
    ) -> dict[str, Any]:
        """Take a path, from where the actor stands unless told otherwise."""
        place = self.entry.place_of(actor)
        command = Choose(
            id=ID,
            entry="e1",
            step=step or (place.step if place else "start"),
            visit=visit if visit is not None else (place.visit if place else 1),
            path=path,
            data=data,
            fence=fence,
        )
        return self._decide(decide.choose, actor, command)

    def lock(
        self,
        actor: str,
        ttl: float | None = None,
        *,
        wait: bool = False,
        session: bool = False,
    ) -> dict[str, Any]:
        """Take the mutex, or wait for it."""
        command = LockEntry(id=ID, entry="e1", ttl=ttl, wait=wait)
        context = self.context(actor, session=session)
        return self.happen(claims.lock(context, self.definition, self.entry, command), actor)

    def unlock(
        self, actor: str, fence: int | None = None, reason: str | None = None
    ) -> dict[str, Any]:
        """Give it back."""
        command = UnlockEntry(id=ID, entry="e1", fence=fence, reason=reason)
        return self._decide(claims.unlock, actor, command)

    def ask(self, actor: str, body: str | None = None) -> dict[str, Any]:
        """Ask the holders for it."""
        return self._decide(claims.ask, actor, AskForLock(id=ID, entry="e1", body=body))

    def drop(self, user: str) -> None:
        """The grace after the user's last session is over."""
        self.happen(claims.drop(self.context("system"), self.entry, user), "system")

    def say(self, actor: str, body: str) -> dict[str, Any]:
        """Write in the conversation."""
        context = self.context(actor)
        return self.happen(items.say(context, self.entry, Say(id=ID, entry="e1", body=body)), actor)

    def edit(self, actor: str, m: int, body: str, data: Any = None) -> dict[str, Any]:
        """Change a message."""
        command = Edit(id=ID, entry="e1", m=m, body=body, data=data)
        message = self.messages.get(m)
        return self.happen(revising.edit(self.context(actor), self.entry, command, message), actor)

    def delete(self, actor: str, m: int) -> dict[str, Any]:
        """Take a message back."""
        command = Delete(id=ID, entry="e1", m=m)
        message = self.messages.get(m)
        return self.happen(
            revising.delete(self.context(actor), self.entry, command, message), actor
        )

    def put(self, actor: str, status: Status) -> dict[str, Any]:
        """Retire or revive the actor's item."""
        command = SetStatus(id=ID, entry="e1", status=status)
        return self.happen(items.set_status(self.context(actor), self.entry, command), actor)

    def expire(self, seconds: float) -> None:
        """Let time pass, and the timer look at the lock."""
        self.now += seconds
        self.happen(claims.expire(self.context("system"), self.entry), "system")

    def refused(self, act: Callable[[], object]) -> Refusal:
        """The refusal of what must be refused; nothing has changed."""
        before = self.entry.stored() if self._entry else None
        try:
            act()
        except Refused as error:
            assert before == (self.entry.stored() if self._entry else None)
            return error.refusal
        raise AssertionError("this had to be refused")

    def step(self, user: str) -> str | None:
        """The step that a user's inbox shows, if it shows one."""
        screen = self.screens.get(user)
        return screen.get("step") if screen else None

    def holders(self) -> tuple[str, ...]:
        """Who holds the entry."""
        return self.entry.head.lock.by if self.entry.head.lock else ()

    def happen(self, decision: Decision | None, actor: str) -> dict[str, Any]:
        """Commit a decision as the runtime does, and check everything that must hold."""
        if decision is None:
            return {}
        draft = decision.draft
        if not draft.facts:
            return decision.result
        self.n += 1
        self.now += 1
        self.last = draft
        self.effects.extend(decision.effects)
        self.messages.update({message.m: message for message in draft.messages})
        self._tell(draft, actor)
        if self._entry is None:
            self._entry = Entry(draft.head)
        self._entry.absorb(draft)
        self._check_rows(draft)
        self._check_journal(draft.facts)
        self._check_screens()
        return decision.result

    def _decide(self, decider: Any, actor: str, command: Any) -> dict[str, Any]:
        decision = decider(self.context(actor), self.definition, self.entry, command)
        return self.happen(decision, actor)

    def _tell(self, draft: Draft, actor: str) -> None:
        telling = Telling(self._entry, draft, self.definition, person, actor, "test")
        told: set[str] = set()
        said: dict[int, set[str]] = {message.m: set() for message in draft.messages}
        for delivery in telling.messages():
            users = set(delivery.among(self.connected.keys()))
            if not users:
                continue
            message = json.loads(msgspec.json.encode(delivery.message(self.n)))
            for user in users:
                self.heard.append((user, message))
                if message["type"] == "chat":
                    said[message["m"]].add(user)
                else:
                    assert user not in told, f"{user} is told twice: {message}"
                    told.add(user)
                    self._show(user, message)
        guests = {**(self.entry.guests if self._entry else {}), **draft.guests}
        for each in draft.messages:
            joined = [user for user, guest in guests.items() if guest.from_m <= each.m]
            among = (*draft.recipients(), *joined)
            assert said[each.m] == {user for user in among if may_read(each, user)}

    def _show(self, user: str, message: dict[str, Any]) -> None:
        match message["type"]:
            case "entry":
                self.screens[user] = message["entry"]
            case "diff":
                screen = self.screens[user]
                assert screen["version"] == message["base"] < message["version"]
                screen = {**screen, **message["set"], "version": message["version"]}
                for member in message["unset"]:
                    del screen[member]
                self.screens[user] = screen
            case "gone":
                del self.screens[user]
            case other:
                raise AssertionError(other)

    def _check_screens(self) -> None:
        fresh = {
            user: json.loads(msgspec.json.encode(view))
            for user, view in views_of(self.entry, self.definition).items()
        }
        assert self.screens == fresh

    def _check_rows(self, draft: Draft) -> None:
        """The rows written, added to those there were, are the entry."""
        rows = self._stored or StoredEntry(draft.head, {}, {}, {})
        places = {**rows.places, **draft.changed}
        self._stored = StoredEntry(
            draft.head,
            {no: place for no, place in places.items() if place is not None},
            {**rows.members, **draft.moved},
            {**rows.guests, **draft.guests},
        )
        assert self._stored == self.entry.stored()
        assert Entry.of(self._stored).members == {k: v for k, v in self.entry.members.items() if v}
        counted = sum(
            self.entry.places[no].status == "active" for no in self._stored.members.values()
        )
        assert (draft.head.live, draft.head.recipient_count) == (counted, len(self.entry.where))

    def _check_journal(self, facts: list[Fact]) -> None:
        """The journal's facts, read back, lead to the same entry."""
        event = msgspec.json.encode(facts)
        replay = Draft(self._replayed)
        for fact in msgspec.json.decode(event, type=list[Fact]):
            apply(replay, fact)
        if self._replayed is None:
            self._replayed = Entry(replay.head)
        self._replayed.absorb(replay)
        assert self._replayed.stored() == self.entry.stored()


def person(id: str) -> Person:
    """How messages name a user."""
    return Person(id=id, name=id.title())
