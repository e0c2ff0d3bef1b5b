"""Random definitions, casts and commands: engine and model must agree after every command."""

from collections import Counter

import msgspec
import pytest

from lockstep_protocol.definition import Definition
from lockstep_server.engine.definition.compiled import CompiledDefinition
from tests.property.again import TURNS
from tests.property.casts import cast
from tests.property.model import Model
from tests.property.pair import Pair
from tests.property.steps import Document
from tests.property.story import Outcomes, directory, fails, play, report, shortest
from tests.property.words import User

STORIES = 460
COMMANDS = 10_000


def test_engine_and_model_agree_after_every_command() -> None:
    outcomes: Outcomes = Counter()
    for seed in range(STORIES):
        story = cast(seed, TURNS)
        try:
            outcomes += play(story)
        except AssertionError as error:
            raise AssertionError(report(seed, shortest(story, fails))) from error
    commands = outcomes.total() - sum(n for (what, _), n in outcomes.items() if what == "rest")
    assert commands >= COMMANDS
    refused = sum(n for (_, outcome), n in outcomes.items() if outcome != "done")
    assert 0.2 < refused / commands < 0.5, "about a third is wrong on purpose"
    met = {outcome for _, outcome in outcomes}
    assert met == {
        "done",
        "action_failed",
        "empty_scope",
        "fenced",
        "forbidden",
        "invalid",
        "locked",
        "no_recipient",
        "not_found",
        "stale",
        "too_large",
        "unknown_path",
    }


def node(*triggered: str) -> Document:
    """A step for the one user there is, with a path back to itself."""
    paths = [{"label": "to 0", "step": "first"}]
    step = {"name": "A step", "scope": "$source", "status": "active", "paths": paths}
    actions = [{"action": "trigger", "args": key} for key in triggered]
    return {"step": step, "behaviors": [], "actions": actions}


def chain(length: int) -> Document:
    """``first`` triggers so many steps, one after the other."""
    keys = ["first", *(f"s{number}" for number in range(length))]
    following = [*keys[1:], None]
    steps = {
        key: node(*([after] if after else [])) for key, after in zip(keys, following, strict=True)
    }
    return {"start": node(), **steps}


CYCLES: dict[str, Document] = {
    "of itself": {"start": node(), "first": node("first")},
    "of two": {"start": node(), "first": node("other"), "other": node("first")},
    "that widens": {"start": node(), "first": node("first", "other"), "other": node()},
    "one too long": chain(11),
}


@pytest.mark.parametrize("definition", CYCLES.values(), ids=CYCLES.keys())
def test_both_refuse_what_triggers_more_than_ten_steps(definition: Document) -> None:
    """Such a definition is not published, so no random one has it."""
    assert chosen(definition) == "trigger_cycle"


def test_both_let_ten_triggered_steps_follow() -> None:
    assert chosen(chain(10)) == "done"


def chosen(definition: Document) -> str:
    """The outcome, on both sides, of choosing the path to ``first``."""
    users: tuple[User, ...] = (
        {"id": "u0", "email": None, "groups": [], "labels": [], "roles": []},
    )
    unchecked = CompiledDefinition("test", 1, msgspec.convert(definition, Definition))
    pair = Pair(unchecked, directory(users), Model(definition, list(users)))
    assert pair.start("u0", None, {"data": {}, "dispatch": None}) == "done"
    how = {"step": "start", "visit": 1, "path": "to 0", "data": None, "fence": None}
    return pair.do("choose", {"user": "u0", **how})
