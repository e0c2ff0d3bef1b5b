"""Locks that some route never frees."""

from collections.abc import Iterator

from lockstep_protocol.definition import Action
from lockstep_server.engine.scopes.resolve import All

from .arguments import argument
from .findings import Findings, child
from .graph import Graph
from .triggers import route

Place = tuple[str, int]
"""A step's key and the index of one of its actions."""


def check_locks(graph: Graph, findings: Findings) -> None:
    """Warn of each lock that is still held at an end that can be reached from it."""
    if any(
        action.action == "lock" for node in graph.definition.values() for action in node.actions
    ):
        _Locks(graph).check(findings)


class _Locks:
    """Sets of steps are bits of a number here: every lock may lead through every step."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._keys = list(graph.definition)
        self._bits = {key: 1 << number for number, key in enumerate(self._keys)}
        self._held = {key: self._held_after(key) for key in self._keys}
        choices = {key: self._set(graph.choices[key]) for key in self._keys}
        self._near: list[int] = []
        """By number of the step, where those may go who stand anywhere in its chain."""
        for key in self._keys:
            near = 0
            for step in graph.chains[key]:
                near |= choices[step]
            self._near.append(near)
        self._freeing = self._set(
            {key for key in self._keys if self._held[key] is None and self._frees_lock(key)}
        )
        ends = [number for number, near in enumerate(self._near) if not near]
        self._to_an_end = self._leading_to(ends)
        self._to_freedom = self._leading_to(
            [number for number, near in enumerate(self._near) if near & self._freeing]
        )

    def check(self, findings: Findings) -> None:
        """Report each lock once, with one route on which it stays."""
        told: set[Place] = set()
        for key, lock in self._held.items():
            if lock is None or lock in told or key not in self._graph.reached:
                continue
            stuck = self._stuck_route(key)
            if stuck is None:
                continue
            told.add(lock)
            step, index = lock
            shown = route(stuck)
            how = f"the route {shown} ends" if len(stuck) > 1 else f"everything ends at {shown}"
            findings.add(
                "lock_never_freed",
                child("", step, "actions", index),
                f"The lock that {step!r} takes is never freed when {how}.",
                "Add an `unlock` with the scope `$all` on the way, or give the lock a `ttl`.",
                step,
            )

    def _set(self, keys: set[str]) -> int:
        found = 0
        for key in keys:
            found |= self._bits[key]
        return found

    def _held_after(self, key: str) -> Place | None:
        """The lock without a lease that is held once ``key`` and all it triggers were activated."""
        held: Place | None = None
        for step in self._graph.chains[key]:
            for index, action in enumerate(self._graph.definition[step].actions):
                if action.action == "lock":
                    held = (step, index) if argument(action, "ttl") is None else None
                elif self._frees(action):
                    held = None
        return held

    def _frees_lock(self, key: str) -> bool:
        """Whether a lock from before is gone once ``key`` was activated."""
        nodes = (self._graph.definition[step] for step in self._graph.chains[key])
        if any(self._frees(action) for node in nodes for action in node.actions):
            return True
        return self._retires_everybody(key)

    def _frees(self, action: Action) -> bool:
        if action.action != "unlock":
            return False
        return action.scope is None or isinstance(self._graph.people.scope(action.scope), All)

    def _retires_everybody(self, key: str) -> bool:
        """An entry without an active item has no lock."""
        graph = self._graph
        return bool(graph.recipients) and all(
            graph.after(key, people, graph.alone)[1] == "retired" for people in graph.recipients
        )

    def _leading_to(self, goals: list[int]) -> int:
        """``goals`` and all from which they can be reached without a lock being freed before."""
        before: dict[int, list[int]] = {}
        for number, near in enumerate(self._near):
            for other in _numbers(near & ~self._freeing):
                before.setdefault(other, []).append(number)
        waiting = list(goals)
        found = 0
        for number in waiting:
            found |= 1 << number
        while waiting:
            for number in before.get(waiting.pop(), ()):
                if not found >> number & 1:
                    found |= 1 << number
                    waiting.append(number)
        return found

    def _stuck_route(self, key: str) -> list[str] | None:
        """The shortest route from the lock to an end that does not free it; without an end, a
        route that can only go round."""
        stuck = self._bits[key] & (self._to_an_end | ~self._to_freedom)
        if not stuck or self._retires_everybody(key):
            return None
        first = self._keys.index(key)
        came: dict[int, int | None] = {first: None}
        seen = self._bits[key] | self._freeing
        waiting = [first]
        for step in waiting:
            if not self._near[step]:
                return self._route(came, step)
            for number in _numbers(self._near[step] & ~seen):
                came[number] = step
                waiting.append(number)
            seen |= self._near[step]
        return self._route(came, waiting[-1])

    def _route(self, came: dict[int, int | None], end: int) -> list[str]:
        found = [self._keys[end]]
        before = came[end]
        while before is not None:
            found.append(self._keys[before])
            before = came[before]
        return found[::-1]


def _numbers(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
