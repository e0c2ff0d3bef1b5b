"""Breadth first through all states of a play, so that the way to each one is a shortest."""

from collections.abc import Callable
from typing import Any, Literal, Protocol

import msgspec

from lockstep_protocol.refusals import Refusal
from lockstep_server.engine.definition.compiled import CompiledDefinition

from .cast import Cast
from .playing import Done, Move, Outcome, Play, may_choose
from .state import State, after, first, key, movers

Stopped = Literal["states", "time"]


class Bounds(msgspec.Struct, frozen=True):
    """When to stop: after so many states, or when ``out_of_time`` says so. ``progress`` is told
    now and then how many states there are and how many of them are still to be looked at."""

    states: int
    out_of_time: Callable[[], bool]
    progress: Callable[[int, int], None] = lambda states, waiting: None


class Edge(msgspec.Struct, frozen=True):
    """What a move came to: the number of the state it leads to, or a refusal."""

    move: Move
    to: int | None = None
    refusal: Refusal | None = None


class Explored(msgspec.Struct):
    """All states that were found. ``edges`` of a state: None when it was not looked at."""

    play: Play
    states: list[State] = []
    edges: list[list[Edge] | None] = []
    stopped: Stopped | None = None

    def route(self, number: int | None) -> tuple[Move, ...]:
        """The moves that lead to a state."""
        moves: list[Move] = []
        while number is not None:
            moves.append(self.states[number].move)
            number = self.states[number].before
        return tuple(reversed(moves))

    @property
    def depth(self) -> int:
        """Routes of so many moves, the start being the first, were all tried."""
        cut = [
            state.depth
            for state, edges in zip(self.states, self.edges, strict=True)
            if edges is None
        ]
        return min(cut, default=max((state.depth for state in self.states), default=0))


class Watch(Protocol):
    """Hears of every move as it is tried. ``number`` is the state it starts from."""

    def done(self, explored: Explored, number: int | None, move: Move, done: Done) -> None: ...

    def refused(
        self, explored: Explored, number: int | None, move: Move, refusal: Refusal
    ) -> None: ...


def search(play: Play, bounds: Bounds, watch: Watch) -> Explored:
    """Every state that ``play`` can come to, as far as the bounds allow."""
    return _Search(play, bounds, watch).run()


class _Search:
    def __init__(self, play: Play, bounds: Bounds, watch: Watch) -> None:
        self.bounds = bounds
        self.watch = watch
        self.explored = Explored(play)
        self._known: dict[Any, int] = {}

    @property
    def _cast(self) -> Cast:
        return self.explored.play.cast

    @property
    def _definition(self) -> CompiledDefinition:
        return self.explored.play.definition

    def run(self) -> Explored:
        explored = self.explored
        for starter in self._cast.starters:
            move = Move(starter, "start")
            self._tried(None, move, explored.play.start(starter))
        number = 0
        while number < len(explored.states):
            if explored.stopped is None and self.bounds.out_of_time():
                explored.stopped = "time"
            if explored.stopped is not None:
                break
            # From here on it was looked at; a move too many takes that back.
            explored.edges[number] = self._expand(number)
            number += 1
            self.bounds.progress(len(explored.states), len(explored.states) - number)
        return explored

    def _expand(self, number: int) -> list[Edge] | None:
        explored, state = self.explored, self.explored.states[number]
        edges: list[Edge] = []
        lock = state.entry.head.lock
        if lock is not None and lock.until is not None:
            ended = explored.play.lease_ends(state.entry)
            edges.append(self._tried(number, Move("", ""), ended))
        for user in movers(state, self._cast, self._definition):
            place = state.entry.place_of(user)
            assert place is not None
            if not may_choose(state.entry, user):
                continue
            for path in self._definition.nodes[place.step].step.paths:
                move = Move(user, place.step, path.label)
                edges.append(self._tried(number, move, explored.play.choose(state.entry, move)))
        return None if explored.stopped == "states" else edges

    def _tried(self, number: int | None, move: Move, outcome: Outcome) -> Edge:
        explored = self.explored
        if isinstance(outcome, Refusal):
            self.watch.refused(explored, number, move, outcome)
            return Edge(move, None, outcome)
        self.watch.done(explored, number, move, outcome)
        if number is None:
            state = first(outcome, move, self._definition)
        else:
            state = after(explored.states[number], number, move, outcome, self._definition)
        return Edge(move, self._number(state))

    def _number(self, state: State) -> int | None:
        same = key(state, self._cast, self._definition)
        number = self._known.get(same)
        if number is not None:
            return number
        if len(self.explored.states) >= self.bounds.states:
            self.explored.stopped = "states"
            return None
        number = self._known[same] = len(self.explored.states)
        self.explored.states.append(state)
        self.explored.edges.append(None)
        return number
