"""Workflows and steps that start one another without end."""

from typing import Any

from tests.engine.graphs import act, graph, node
from tests.engine.plays import part, play, played, told

DONE = node("$all", status="retired")


def rule(name: str, step: str | None = None) -> dict[str, Any]:
    """A trigger that starts another workflow."""
    return act("trigger", None, {"rule": name} | ({"step": step} if step else {}))


def test_steps_that_trigger_one_another() -> None:
    result = played(
        start=node("$sink", {"Go": "a", "End": "done"}),
        a=node("$sink", {"End": "done"}, act("trigger", None, "b")),
        b=node("$sink", {"End": "done"}, act("trigger", None, "a")),
        done=DONE,
    )
    [(kind, pointer, way)] = told(result)
    assert (kind, pointer) in [("runaway", "/a/actions/0"), ("runaway", "/b/actions/0")]
    assert way == 'start -> sink chooses "Go" at start'
    assert "trigger one another" in result.reports[0].text


def test_a_workflow_that_starts_itself_at_once() -> None:
    result = play(graph(start=node("$sink", {"End": "done"}, rule("test")), done=DONE))
    assert told(result) == [("runaway", "/start/actions/0", "start")]
    assert result.reports[0].text.startswith("'test' starts 'test' and so on without end")


def test_a_workflow_that_starts_itself_when_somebody_chooses_that_ends() -> None:
    nodes = {"start": node("$sink", {"Again": "again"})}
    nodes["again"] = node("$sink", {}, rule("test"), status="retired")
    assert told(played(**nodes)) == []


def test_a_step_that_starts_the_workflow_there_again() -> None:
    result = played(
        start=node("$sink", {"Again": "again"}),
        again=node("$sink", {}, rule("test", "again"), status="retired"),
    )
    assert told(result) == [
        ("runaway", "/again/actions/0", 'start -> sink chooses "Again" at start')
    ]
    assert "'test' at 'again' starts 'test' at 'again'" in result.reports[0].text


def test_two_workflows_that_start_one_another() -> None:
    definition = graph(start=node("$sink", {"End": "done"}, rule("other")), done=DONE)
    back = {"start": node("$sink", {"End": "done"}, rule("test")), "done": DONE}
    on = {"start": node("$sink", {"End": "done"}, rule("last")), "done": DONE}
    assert told(play(definition)) == []
    assert told(play(definition, others={"other": part("other", on)})) == []
    result = play(definition, others={"other": part("other", back)})
    assert told(result) == [("runaway", "/start/actions/0", "start")]
    assert "'other' starts 'test' starts 'other'" in result.reports[0].text


def test_a_trigger_for_nobody_starts_nothing() -> None:
    nobody = act("trigger", "given groups [x], except groups [x]", {"rule": "test"})
    result = played(start=node("$sink", {"End": "done"}, nobody), done=DONE)
    assert [kind for kind, *_ in told(result)] == ["empty_scope"]
