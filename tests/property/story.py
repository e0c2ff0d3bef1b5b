"""Telling a cast's story to both sides, and making one that fails as short as it gets."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from lockstep_protocol.refusals import Refused
from lockstep_server.engine.definition.check import check
from lockstep_server.engine.definition.compiled import CompiledDefinition
from lockstep_server.engine.scopes.directory import Directory
from lockstep_server.engine.scopes.directory import User as DirectoryUser
from lockstep_server.runtime.starts import _sinks
from tests.property.casts import Cast, command
from tests.property.model import Model
from tests.property.pair import Differs, Pair
from tests.property.steps import Document, No
from tests.property.words import User

Outcomes = Counter[tuple[str, str]]
"""How often a command came to what: ``done`` or a refusal's code."""
Told = list[str]


def play(cast: Cast, told: Told | None = None) -> Outcomes:
    """Start the entries and do every turn, comparing all the way. Raises ``AssertionError``."""
    outcomes: Outcomes = Counter()
    told = [] if told is None else told
    pairs = []
    for sink in _same_sinks(cast, outcomes):
        pair = Pair(compiled(cast.definition), directory(cast.users), _model(cast))
        told.append(f"start for {sink}: {cast.start}")
        outcome = pair.start(cast.start["user"], sink, cast.start)
        outcomes["start", outcome] += 1
        if outcome != "done":
            return outcomes
        pairs.append(pair)
    for turn in cast.turns if pairs else ():
        pair = pairs[turn.seed % len(pairs)]
        what, how = command(turn, pair.model)
        told.append(f"{what}: {how}")
        outcomes[what, pair.do(what, how)] += 1
    return outcomes


def compiled(document: Document) -> CompiledDefinition:
    """The definition, which must be one that could be published."""
    definition, findings = check(document)
    errors = [each.text for each in findings if each.severity == "error"]
    assert definition is not None, f"{errors}: {json.dumps(document)}"
    return CompiledDefinition("test", 1, definition)


def directory(users: tuple[User, ...]) -> Directory:
    """The same people for the engine."""
    return Directory(tuple(msgspec.convert(_without_none(user), DirectoryUser) for user in users))


def shortest(cast: Cast, fails: Callable[[Cast], bool]) -> Cast:
    """A cast that still fails, of which nothing more can be left out on its own."""
    shorter: Cast | None = cast
    while shorter is not None:
        cast = shorter
        shorter = next((each for each in _shorter(cast) if fails(each)), None)
    return cast


def fails(cast: Cast) -> bool:
    """Whether the two sides differ somewhere in the story."""
    try:
        play(cast)
    except AssertionError:
        return True
    return False


def report(seed: int, cast: Cast) -> str:
    """What is needed to understand a story that fails, and to tell it again."""
    told: Told = []
    try:
        play(cast, told)
    except AssertionError as error:
        why = str(error)[:2000]
    else:
        why = "it did not fail again"
    nodes = "\n".join(f"  {key}: {json.dumps(node)}" for key, node in cast.definition.items())
    users = "\n".join(f"  {user}" for user in cast.users)
    return (
        f"the story of seed {seed}, at its shortest:\n{users}\n{nodes}\n  "
        + "\n  ".join(told)
        + f"\n{why}\nagain: python -m tests.property.again {seed}"
    )


def _same_sinks(cast: Cast, outcomes: Outcomes) -> tuple[str | None, ...]:
    """For whom entries are started; none when both sides refuse the recipients."""
    if cast.start["dispatch"] is not None:
        return (cast.start["dispatch"]["user"],)
    to = tuple(cast.start["to"])
    expected: Any = None
    got: Any = None
    try:
        expected = _model(cast).sinks(to)
    except No as no:
        expected = no.code
    try:
        got = _sinks(compiled(cast.definition), to)
    except Refused as error:
        got = error.refusal.code
    if got != expected:
        raise Differs(f"sinks: the engine has {got}, the model {expected}")
    if isinstance(got, str):
        outcomes["start", got] += 1
        return ()
    sinks: tuple[str | None, ...] = got
    return sinks


def _shorter(cast: Cast) -> Iterator[Cast]:
    """All that has one thing less; large parts of the turns first."""
    size = len(cast.turns)
    while size:
        for at in range(0, len(cast.turns), size):
            yield replace(cast, turns=cast.turns[:at] + cast.turns[at + size :])
        size //= 2
    for key, node in cast.definition.items():
        for index in range(len(node["actions"])):
            actions = node["actions"][:index] + node["actions"][index + 1 :]
            yield _with(cast, key, {**node, "actions": actions})
        for index in range(len(node["step"]["paths"])):
            paths = node["step"]["paths"][:index] + node["step"]["paths"][index + 1 :]
            yield _with(cast, key, {**node, "step": {**node["step"], "paths": paths}})
        if key != "start" and f'"{key}"' not in json.dumps([*cast.definition.values()]):
            rest = {name: each for name, each in cast.definition.items() if name != key}
            yield replace(cast, definition=rest)
        for member in ("description", "nameStyle"):
            if member in node["step"]:
                step = {name: node["step"][name] for name in node["step"] if name != member}
                yield _with(cast, key, {**node, "step": step})


def _with(cast: Cast, key: str, node: Document) -> Cast:
    return replace(cast, definition={**cast.definition, key: node})


def _model(cast: Cast) -> Model:
    return Model(cast.definition, list(cast.users))


def _without_none(user: User) -> User:
    return {name: value for name, value in user.items() if value is not None}
