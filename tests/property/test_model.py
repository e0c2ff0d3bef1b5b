"""Random definitions, casts and commands: engine and model must agree after every command."""

from collections import Counter

from tests.property.again import TURNS
from tests.property.casts import cast
from tests.property.story import Outcomes, fails, play, report, shortest

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
