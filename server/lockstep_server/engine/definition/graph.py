"""The graph: where paths and triggers lead, and where that leaves whom."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from lockstep_protocol.definition import Definition, Node
from lockstep_server.engine.scopes.resolve import ALL, SOURCE, Scope

from .arguments import triggered_step
from .bounds import TRIGGER_CHAIN
from .findings import child
from .people import Change, People, is_one_person

START = "start"


class Graph:
    """What the checks of the graph share, each part of it worked out once.

    Edges to steps that are not there are left out. ``mentioned``: by step the words in what could
    not be read of it; those that are steps count as reached from there. ``unread``: pointers to
    scopes that could not be read.
    """

    def __init__(
        self,
        definition: Definition,
        mentioned: Mapping[str, AbstractSet[str]],
        unread: AbstractSet[str],
    ) -> None:
        self.definition = definition
        self._unread = unread
        self.people = People()
        self.scopes = {key: self._scope(key, node) for key, node in definition.items()}
        """By step who it is for; None when that cannot be read."""
        self._clear = {key: self._is_clear(key, node) for key, node in definition.items()}
        self.triggers = {key: self._triggers(node) for key, node in definition.items()}
        self.choices = {
            key: {path.step for path in node.step.paths} & definition.keys()
            for key, node in definition.items()
        }
        """The steps to which the paths of each lead."""
        self.chains = {key: self._chain(key) for key in definition}
        """By step all that are activated together with it, itself first, in order."""
        self.reached = self._reach(mentioned)
        self.recipients = self._recipients()
        """All whom the reached steps can have reached, as scopes other than ``$all``."""
        self.alone = len(self.recipients) == 1 and is_one_person(self.recipients[0])
        """Whether a single user receives all of it, so that nobody can be left behind."""
        self._changes: dict[str, list[Change]] = {}
        self._after: dict[tuple[str, int, bool], tuple[int | None, str | None]] = {}

    def is_clear(self, key: str) -> bool:
        """Whether all can be read that says where activating ``key`` leaves whom."""
        return all(self._clear[step] for step in self.chains[key])

    def after(
        self, key: str, people: Scope, source_is_people: bool
    ) -> tuple[int | None, str | None]:
        """Where in the chain of ``key`` it leaves ``people``, and their status; None: as before."""
        asked = key, id(people), source_is_people
        if asked not in self._after:
            if key not in self._changes:
                nodes = [self.definition[step] for step in self.chains[key]]
                self._changes[key] = self.people.changes(nodes)
            changes = self._changes[key]
            self._after[asked] = self.people.status_after(changes, people, source_is_people)
        return self._after[asked]

    def rest(self, key: str) -> tuple[str, str] | None:
        """Where those in the scope of ``key`` stand after it was activated, with their status.

        None when its scope cannot be read.
        """
        scope = self.scopes[key]
        if scope is None:
            return None
        place, status = self.after(key, scope, self.alone)
        return self.chains[key][place or 0], status or "active"

    def _scope(self, key: str, node: Node) -> Scope | None:
        if child("", key, "step", "scope") in self._unread:
            return None
        return self.people.scope(node.step.scope)

    def _is_clear(self, key: str, node: Node) -> bool:
        return self.scopes[key] is not None and all(
            self.people.scope(action.scope) is not None
            and child("", key, "actions", index, "scope") not in self._unread
            for index, action in enumerate(node.actions)
            if action.action == "status"
        )

    def _triggers(self, node: Node) -> list[tuple[int, str]]:
        steps = ((index, triggered_step(action)) for index, action in enumerate(node.actions))
        return [(index, step) for index, step in steps if step in self.definition]

    def _chain(self, key: str) -> list[str]:
        """Cut off behind the longest chain that the engine carries out."""
        chain = [key]
        at = 0
        while at < len(chain) <= TRIGGER_CHAIN + 1:
            chain += [step for _, step in self.triggers[chain[at]]]
            at += 1
        return chain

    def _reach(self, mentioned: Mapping[str, AbstractSet[str]]) -> set[str]:
        reached = {START} & self.definition.keys()
        waiting = list(reached)
        while waiting:
            key = waiting.pop()
            near = self.choices[key] | {step for _, step in self.triggers[key]}
            near |= mentioned.get(key, set()) & self.definition.keys()
            waiting += near - reached
            reached |= near
        return reached

    def _recipients(self) -> list[Scope]:
        """Only at the start is ``$source`` somebody who may have received nothing yet: later on
        it is one of those who had a path to choose."""
        at_start = set(self.chains.get(START, ()))
        found: dict[Scope, None] = {}
        for key in self.definition:
            scope = self.scopes[key] if key in self.reached else None
            known_already = scope == SOURCE and key not in at_start
            if scope is not None and scope != ALL and not known_already:
                found[scope] = None
        return list(found)
